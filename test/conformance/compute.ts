/** Two ways to compute a case: in this process, and through the command line like a user. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allocationMessage } from '../../src/answers/allocation/message.ts'
import { conditionsMessage } from '../../src/answers/conditions/message.ts'
import { answerMessage, type Question } from '../../src/answers/dns/message.ts'
import { envoyMessages } from '../../src/answers/dump/resources.ts'
import { validationMessage } from '../../src/answers/validation/message.ts'
import { LookupTable } from '../../src/dns/lookup-table.ts'
import { nameTableMessage } from '../../src/dns/name-table.ts'
import { computeMesh, computeNameTable, computeProxyView } from '../../src/pipeline.ts'
import { type CaseProxy, type ConformanceCase, nodeOf, snapshotOf } from './cases.ts'

/** The output for one proxy; `dns` answers the questions of the golden file. */
export interface ComputedProxy {
  nds(): unknown
  dns(questions: readonly Question[]): unknown
  lds(): unknown
  cds(): unknown
  eds(): unknown
  rds(): unknown
}

export interface ComputedCase {
  allocation(): unknown
  validation(): unknown
  conditions(): unknown
  proxy(proxy: CaseProxy): ComputedProxy
}

export function computeInProcess(meshCase: ConformanceCase): ComputedCase {
  const snapshot = snapshotOf(meshCase)
  const mesh = computeMesh(snapshot)
  return {
    allocation: () => allocationMessage(mesh.registry),
    validation: () => validationMessage(snapshot.verdicts),
    conditions: () => conditionsMessage(mesh.registry.statuses),
    proxy(proxy) {
      const view = computeProxyView(mesh, nodeOf(proxy))
      const table = computeNameTable(view)
      const messages = envoyMessages(view)
      return {
        nds: () => nameTableMessage(table),
        dns(questions) {
          const lookup = new LookupTable(table, view)
          return questions.map((question) => answerMessage(question, lookup.lookup(question.name, question.type)))
        },
        lds: () => messages.lds,
        cds: () => messages.cds,
        eds: () => messages.eds,
        rds: () => messages.rds,
      }
    },
  }
}

const VIPCTL = join(dirname(fileURLToPath(import.meta.url)), '../../bin/vipctl.js')

function vipctl(folder: string, args: readonly string[]): unknown {
  const run = spawnSync(process.execPath, [VIPCTL, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (run.status !== 0) throw new Error(`vipctl ${args.join(' ')}: exit code ${run.status}\n${run.stderr}`)
  return JSON.parse(run.stdout)
}

function inputFlags({ clusterId, remotes, istiodEnv, release, gatewayDeployments }: ConformanceCase): string[] {
  const assumed = gatewayDeployments ? 'gateways' : 'none'
  return [
    ...['-f', 'input.yaml', '--cluster-id', clusterId, '--istio-version', release, '--assume', assumed],
    ...remotes.flatMap((id) => ['--remote', `${id}=${join('clusters', `${id}.yaml`)}`]),
    ...[...istiodEnv].flatMap(([key, value]) => ['--istiod-env', `${key}=${value}`]),
  ]
}

/** Runs in the case's folder; other files that it needs are in a temporary folder. */
export function computeByCommand(meshCase: ConformanceCase): ComputedCase & { close(): void } {
  const scratch = mkdtempSync(join(tmpdir(), 'vipctl-conformance-'))
  const flags = inputFlags(meshCase)
  const write = (name: string, text: string): string => {
    const path = join(scratch, name)
    writeFileSync(path, text)
    return path
  }
  const dumps = new Map<string, { readonly [kind: string]: unknown }>()
  const dumpOf = (proxy: CaseProxy) => {
    const known = dumps.get(proxy.name)
    if (known) return known
    const node = write(`${proxy.name}.json`, JSON.stringify(proxy.node))
    const dump = vipctl(meshCase.folder, ['dump', ...flags, '--node', node, '-o', 'json']) as {
      [kind: string]: unknown
    }
    dumps.set(proxy.name, dump)
    return dump
  }
  const [first] = meshCase.proxies
  const ofMesh = (kind: string) => first && dumpOf(first)[kind]
  return {
    allocation: () => ofMesh('allocation'),
    validation: () => ofMesh('validation'),
    conditions: () => ofMesh('conditions') ?? {},
    proxy: (proxy) => ({
      nds: () => dumpOf(proxy).nds,
      dns(questions) {
        const node = write(`${proxy.name}.json`, JSON.stringify(proxy.node))
        const batch = write(`${proxy.name}.txt`, questions.map(({ name, type }) => `${name} ${type}\n`).join(''))
        return vipctl(meshCase.folder, ['dig', ...flags, '--node', node, '--batch', batch, '-o', 'json'])
      },
      lds: () => dumpOf(proxy).lds,
      cds: () => dumpOf(proxy).cds,
      eds: () => dumpOf(proxy).eds,
      rds: () => dumpOf(proxy).rds,
    }),
    close: () => rmSync(scratch, { recursive: true }),
  }
}
