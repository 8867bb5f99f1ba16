/** The input for a seed: files, and the command lines that read them. */
import type { JsonValue } from '../../src/sources/document.ts'
import { baselineLine, type CommandLine, commandLines, comparisons, configLines, FILES, liveLine } from './commands.ts'
import { type Corpus, isMapping, type Mapping, type MeshInput } from './corpus.ts'
import { hostileText } from './hostile.ts'
import { copy, enlarge, mutate } from './mutate.ts'
import { Random } from './random.ts'
import { addIgnores, baselineText, configText, kubeconfigText, suiteText } from './settings.ts'
import { fileText, hostileBytes, mutateText, plainText } from './text.ts'
import { shuffle, TRIALS, type Trial } from './trials.ts'

export interface FuzzInput {
  readonly seed: number
  readonly files: ReadonlyMap<string, string | Buffer>
  /** Options that name the manifests: those of the mesh first, then those of remote clusters. */
  readonly inputs: readonly string[]
  /** Options about the mesh. */
  readonly mesh: readonly string[]
  /** Options about the proxy. */
  readonly proxy: readonly string[]
  readonly commands: readonly CommandLine[]
  /** A command whose output must be the same twice, besides `dump`. */
  readonly twice: CommandLine
  readonly trials: readonly Trial[]
  /** The same manifests in another order, if that must not matter. */
  readonly shuffled: string | undefined
}

const EMPTY_MESH: MeshInput = { name: '', documents: [], remotes: new Map(), nodes: [], istiodEnv: {} }

/** istiod's environment. */
const ISTIOD: JsonValue = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod', 'istio.io/rev': 'default' } },
  spec: {
    selector: { matchLabels: { app: 'istiod' } },
    template: {
      metadata: { labels: { app: 'istiod' } },
      spec: {
        containers: [
          {
            name: 'discovery',
            image: 'docker.io/istio/pilot:1.26.2',
            env: [
              { name: 'PILOT_ENABLE_IP_AUTOALLOCATE', value: 'true' },
              { name: 'PILOT_IP_AUTOALLOCATE_IPV4_PREFIX', value: '240.240.0.0/24' },
              { name: 'CLUSTER_ID', value: 'Kubernetes' },
            ],
          },
        ],
      },
    },
  },
}

/** What is damaged: documents, their text, or its bytes. */
type Harm = 'values' | 'text' | 'bytes'

function harmOf(random: Random): Harm {
  if (random.chance(0.82)) return 'values'
  return random.chance(0.85) ? 'text' : 'bytes'
}

function manifestText(documents: readonly JsonValue[], harm: Harm, random: Random): string | Buffer {
  const text = fileText(documents, random)
  if (harm === 'values') return text
  return harm === 'text' ? mutateText(text, random) : hostileBytes(text, random)
}

function strings(value: JsonValue, found: string[] = []): string[] {
  if (typeof value === 'string') found.push(value)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === 'hosts' || key === 'name' || key === 'host') strings(item, found)
      else if (typeof item === 'object') strings(item, found)
    }
  }
  return found
}

function namesOf(documents: readonly JsonValue[], random: Random): string[] {
  const all = strings([...documents]).filter((name) => name.length < 300)
  const some = Array.from({ length: 6 }, () =>
    all.length > 0 && random.chance(0.7) ? random.pick(all) : hostileText(random),
  )
  return some.map((name) => name.slice(0, 400).replaceAll('\u0000', ''))
}

const COMMANDS_OF_A_SEED = 6

/** Manifests with names and distinct creation times; undefined if they have no names. */
function dated(documents: readonly JsonValue[]): Mapping[] | undefined {
  const keys = new Set<string>()
  const result: Mapping[] = []
  for (const [index, document] of documents.entries()) {
    if (!isMapping(document) || !isMapping(document.metadata) || Array.isArray(document.items)) return undefined
    const { kind } = document
    const { name, namespace = 'default' } = document.metadata
    if (typeof kind !== 'string' || typeof name !== 'string' || typeof namespace !== 'string') return undefined
    keys.add(`${kind} ${namespace}/${name}`)
    const creationTimestamp = new Date(Date.UTC(2024, 0, 1, 0, index)).toISOString().replace('.000', '')
    result.push({ ...document, metadata: { ...document.metadata, creationTimestamp } })
  }
  return keys.size === documents.length ? result : undefined
}

const WORKLOADS: ReadonlySet<unknown> = new Set(['Pod', 'Deployment', 'WorkloadEntry', 'WorkloadGroup'])

function proxyOptions(mesh: MeshInput, documents: readonly JsonValue[], random: Random): string[] {
  if (mesh.nodes.length > 0) return ['--node', FILES.node]
  const workloads = documents.filter(isMapping).filter(({ kind }) => WORKLOADS.has(kind))
  const metadata = workloads.length > 0 ? random.pick(workloads).metadata : undefined
  if (!isMapping(metadata) || typeof metadata.name !== 'string' || random.chance(0.4)) {
    return ['--meta', 'DNS_CAPTURE=true', '--meta', 'DNS_AUTO_ALLOCATE=true']
  }
  return ['--proxy', typeof metadata.namespace === 'string' ? `${metadata.name}.${metadata.namespace}` : metadata.name]
}

