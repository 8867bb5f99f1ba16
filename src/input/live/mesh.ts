/** From the cluster options to documents: which clusters, whose istiod, which kinds. */

import type { InputOptions } from '../../commands/input-options.ts'
import type { Session } from '../../commands/session.ts'
import { UserError } from '../../common/errors.ts'
import { type ApiKind, type Reads, resourceName } from '../../kinds/index.ts'
import { buildSnapshot, DEFAULT_CLUSTER_ID } from '../../resources/index.ts'
import { appliedIstiod, SYSTEM_NAMESPACE } from '../../resources/mesh/istiod.ts'
import { meshConfigMapName } from '../../resources/mesh/mesh.ts'
import type { SourceDocument, SourceProblem } from '../../sources/document.ts'
import {
  type ConnectOptions,
  connect,
  type LiveCluster,
  LiveError,
  type LiveGap,
  type LiveList,
  type LiveRequest,
  type LoadedCluster,
  type OnProgress,
  type RemoteClusters,
  unreadableRemote,
} from './index.ts'
import { DEPLOYMENTS, ISTIOD, needsOf } from './needs.ts'
import { progressOn } from './progress.ts'

/** What a command wants of the cluster. */
export interface LiveWants {
  readonly reads: Reads
  /** `--proxy`: whose Deployment may have to be read. */
  readonly proxy?: string | undefined
}

/** A cluster with the lists that were read of it, from which a watch goes on. */
export interface ReadCluster {
  readonly cluster: LiveCluster
  readonly lists: readonly LiveList[]
}

/** Everything that was read of live clusters. */
export interface LiveMesh {
  /** The config cluster first. Its connections stay open until `close`. */
  readonly clusters: readonly ReadCluster[]
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
  /** The config cluster's ID, as its istiod states it. */
  readonly clusterId: string | undefined
  /** IDs of the remote clusters. */
  readonly remotes: readonly string[]
  /** The context's namespace. */
  readonly namespace: string | undefined
  close(): void
}

function connectOptions(options: InputOptions, { proxy }: LiveWants, session: Session): ConnectOptions {
  if ((options.asGroup ?? []).length > 0 && options.as === undefined) {
    throw new UserError('--as-group needs --as: groups alone cannot be impersonated')
  }
  if (options.remoteSecrets && (options.context ?? []).length > 1) {
    throw new UserError(
      '--remote-secrets and several --context exclude each other',
      'both say which clusters there are',
    )
  }
  const { namespace, istioNamespace = SYSTEM_NAMESPACE } = options
  return {
    kubeconfig: options.kubeconfig,
    contexts: options.context ?? [],
    as: options.as,
    asGroups: options.asGroup ?? [],
    requestTimeout: options.requestTimeout ?? 0,
    usualNamespaces: [...(namespace ? [namespace] : []), ...statedNamespaces(proxy), istioNamespace],
    keepsApplied: options.useKube === true,
    env: session.io.env,
    cwd: session.io.cwd,
  }
}

/** What `[TYPE/]NAME[.NAMESPACE]` has after its last dot, which need not be a namespace. */
const statedNamespaces = (proxy = ''): readonly string[] =>
  proxy
    .split('.')
    .slice(1)
    .slice(-1)
    .filter((name) => name !== '')

/** Types of `--proxy` that are no Deployment. */
const NO_DEPLOYMENT = /^(pods?|po|workloadentry|workloadentries|we|workloadgroups?|wg)\//i

/** Namespaces in which `[TYPE/]NAME[.NAMESPACE]` may be a Deployment. */
function deploymentNamespaces(proxy: string | undefined, own: string): readonly string[] {
  if (proxy === undefined || NO_DEPLOYMENT.test(proxy)) return []
  return [...new Set([...statedNamespaces(proxy), own])]
}

function requestsOf(wants: LiveWants, own: string, isConfigCluster: boolean): LiveRequest[] {
  const requests = needsOf(wants.reads)
    .filter(({ everyCluster }) => isConfigCluster || everyCluster)
    .map(({ kind, unmodelled }): LiveRequest => ({ kind, optional: unmodelled }))
  const namespaces = deploymentNamespaces(wants.proxy, own)
  const hasAll = requests.some(({ kind }) => kind === DEPLOYMENTS.kind)
  if (namespaces.length > 0 && !hasAll) requests.push({ kind: DEPLOYMENTS.kind, namespaces })
  return requests
}

const placeOfCluster = ({ context, server }: LiveCluster): string => `context ${context} (${server})`

/** @throws LiveError when all that was asked for is forbidden */
function checkAccess(cluster: LiveCluster, { gaps, lists }: LoadedCluster): void {
  const [gap] = gaps
  if (!gap || lists.length > 0) return
  throw new LiveError(
    `${placeOfCluster(cluster)}: nothing may be read (403): ${gap.reason}`,
    `-n tries another namespace; ${RBAC_HINT}`,
  )
}

