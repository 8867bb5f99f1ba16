/** What a seed stands for: files, and the command lines that read them. */
import type { JsonValue } from '../../src/sources/document.ts'
import { type Corpus, isMapping, type Mapping, type MeshInput } from './corpus.ts'
import { hostileText } from './hostile.ts'
import { copy, enlarge, mutate } from './mutate.ts'
import { Random } from './random.ts'
import { fileText, hostileBytes, mutateText, plainText } from './text.ts'

export interface FuzzInput {
  readonly seed: number
  readonly files: ReadonlyMap<string, string | Buffer>
  /** What every command is told. */
  readonly options: readonly string[]
  readonly commands: readonly (readonly string[])[]
  /** The same manifests in another order, where that must not matter. */
  readonly shuffled: string | undefined
}

const MANIFESTS = 'mesh.yaml'
const NODE = 'node.json'
const MESH_CONFIG = 'mesh-config.yaml'
const NAMES = 'names.txt'

const EMPTY_MESH: MeshInput = { name: '', documents: [], remotes: new Map(), nodes: [], istiodEnv: {} }

/** The environment that istiod says it has. */
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

/** What is hurt: documents, the text that they are written in, or its bytes. */
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

const asOperand = (name: string): string => (name.startsWith('-') || name === '' ? `x${name}` : name)

const TYPES = ['A', 'AAAA', 'ANY', 'TXT', 'PTR', 'SRV']
const VIEWS = ['listeners', 'clusters', 'endpoints', 'routes', 'all']

/** Some of what each command can do; `name` is one of the mesh's, or hostile. */
function commandLines(name: string, random: Random): (readonly string[])[] {
  const view = random.pick(VIEWS)
  return [
    ['dig', asOperand(name), random.pick(TYPES)],
    ['dig', asOperand(name), '+short'],
    ['dig', asOperand(name), '+search', '-o', random.pick(['json', 'yaml'])],
    ['dig', '-x', asOperand(random.pick(['240.240.0.1', '10.0.0.1', '2001:2::1', name]))],
    ['dig', '--batch', NAMES],
    ['dig', '--batch', NAMES, '-o', 'json'],
    ['nametable'],
    ['nametable', '-o', random.pick(['json', 'yaml'])],
    ['nametable', asOperand(name)],
    ['allocate'],
    ['allocate', '-o', random.pick(['json', 'yaml'])],
    ['allocate', '-o', 'patch'],
    ['allocate', '--istio-version', random.pick(['1.7', '1.12', '1.20', '1.26'])],
    ['dump', '-o', 'yaml'],
    ['dump', '-o', 'config-dump'],
    ['proxy-config', view],
    ['proxy-config', view, '--explain'],
    ['proxy-config', random.pick(['listeners', 'clusters']), '--explain'],
    ['proxy-config', view, '-o', random.pick(['json', 'yaml'])],
    ['proxy-config', 'listeners', '--port', random.pick(['80', '443', '3306', '15006', '0']), '--explain'],
    ['proxy-config', 'clusters', '--fqdn', name, '--explain'],
    ['conflicts'],
    ['conflicts', '-o', random.pick(['json', 'yaml'])],
    ['conflicts', '--fix', 'none'],
    ['conflicts', '--fix-out', 'mended'],
    ['gateways', ...random.pick([[], ['-o', 'json']])],
    ['clusters', ...random.pick([[], ['-o', 'json']])],
    ['lint', '--dns-capture', random.pick(['mesh', 'true', 'false', 'both'])],
    ['lint', '-o', random.pick(['json', 'yaml', 'sarif', 'junit', 'github']), '--dns-capture', 'both'],
    ['lint', '--from-version', '1.20', '--verbose'],
    ['lint', '--fix', '--dry-run'],
    ['lint', '--write-baseline', 'baseline.json'],
    ['proxies', '-A', ...random.pick([[], ['-o', 'json']])],
    ['snapshot', '-o', random.pick(['json', 'yaml'])],
    ['dig', asOperand(name), asOperand(hostileText(random).replaceAll('\u0000', ''))],
  ]
}

const COMMANDS_OF_A_SEED = 6

/** Manifests as objects with names of their own and different times of creation; undefined where they have none. */
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
  if (mesh.nodes.length > 0) return ['--node', NODE]
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

/** A mesh configuration of its own, mostly what the ConfigMap of the mesh says. */
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
 * Makes the input of a seed, always the same one.
 * @param corpus as read from the fixtures
 * @param large lets one list be long, and nothing else be wrong
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

  const states = harm === 'values' && random.chance(0.4) ? dated(documents) : undefined
  documents = states ?? documents
  const files = new Map<string, string | Buffer>()
  files.set(MANIFESTS, states ? plainText(states) : manifestText(documents, harm, random))

  const groups = random.chance(0.1) ? documents.filter(isMapping).filter(({ kind }) => kind === 'WorkloadGroup') : []
  const joins = groups.flatMap(({ metadata }) => (isMapping(metadata) ? ['--join', joinOf(metadata, random)] : []))
  const options = [
    '-f',
    MANIFESTS,
    ...joins,
    ...proxyOptions(mesh, documents, random),
    ...envOptions(mesh.istiodEnv, random),
  ]
  for (const [id, manifests] of mesh.remotes) {
    const remote = copy([...manifests]) as JsonValue[]
    if (!large && random.chance(0.5)) mutate(remote, random, corpus)
    files.set(`${id}.yaml`, fileText(remote, random))
    options.push('--remote', `${id}=${id}.yaml`)
  }
  if (random.chance(0.1)) {
    files.set(MESH_CONFIG, meshConfigText(documents, random))
    options.push('--mesh-config', MESH_CONFIG)
  }
  if (mesh.nodes.length > 0) {
    const node = [copy(random.pick(mesh.nodes))]
    if (!large && random.chance(0.35)) mutate(node, random, corpus)
    files.set(NODE, `${JSON.stringify(node[0] ?? null)}\n`)
  }
  const names = namesOf(documents, random)
  files.set(NAMES, `${names.join('\n')}\n`)
  return {
    seed,
    files,
    options,
    commands: random
      .shuffled(commandLines(names[0] ?? 'x', random))
      // YAML is written at one or two megabytes a second, which would be all that is measured.
      .filter((command) => !large || !command.includes('yaml'))
      .slice(0, COMMANDS_OF_A_SEED),
    shuffled: states && plainText(random.shuffled(states)),
  }
}