function joinOf({ name, namespace }: Mapping, random: Random): string {
  const address = random.chance(0.7) ? '10.9.8.7' : hostileText(random)
  return `${typeof namespace === 'string' ? namespace : 'default'}/${typeof name === 'string' ? name : 'x'}=${address}`
}

/** A separate mesh configuration, usually based on the mesh's ConfigMap. */
function meshConfigText(documents: readonly JsonValue[], random: Random): string | Buffer {
  const stated = documents.filter(isMapping).map(({ data }) => (isMapping(data) ? data.mesh : undefined))
  const text = stated.find((value) => typeof value === 'string') ?? 'defaultConfig: {proxyMetadata: {A: b}}\n'
  if (random.chance(0.2)) return hostileBytes(String(text), random)
  return random.chance(0.3) ? mutateText(String(text), random) : String(text)
}

function envOptions(env: Mapping, random: Random): string[] {
  const all = random.chance(0.1) ? { ...env, PILOT_ENABLE_IP_AUTOALLOCATE: 'false' } : env
  return Object.entries(all).flatMap(([key, value]) => {
    const text = random.chance(0.05) ? hostileText(random) : String(value)
    return ['--istiod-env', `${key}=${text}`]
  })
}

/**
 * Creates the input of a seed, always the same one.
 * @param corpus from the fixtures
 * @param large makes one list long and damages nothing else
 */
export function inputOf(seed: number, corpus: Corpus, large = false): FuzzInput {
  const random = new Random(seed)
  const mesh = random.pick(corpus.meshes)
  const other = random.chance(0.25) ? random.pick(corpus.meshes) : EMPTY_MESH
  const istiod = random.chance(0.1) ? [ISTIOD] : []
  let documents = copy([...mesh.documents, ...other.documents, ...istiod]) as JsonValue[]
  const harm = large ? 'values' : harmOf(random)
  if (large) enlarge(documents, random, corpus)
  else if (harm === 'values' || random.chance(0.5)) mutate(documents, random, corpus)

  if (!large && random.chance(0.2)) addIgnores(documents, random)
  const states = harm === 'values' && random.chance(0.4) ? dated(documents) : undefined
  documents = states ?? documents
  const files = new Map<string, string | Buffer>()
  files.set(FILES.manifests, states ? plainText(states) : manifestText(documents, harm, random))

  const groups = random.chance(0.1) ? documents.filter(isMapping).filter(({ kind }) => kind === 'WorkloadGroup') : []
  const joins = groups.flatMap(({ metadata }) => (isMapping(metadata) ? ['--join', joinOf(metadata, random)] : []))
  const inputs = ['-f', FILES.manifests]
  const options = [...joins, ...envOptions(mesh.istiodEnv, random)]
  const proxy = proxyOptions(mesh, documents, random)
  for (const [id, manifests] of mesh.remotes) {
    const remote = copy([...manifests]) as JsonValue[]
    if (!large && random.chance(0.5)) mutate(remote, random, corpus)
    files.set(`${id}.yaml`, fileText(remote, random))
    inputs.push('--remote', `${id}=${id}.yaml`)
  }
  if (random.chance(0.1)) {
    files.set(FILES.meshConfig, meshConfigText(documents, random))
    options.push('--mesh-config', FILES.meshConfig)
  }
  if (mesh.nodes.length > 0) {
    const node = [copy(random.pick(mesh.nodes))]
    if (!large && random.chance(0.35)) mutate(node, random, corpus)
    files.set(FILES.node, `${JSON.stringify(node[0] ?? null)}\n`)
  }
  const names = namesOf(documents, random)
  const name = names[0] ?? 'x'
  files.set(FILES.names, `${names.join('\n')}\n`)
  files.set(FILES.base, plainText(baseOf(mesh, documents, random)))
  files.set(FILES.config, configText(name, random, corpus))
  files.set(FILES.baseline, baselineText(random, corpus))
  files.set(FILES.kubeconfig, kubeconfigText(name, random, corpus))
  files.set(FILES.suite, suiteText(name, random, corpus))
  const lines = random
    .shuffled(commandLines(name, random))
    // YAML is written at one or two megabytes a second, which would dominate the measurement.
    .filter(({ argv }) => !large || !argv.includes('yaml'))
  const commands = lines.slice(0, COMMANDS_OF_A_SEED)
  if (random.chance(0.4)) commands.push(random.pick(configLines(random)))
  if (random.chance(0.2)) commands.push(baselineLine(random))
  if (random.chance(0.2)) commands.push(liveLine(name, random))
  const twice = random.pick(lines)
  const trials = [...(states ? [shuffle] : []), random.pick(TRIALS)]
  const shuffled = states && plainText(random.shuffled(states))
  if (random.chance(0.6)) commands.push(random.pick(comparisons(name, random)))
  return { seed, files, inputs, mesh: options, proxy, commands, twice, trials, shuffled }
}

/** The base of the manifests: an earlier state of the mesh, or a part of the current one. */
function baseOf(mesh: MeshInput, documents: readonly JsonValue[], random: Random): readonly JsonValue[] {
  return random.chance(0.6) ? mesh.documents : documents.filter(() => random.chance(0.5))
}