const listed = (words: readonly string[], most = 5): string =>
  words.length > most ? `${words.slice(0, most).join(', ')} and ${words.length - most} more` : words.join(', ')

/** What the answer misses without a kind; undefined for one of which nothing is computed. */
type Misses = (kind: ApiKind) => string | undefined

/** One problem for each kind that was not read in full; those of which nothing is computed share one. */
function gapProblems(cluster: LiveCluster, gaps: readonly LiveGap[], missesOf: Misses): SourceProblem[] {
  const place = placeOfCluster(cluster)
  const problems: SourceProblem[] = []
  const unknown: string[] = []
  const inOrder = gaps.toSorted((a, b) => a.kind.plural.localeCompare(b.kind.plural))
  for (const { kind, readNamespaces, reason } of inOrder) {
    const misses = missesOf(kind)
    if (misses === undefined) {
      unknown.push(resourceName(kind))
      continue
    }
    const rest = readNamespaces.length > 0 ? `only those of ${listed(readNamespaces)} were read` : 'none were read'
    const message = `${place}: may not read all ${resourceName(kind)}, ${rest}; the answer may miss ${misses} (${reason})`
    problems.push({ severity: 'warning', message })
  }
  if (unknown.length > 0) {
    const kinds = listed(unknown, 3)
    problems.push({
      severity: 'warning',
      message: `${place}: may not read ${kinds}: whether there are any that change the answer is not known`,
    })
  }
  const last = problems.pop()
  // What helps is the same for all of them.
  return last ? [...problems, { ...last, hint: RBAC_HINT }] : []
}

const RBAC_HINT = '`vipctl rbac` prints the role that is needed'

const ISTIOD_MISSES: Misses = (kind) =>
  kind === ISTIOD.configMap ? 'the mesh configuration: defaults count' : "istiod's settings and version: defaults count"

function missesOfReads(reads: Reads): Misses {
  const needs = new Map(needsOf(reads).map((need) => [need.kind, need]))
  return (kind) => {
    const need = needs.get(kind) ?? DEPLOYMENTS
    return need.unmodelled ? undefined : need.misses
  }
}

/** What was read of one cluster, with its gaps in words. */
interface Part {
  readonly cluster: LiveCluster
  readonly documents: readonly SourceDocument[]
  readonly problems: readonly SourceProblem[]
  readonly lists: readonly LiveList[]
}

/** What a cluster's own istiods say. */
interface Istiod {
  /** CLUSTER_ID of the one that counts. */
  readonly clusterId: string | undefined
  /** Of the one that counts: the one asked for, else the one that is taken. */
  readonly revision: string
  readonly loaded: LoadedCluster
}

/**
 * The Deployments of istiod, and which of them counts.
 * @throws UserError when it is not the one that was asked for
 */
async function readIstiods(cluster: LiveCluster, options: InputOptions): Promise<Istiod> {
  const { istioNamespace = SYSTEM_NAMESPACE, revision } = options
  const request = { kind: ISTIOD.deployment, namespaces: [istioNamespace], labelSelector: ISTIOD.selector }
  const loaded = await cluster.load([request])
  // To whoever asks, a remote cluster's istiod is one like any other.
  const documents = loaded.documents.map(({ file, start, end, value }) => ({ file, cluster: '', start, end, value }))
  const { clusters, features } = buildSnapshot(documents, { istioNamespace, revision })
  const applied = appliedIstiod(clusters[0].deployments, { istioNamespace, revision })
  if (revision !== undefined && !applied.deployment && loaded.gaps.length === 0) {
    const known = applied.revisions.join(', ')
    throw new UserError(
      `--revision ${revision}: ${placeOfCluster(cluster)} has no such istiod in namespace ${istioNamespace}`,
      known === '' ? '-i names the namespace of istiod' : `it has ${known}`,
    )
  }
  return { clusterId: features.env.get('CLUSTER_ID'), revision: applied.revision, loaded }
}

/** istiod's Deployments and its ConfigMap. What of them may not be read leaves the defaults, and is said. */
async function readSettings(cluster: LiveCluster, options: InputOptions): Promise<Part & Pick<Istiod, 'clusterId'>> {
  const { clusterId, revision, loaded } = await readIstiods(cluster, options)
  const namespaces = [options.istioNamespace ?? SYSTEM_NAMESPACE]
  const configMaps = await cluster.load([{ kind: ISTIOD.configMap, namespaces, names: [meshConfigMapName(revision)] }])
  return {
    cluster,
    clusterId,
    documents: [...loaded.documents, ...configMaps.documents],
    problems: [
      ...loaded.problems,
      ...configMaps.problems,
      ...gapProblems(cluster, [...loaded.gaps, ...configMaps.gaps], ISTIOD_MISSES),
    ],
    lists: [...loaded.lists, ...configMaps.lists],
  }
}

