/** Has a stock Envoy validate what is computed for the policy cases: filters, access logs, tracers, patches. */
import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { envoyMessages } from '../../src/answers/dump/resources.ts'
import { computeMesh, computeProxyView } from '../../src/pipeline.ts'
import type { Json } from '../../src/sandbox/envoy/json.ts'
import type { JsonValue } from '../../src/sources/document.ts'
import { type CaseProxy, type ConformanceCase, nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'
import { casesOf, setsNamed } from '../conformance/sets.ts'
import type { Delivered } from './envoy/delivered.ts'
import { temporaryFolder } from './envoy/process.ts'
import type { Setting } from './envoy/real-proxy.ts'
import { type StaticResources, staticResources } from './envoy/static.ts'
import type { Tally } from './tally.ts'

/**
 * Why Envoy may refuse what istiod sends: istiod does not check patches of EnvoyFilters against Envoy's rules, nor regular
 * expressions of routes.
 */
const REASONS: readonly (readonly [words: RegExp, reason: string])[] = [
  [/LB policy \w+ is not valid for Cluster type/, 'a patched load balancer that does not fit the type of cluster'],
  [/no filter chains specified/, 'patches that remove all filter chains'],
  [/has the same matching rules defined as/, 'a patched filter chain that matches what another one matches'],
  [/No TLS certificates found for server context/, 'a patched TLS context without certificates'],
  [/terminal filter named/, 'patched filters in a wrong order'],
  [/Only one of `inline_code` or `default_source_code`/, 'patches that add code of Lua to other code'],
  [/request_body_mode set to FULL_DUPLEX_STREAMED/, 'patched modes of ext_proc that exclude each other'],
  [/no such\s+field:\s+'\w+'\) has unknown fields/, 'patched fields that the type does not have'],
  [/ScopedRoutes: embedded message failed validation/, 'patched scopes of routes without a key'],
  [/no argument for repetition operator/, 'invalid regular expressions of routes'],
]

const UNKNOWN_CLUSTER = /unknown cluster '([^']*)'/

/** @returns undefined if Envoy should have accepted the resource */
function reasonOf(message: string, clusters: readonly Json[]): string | undefined {
  const [, cluster] = UNKNOWN_CLUSTER.exec(message) ?? []
  // Envoy wants the cluster of some collectors, and the Sidecar of the proxy need not import their Service.
  if (cluster !== undefined && clusters.every(({ name }) => name !== cluster)) return 'a tracing cluster out of scope'
  return REASONS.find(([words]) => words.test(message))?.[1]
}

/** Validates files of one folder. */
class Validation {
  readonly extensions: string
  readonly #folder = temporaryFolder()
  readonly #binary: string

  constructor(binary: string) {
    this.#binary = binary
    this.extensions = join(this.#folder, 'extensions.json')
    writeFileSync(this.extensions, '{}')
  }

  /** @returns Envoy's message, or '' when it accepts the bootstrap */
  async #refusal(bootstrap: object): Promise<string> {
    const [file, log] = ['bootstrap.json', 'log'].map((name) => join(this.#folder, name)) as [string, string]
    writeFileSync(file, JSON.stringify(bootstrap))
    // A file, because Envoy opens /dev/stderr for access logs and cannot if that is a socket.
    const output = openSync(log, 'w')
    const args = ['--mode', 'validate', '-c', file, '-l', 'error', '--use-dynamic-base-id']
    const child = spawn(this.#binary, args, { stdio: ['ignore', output, output] })
    const code = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject))
    closeSync(output)
    return code === 0 ? '' : readFileSync(log, 'utf8') || `Envoy exits with ${code}`
  }

  /**
   * Which of some resources Envoy refuses, and why: half of them at a time, because it names only the first.
   * @param bootstrapOf makes a bootstrap with some of the resources
   */
  async refused(
    resources: readonly Json[],
    bootstrapOf: (some: readonly Json[]) => object,
  ): Promise<ReadonlyMap<Json, string>> {
    const message = resources.length > 0 ? await this.#refusal(bootstrapOf(resources)) : ''
    const [first] = resources
    if (message === '' || first === undefined) return new Map()
    if (resources.length === 1) return new Map([[first, message]])
    const middle = resources.length >> 1
    const before = await this.refused(resources.slice(0, middle), bootstrapOf)
    const after = await this.refused(resources.slice(middle), bootstrapOf)
    if (before.size + after.size === 0) return new Map([[first, `not alone: ${message}`]])
    return new Map([...before, ...after])
  }

  /** All of a proxy at once if Envoy accepts it, otherwise each resource that it refuses. */
  async refusedOf({ listeners, clusters, secrets }: StaticResources, node: Json): Promise<ReadonlyMap<Json, string>> {
    const bootstrap = (resources: Json): object => ({ node, staticResources: { secrets, ...resources } })
    if ((await this.#refusal(bootstrap({ listeners, clusters }))) === '') return new Map()
    const lost = await this.refused(clusters, (some) => bootstrap({ clusters: some }))
    const kept = clusters.filter((cluster) => !lost.has(cluster))
    const others = await this.refused(listeners, (some) => bootstrap({ listeners: some, clusters: kept }))
    return new Map([...lost, ...others])
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Characters of the end of a message, where the error is. */
const MOST_SHOWN = 500

/** Datadog's tracer needs the name that the agent gives each proxy, and the cases leave it out. */
const CLUSTER = 'agree'

async function compareProxy(
  meshCase: ConformanceCase,
  { name, node }: CaseProxy,
  { validation, pki, tally }: { validation: Validation; pki: Setting['pki']; tally: Tally },
): Promise<void> {
  const named = { ...(node as { [key: string]: JsonValue }), cluster: CLUSTER }
  const view = computeProxyView(computeMesh(snapshotOf(meshCase)), nodeOf({ name, node: named }))
  const messages = JSON.parse(JSON.stringify(envoyMessages(view))) as Delivered
  const resources = staticResources(messages, pki, validation.extensions)
  const { id, metadata } = named as Json
  const refused = await validation.refusedOf(resources, { id, metadata, cluster: CLUSTER })
  const all = [...resources.listeners, ...resources.clusters]
  tally.addMany('listeners and clusters that Envoy accepts', all.length - refused.size)
  for (const [resource, message] of refused) {
    const reason = reasonOf(message, resources.clusters)
    tally.add(
      `refused as from istiod: ${reason ?? 'nothing known'}`,
      `${meshCase.name}/${name} ${resource.name}`,
      reason === undefined ? message.trim().split('\n').at(-1)?.slice(-MOST_SHOWN) : undefined,
    )
  }
}

/** @param count how many proxies, spread over all of the policy cases that are made by hand */
export async function compareAccepted(count: number, { binary, pki }: Setting, tally: Tally): Promise<void> {
  const all = setsNamed('policies')
    .flatMap((set) => casesOf(set, /^(?!.*fuzz-)/))
    .map(({ folder, name }) => readCase(folder, name))
    .flatMap((meshCase) => meshCase.proxies.map((proxy) => ({ meshCase, proxy })))
  const validation = new Validation(binary)
  try {
    const step = Math.max(1, all.length / count)
    for (let at = 0; at < all.length; at += step) {
      const picked = all[Math.floor(at)]
      if (picked) await compareProxy(picked.meshCase, picked.proxy, { validation, pki, tally })
    }
  } finally {
    validation.remove()
  }
}
