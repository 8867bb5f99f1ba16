/** Compares the output with istioctl's for the same proxies, byte for byte. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentOf } from '../../../src/answers/proxy-config/content.ts'
import { sectionsText } from '../../../src/answers/proxy-config/text.ts'
import { type ProxyConfigOptions, parseSubcommand } from '../../../src/commands/proxy-config/options.ts'
import { buildEnvoyResources, type EnvoyResources } from '../../../src/envoy/index.ts'
import { computeMesh, computeProxyView } from '../../../src/pipeline.ts'
import type { Proxy } from '../../../src/proxy/proxy.ts'
import { unpackedArchive } from '../../conformance/archives.ts'
import { nodeOf, readCase, snapshotOf } from '../../conformance/cases.ts'
import { allCases } from '../../conformance/sets.ts'

/** Each text with the istioctl arguments that print it. */
const TEXTS = unpackedArchive('istioctl')
const FOLDERS = new Map(allCases().map(({ folder, name }) => [name, folder]))

interface Golden {
  readonly case: string
  readonly proxy: string
  /** `proxy-config VIEW -f FILE FLAGS...` */
  readonly args: readonly string[]
  readonly file: string
  readonly exitCode: number
}

const FLAGS_FROM = 4

function optionsOf(args: readonly string[]): ProxyConfigOptions {
  const options: Record<string, unknown> = {}
  const flags = args.slice(FLAGS_FROM).flatMap((word) => word.split('='))
  for (let i = 0; i < flags.length; i += 2) {
    const [flag = '', value = ''] = [flags[i], flags[i + 1]]
    options[flag.slice(2)] = flag === '--port' ? Number(value) : flag === '--verbose' ? value === 'true' : value
  }
  return options
}

interface Computed {
  readonly proxy: Proxy
  readonly resources: EnvoyResources
}

function compute(caseName: string, proxyName: string): Computed {
  const meshCase = readCase(FOLDERS.get(caseName) ?? '', caseName)
  const found = meshCase.proxies.find(({ name }) => name === proxyName)
  if (!found) throw new Error(`${caseName} has no proxy ${proxyName}`)
  const view = computeProxyView(computeMesh(snapshotOf(meshCase)), nodeOf(found))
  return { proxy: view.proxy, resources: buildEnvoyResources(view) }
}

function printed({ proxy, resources }: Computed, args: readonly string[]): { text: string; exitCode: number } {
  const options = optionsOf(args)
  const { verbose = true } = options
  const content = contentOf(parseSubcommand(args[1] ?? ''), { proxy, resources, filter: options, verbose })
  const text = [...sectionsText(content.sections(), { withHeaders: false, explain: false }, () => false)].join('')
  return { text, exitCode: content.missing === undefined ? 0 : 1 }
}

function byProxy(goldens: readonly Golden[]): Map<string, Golden[]> {
  const out = new Map<string, Golden[]>()
  for (const golden of goldens) {
    const key = `${golden.case} ${golden.proxy}`
    out.set(key, [...(out.get(key) ?? []), golden])
  }
  return out
}

describe('proxy-config prints what istioctl prints', () => {
  const goldens = byProxy(JSON.parse(readFileSync(join(TEXTS, 'index.json'), 'utf8')))

  it.each([...goldens.keys()])('%s', (key) => {
    const ofProxy = goldens.get(key) ?? []
    const [caseName = '', proxyName = ''] = key.split(' ')
    const computed = compute(caseName, proxyName)
    for (const { args, file, exitCode } of ofProxy) {
      const text = readFileSync(join(TEXTS, file), 'utf8')
      expect({ args, ...printed(computed, args) }).toEqual({ args, text, exitCode })
    }
  })
})
