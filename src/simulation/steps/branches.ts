/** The clusters of a destination, their endpoints, and how the proxy talks to them. */
import { BLACK_HOLE_CLUSTER, INBOUND_PASSTHROUGH_CLUSTER, PASSTHROUGH_CLUSTER } from '../../common/names.ts'
import type { Configuration, Known } from '../configuration.ts'
import type { Connection } from '../connection.ts'
import type { Cluster } from '../resources.ts'
import { type Branch, type Ending, lateStep, type Step } from '../step.ts'
import { type ClusterEndpoints, type Endpoint, endpointsOf, endpointText } from './endpoints.ts'
import { type Share, withTraffic } from './filters.ts'
import { type Transport, transportOf, upstreamRequest } from './transport.ts'
import { limitsText, plural, transportText } from './words.ts'

/** A destination with its part of the traffic. */
interface Destination {
  readonly cluster: string
  /** In percent. */
  readonly weight: number
  /** What goes on to the cluster, after all changes. */
  readonly sent: Connection
  /** The proxy reads requests; otherwise it passes on bytes, whatever they are. */
  readonly isHttp: boolean
}

/** What stands for the address of a host that the proxy cannot know. */
const UNKNOWN_DESTINATION = 'an address outside the mesh'

const PASSTHROUGHS: ReadonlySet<string> = new Set([PASSTHROUGH_CLUSTER, INBOUND_PASSTHROUGH_CLUSTER])

/** `outbound|PORT|SUBSET|HOST` or `outbound_.PORT_.SUBSET_.HOST`. */
const subsetOf = (cluster: string): string => cluster.split(/\||_\./)[2] ?? ''

const roundedPercent = (share: number): number => Math.round(share * 10_000) / 100

function missingCluster(destination: Destination): Branch {
  const { cluster, isHttp } = destination
  const text = `the proxy has no cluster ${cluster}`
  const status = isHttp ? { status: 503 } : {}
  const step: Step = {
    stage: 'cluster',
    result: 'no such cluster',
    reason: `${text}: no service in the scope of the proxy has this host, port and subset`,
    resource: cluster,
    origins: [],
  }
  const ending: Ending = { outcome: 'refused', ...status, text }
  return { ...plainParts(destination), tls: 'none', targets: [], steps: [step], ending }
}

function plainParts({ cluster, weight, sent, isHttp }: Destination) {
  const http = isHttp ? sent.http : undefined
  return { cluster, weight, sent, subset: subsetOf(cluster), host: http?.authority, path: http?.path }
}

function typeText({ origins: [origin] }: Known<Cluster>): string {
  return origin ? `${origin.what}: ${origin.why}` : ''
}

function clusterStep(known: Known<Cluster>, weight: number, transports: readonly Transport[]): Step {
  const { name } = known.resource
  return lateStep('cluster', name, () => {
    const texts = [...new Set(transports.map(transportText))]
    const parts = [typeText(known), texts.join(' or '), limitsText(known.resource)]
    const result = weight < 100 ? `${name} (${weight}%)` : name
    return { result, reason: parts.filter((part) => part !== '').join('; '), origins: known.origins }
  })
}

/** At most this many endpoints are named; the others are counted. */
const MOST_NAMED = 5

function endpointPhrase(endpoint: Endpoint): string {
  const { workload, share, priority } = endpoint
  const use = share > 0 ? `${roundedPercent(share)}%` : `priority ${priority}`
  return `${endpointText(endpoint)}${workload && ` ${workload}`} (${use})`
}

