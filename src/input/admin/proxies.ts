/** The running proxies of live clusters. */
import { UserError } from '../../common/errors.ts'
import { hostFilter } from '../../common/globs.ts'
import { nearestAll } from '../../common/nearest.ts'
import { type Container, POD, type Pod } from '../../kinds/kubernetes/pod.ts'
import { injectedSettings, proxyContainer, statedType } from '../../proxy/sidecar.ts'
import { nameOfProxy } from '../dumps/evidence.ts'
import { gapProblems, gapsOfReads } from '../live/gaps.ts'
import type { LiveCluster } from '../live/index.ts'
import type { Reporter } from '../reporter.ts'
import { namesText } from '../words.ts'
import { podsIn } from './pods.ts'

/** A running pod with a proxy. */
export interface ProxyPod {
  readonly cluster: LiveCluster
  readonly namespace: string
  readonly pod: string
  /** Of Envoy's admin interface. */
  readonly adminPort: number
}

/** What to look for. */
export interface ProxyQuery {
  /** Names or patterns of pods, with or without `.NAMESPACE`; empty for all. */
  readonly names: readonly string[]
  /** undefined for all. */
  readonly namespace: string | undefined
}

const ADMIN_PORT = 15000
const MOST_NAMED = 5
const RUNNING = 'Running'

const fullName = ({ meta }: Pod): string => nameOfProxy({ pod: meta.name, namespace: meta.namespace })

interface Found {
  readonly cluster: LiveCluster
  readonly pod: Pod
}

async function podsOf(cluster: LiveCluster, { namespace }: ProxyQuery, reporter: Reporter): Promise<readonly Found[]> {
  const request = { kind: POD, ...(namespace !== undefined && { namespaces: [namespace] }) }
  const { documents, gaps, problems } = await cluster.load([request])
  await reporter.report([...problems, ...gapProblems(cluster, gapsOfReads(cluster, gaps, 'proxies'))])
  return podsIn(documents).map((pod) => ({ cluster, pod }))
}

/**
 * A test whether a proxy is one of those that patterns name. Without patterns, every proxy is.
 * @param names patterns of `NAME` or `NAME.NAMESPACE`
 */
export function proxyFilter(names: readonly string[]): (name: string) => boolean {
  const matches = hostFilter(names)
  return (name) => matches(name) || matches(name.slice(0, name.lastIndexOf('.')))
}

/** The container of a proxy that vipctl models. */
function containerOf({ spec }: Pod): Container | undefined {
  const container = proxyContainer(spec)
  const type = statedType(container)
  return type === 'waypoint' || type === 'ztunnel' ? undefined : container
}

const adminPortOf = (pod: Pod, container: Container): number =>
  injectedSettings(pod, container).config?.proxyAdminPort || ADMIN_PORT

/** Why a pod that the user has named cannot be asked. */
function reasonAgainst(pod: Pod): string {
  const container = proxyContainer(pod.spec)
  if (!container) return 'it has no container istio-proxy'
  if (!containerOf(pod)) return `its proxy is a ${statedType(container)}, which vipctl does not model`
  return `it is ${pod.status.phase || 'in no phase yet'}, not ${RUNNING}`
}

/** @throws UserError when a name matches no pod with a running proxy */
function checkName(name: string, all: readonly Found[], usable: ReadonlySet<Found>): void {
  const matches = proxyFilter([name])
  const named = all.filter(({ pod }) => matches(fullName(pod)))
  const [first] = named
  if (named.some((each) => usable.has(each))) return
  if (!first) {
    const names = [...usable].map(({ pod }) => fullName(pod))
    const close = nearestAll(name, [...names, ...[...usable].map(({ pod }) => pod.meta.name)])
    throw new UserError(
      `no pod ${name}`,
      close.length > 0 ? `did you mean ${close.join(' or ')}?` : '`vipctl proxies` lists the proxies',
    )
  }
  const names = named.map(({ pod }) => fullName(pod))
  throw new UserError(`${namesText(names, MOST_NAMED)} cannot be verified: ${reasonAgainst(first.pod)}`)
}

/**
 * The running proxies of clusters, by cluster, namespace and name. Those of ambient mode are left out.
 * @throws UserError when a name in the query matches none of them, LiveError
 */
export async function runningProxies(
  clusters: readonly LiveCluster[],
  query: ProxyQuery,
  reporter: Reporter,
): Promise<readonly ProxyPod[]> {
  const all: Found[] = []
  for (const cluster of clusters) all.push(...(await podsOf(cluster, query, reporter)))
  const usable = all.filter(({ pod }) => containerOf(pod) && pod.status.phase === RUNNING)
  const set = new Set(usable)
  for (const name of query.names) checkName(name, all, set)
  const matches = proxyFilter(query.names)
  return usable
    .filter(({ pod }) => matches(fullName(pod)))
    .map(({ cluster, pod }) => ({
      cluster,
      namespace: pod.meta.namespace,
      pod: pod.meta.name,
      adminPort: adminPortOf(pod, containerOf(pod) as Container),
    }))
}