async function readCluster(
  cluster: LiveCluster,
  wants: LiveWants,
  ownNamespace: string,
  onProgress: OnProgress,
): Promise<Part> {
  const loaded = await cluster.load(requestsOf(wants, ownNamespace, cluster.id === ''), onProgress)
  checkAccess(cluster, loaded)
  const gaps = gapProblems(cluster, loaded.gaps, missesOfReads(wants.reads))
  return { cluster, documents: loaded.documents, problems: [...loaded.problems, ...gaps], lists: loaded.lists }
}

/** A remote cluster of a secret: one that cannot be read is left out, as istiod does. */
async function readRemote(...args: Parameters<typeof readCluster>): Promise<Part> {
  const [cluster] = args
  try {
    return await readCluster(...args)
  } catch (error) {
    if (!(error instanceof LiveError)) throw error
    return { cluster, documents: [], problems: [unreadableRemote(cluster.id, error)], lists: [] }
  }
}

/** Contexts beside the first are remote clusters, by the ID of their own istiod, else by their names. */
async function namedRemotes(
  clusters: readonly LiveCluster[],
  localId: string,
  options: InputOptions,
): Promise<RemoteClusters> {
  const named: LiveCluster[] = []
  const problems: SourceProblem[] = []
  for (const cluster of clusters) {
    const { clusterId: stated } = await readIstiods(cluster, { ...options, revision: undefined })
    const id = stated ?? cluster.context
    if (id === localId || named.some((other) => other.id === id)) {
      throw new UserError(
        `context ${cluster.context}: its cluster ID ${id} is another cluster's too`,
        '--cluster-id names the first one otherwise',
      )
    }
    if (stated === undefined) {
      const message = `context ${cluster.context}: no istiod there says its cluster ID, so ${id} is taken`
      problems.push({ severity: 'note', message, hint: '--remote-secrets takes the IDs that istiod knows' })
    }
    named.push(cluster.named(id))
  }
  return { clusters: named, problems }
}

function remotesOf(
  [config, ...others]: readonly LiveCluster[],
  localId: string,
  options: InputOptions,
): Promise<RemoteClusters> {
  if (!config || !options.remoteSecrets) return namedRemotes(others, localId, options)
  return config.remotes(options.istioNamespace ?? SYSTEM_NAMESPACE, localId)
}

/** One object may have been asked for twice: as istiod's, and as one of all. */
function withoutRepeats(documents: readonly SourceDocument[]): SourceDocument[] {
  const seen = new Set<string>()
  return documents.filter(({ file, cluster }) => {
    const key = `${cluster}\0${file.name}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

async function readAll(
  clusters: readonly LiveCluster[],
  options: InputOptions,
  wants: LiveWants,
  session: Session,
  opened: (more: readonly LiveCluster[]) => void,
): Promise<Omit<LiveMesh, 'close'>> {
  const [config] = clusters as readonly [LiveCluster, ...LiveCluster[]]
  const own = options.namespace || config.namespace || 'default'
  const settings = await readSettings(config, options)
  const clusterId = options.clusterId ?? settings.clusterId
  const remotes = await remotesOf(clusters, clusterId ?? DEFAULT_CLUSTER_ID, options)
  opened(remotes.clusters)
  const progress = progressOn(session)
  const onProgress =
    (cluster: LiveCluster): OnProgress =>
    (objects, kind) =>
      progress.add(cluster, objects, kind)
  const readOther = options.remoteSecrets ? readRemote : readCluster
  try {
    const [main, ...others] = await Promise.all([
      readCluster(config, wants, own, onProgress(config)),
      ...remotes.clusters.map((cluster) => readOther(cluster, wants, own, onProgress(cluster))),
    ])
    const documents = withoutRepeats([
      ...settings.documents,
      ...main.documents,
      ...others.flatMap((other) => other.documents),
    ])
    return {
      clusters: [
        { cluster: config, lists: [...settings.lists, ...main.lists] },
        ...others.map(({ cluster, lists }) => ({ cluster, lists })),
      ],
      documents,
      problems: [settings, remotes, main, ...others].flatMap(({ problems }) => problems),
      clusterId,
      remotes: remotes.clusters.map(({ id }) => id),
      namespace: config.namespace,
    }
  } finally {
    progress.done()
  }
}

/**
 * Reads what a command wants of the clusters that the options name.
 * @returns undefined when there is no kubeconfig and this runs in no cluster
 * @throws LiveError when a cluster cannot be read, UserError
 */
export async function readLive(
  options: InputOptions,
  wants: LiveWants,
  session: Session,
): Promise<LiveMesh | undefined> {
  const clusters = await connect(connectOptions(options, wants, session))
  if (!clusters) return undefined
  const open = new Set(clusters)
  const close = (): void => {
    for (const cluster of open) cluster.close()
  }
  try {
    const mesh = await readAll(clusters, options, wants, session, (more) => {
      for (const cluster of more) open.add(cluster)
    })
    return { ...mesh, close }
  } catch (error) {
    close()
    throw error
  }
}