function endpointsText(endpoints: readonly Endpoint[]): string {
  const named = endpoints.slice(0, MOST_NAMED).map(endpointPhrase)
  const more = endpoints.length - named.length
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

function explainEndpoints(cluster: Cluster, { endpoints, unhealthy, origins }: ClusterEndpoints) {
  const lost = unhealthy > 0 ? `; ${plural(unhealthy, 'endpoint')} not healthy` : ''
  const resolves = cluster.type === 'STRICT_DNS' || cluster.type === 'LOGICAL_DNS' || cluster.clusterType
  const text = resolves ? 'names are resolved by the proxy: ' : ''
  const empty = cluster.name === BLACK_HOLE_CLUSTER ? 'the cluster never has any' : 'no endpoint is left for the proxy'
  return {
    result: endpoints.length === 0 ? 'none' : plural(endpoints.length, 'endpoint'),
    reason: (endpoints.length === 0 ? empty : text + endpointsText(endpoints)) + lost,
    origins,
  }
}

const endpointsStep = (cluster: Cluster, found: ClusterEndpoints): Step =>
  lateStep('endpoints', cluster.name, () => explainEndpoints(cluster, found))

function endingOf(cluster: Cluster, { endpoints }: ClusterEndpoints, isHttp: boolean): Ending {
  const { name } = cluster
  if (name === BLACK_HOLE_CLUSTER) {
    return { outcome: 'blackhole', text: 'the connection is closed: the proxy does not allow this destination' }
  }
  if (endpoints.length === 0) {
    return { outcome: 'no-endpoints', ...(isHttp && { status: 503 }), text: `${name} has no endpoint that can be used` }
  }
  const text = endpointsText(endpoints)
  return PASSTHROUGHS.has(name)
    ? { outcome: 'passthrough', text: `passed through unchanged to ${text}` }
    : { outcome: 'reached', text }
}

interface Prepared {
  readonly endpoint: Endpoint
  readonly transport: Transport
}

/** One branch for each kind of TLS, each with its part of the weight. */
function split(
  prepared: readonly Prepared[],
  parts: Omit<Branch, 'tls' | 'targets'>,
  sent: Connection,
): readonly Branch[] {
  const modes = [...new Set(prepared.map(({ transport }) => transport.mode))]
  return modes.map((tls, index) => {
    const own = prepared.filter(({ transport }) => transport.mode === tls)
    const share = own.reduce((total, { endpoint }) => total + endpoint.share, 0)
    return {
      ...parts,
      weight: modes.length === 1 ? parts.weight : roundedPercent((parts.weight / 100) * share),
      tls,
      targets: own.map(({ endpoint, transport }) => ({
        endpoint,
        // The endpoint sees the address of this proxy, not that of the client.
        sent: { ...sent, source: undefined, address: endpoint.address, port: endpoint.port, tls: transport.tls },
      })),
      // The steps are about the cluster as a whole.
      steps: index === 0 ? parts.steps : [],
    }
  })
}

/** The branches of one destination. */
function branchesOf(configuration: Configuration, destination: Destination): readonly Branch[] {
  const { cluster: name, weight, sent, isHttp } = destination
  const known = configuration.cluster(name)
  if (!known) return [missingCluster(destination)]
  const cluster = known.resource
  const passed = isHttp && sent.http ? { ...sent, http: upstreamRequest(cluster, sent.http) } : sent
  // What the proxy does not read, it cannot use.
  const read = isHttp ? passed : { ...sent, http: undefined }
  const found = endpointsOf(configuration, cluster, read, UNKNOWN_DESTINATION)
  const prepared = found.endpoints.map((endpoint) => ({
    endpoint,
    transport: transportOf(cluster, endpoint.received, read),
  }))
  const transports = prepared.map(({ transport }) => transport)
  const steps = [clusterStep(known, weight, transports), endpointsStep(cluster, found)]
  const parts = { ...plainParts(destination), steps, ending: endingOf(cluster, found, isHttp) }
  if (prepared.length > 0) return split(prepared, parts, passed)
  return [{ ...parts, tls: transportOf(cluster, undefined, read).mode, targets: [] }]
}

/**
 * The branches of all clusters that get traffic, each with its part of the sum of all weights.
 * @param sentTo what goes on to a cluster, after all changes
 */
export function branchesOfShares(
  configuration: Configuration,
  shares: readonly Share[],
  sentTo: (share: Share) => Connection,
  isHttp: boolean,
): readonly Branch[] {
  const used = withTraffic(shares)
  const total = used.reduce((sum, { weight }) => sum + weight, 0)
  return used.flatMap((share) => {
    const { cluster, weight } = share
    return branchesOf(configuration, { cluster, weight: roundedPercent(weight / total), sent: sentTo(share), isHttp })
  })
}
