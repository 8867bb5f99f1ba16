/** Hosts, ports, subsets and destinations in words. */
import { SERVICE_DOMAIN } from '../../../common/cluster-domain.ts'
import { BLACK_HOLE_CLUSTER, INBOUND_PASSTHROUGH_CLUSTER, PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import { parseOutboundName } from '../../../envoy/endpoints/plan/cluster-name.ts'

/** A destination, or what requests are for. */
export interface Place {
  readonly host: string
  /** undefined if it is about all ports. */
  readonly port?: number | undefined
  /** '' for the whole port. */
  readonly subset?: string
  /** The service does not have this port, so it is named only if nothing else is. */
  readonly isGhost?: boolean
  /** What the resource is, such as `listener`, if several of them can share a sentence; `host` is then its name. */
  readonly noun?: string
}

const SUFFIX = `.${SERVICE_DOMAIN}`

/** `reviews.shop` for a Service of the cluster, otherwise the host as it is. */
export function hostText(host: string): string {
  return host.endsWith(SUFFIX) && host.length > SUFFIX.length ? host.slice(0, -SUFFIX.length) : host
}

/** `reviews.shop:9080` */
export function hostPortText({ host, port }: Place): string {
  const text = hostText(host)
  if (port === undefined) return text
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`
}

/** `a`, `a and b`, `a, b and c`, `a, b and 5 more`. */
export function listText(items: readonly string[], most = 3): string {
  const shown = items.length > most ? items.slice(0, most - 1) : items.slice(0, -1)
  const last = items.length > most ? `${items.length - shown.length} more` : (items.at(-1) ?? '')
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`
}

const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)]

function subsetsText(subsets: readonly string[]): string {
  const named = subsets.filter((subset) => subset !== '')
  if (named.length === 0) return ''
  if (named.length < subsets.length) return named.length === 1 ? ` and its subset ${named[0]}` : ' and its subsets'
  return named.length === 1 ? ` subset ${named[0]}` : ` subsets ${listText(named)}`
}

/** `listener 0.0.0.0_80`, `12 listeners (0.0.0.0_80, 0.0.0.0_90 and 10 more)`. */
export function nounText(noun: string, names: readonly string[]): string {
  return names.length === 1 ? `${noun} ${names[0]}` : `${names.length} ${noun}s (${listText(names)})`
}

/** Several places of one host: `reviews.shop:9080`, `reviews.shop (ports 80 and 9080) subset v1`. */
export function placesText(places: readonly Place[]): string {
  const [first] = places
  if (!first) return ''
  const own = places.some(({ isGhost }) => !isGhost) ? places.filter(({ isGhost }) => !isGhost) : places
  const ports = distinct(own.flatMap(({ port }) => port ?? [])).sort((a, b) => a - b)
  const subsets = distinct(places.map(({ subset = '' }) => subset)).sort()
  const where =
    ports.length > 1
      ? `${hostText(first.host)} (ports ${listText(ports.map(String))})`
      : hostPortText({ host: first.host, port: ports[0] })
  return where + subsetsText(subsets)
}

const FIXED: ReadonlyMap<string, string> = new Map([
  [PASSTHROUGH_CLUSTER, 'the address that the client chose'],
  [INBOUND_PASSTHROUGH_CLUSTER, 'the application'],
  [BLACK_HOLE_CLUSTER, 'nowhere (refused)'],
])

/**
 * A cluster in words, short where the reader knows the host already: `v2`, `ratings.shop:8080`, `v2 of ratings.shop`.
 * @param context what the connections or requests are for
 */
export function destinationText(cluster: string, context: Place): string {
  const parts = parseOutboundName(cluster)
  if (!parts) return FIXED.get(cluster) ?? inboundText(cluster)
  const { host, port, subset } = parts
  const isOwn = host === context.host
  const where = port === context.port ? hostText(host) : hostPortText({ host, port })
  if (subset === '') return where
  return isOwn && port === context.port ? subset : `${subset} of ${where}`
}

/** What the application is reached by. */
export const inboundPortText = (port: number): string => `inbound port ${port}`

const INBOUND = /^inbound\|(\d+)\|/

/** The port of an inbound cluster; undefined for other clusters. */
export const inboundPortOf = (cluster: string): string | undefined => INBOUND.exec(cluster)?.[1]

/** `port 8080 of the application` */
function inboundText(cluster: string): string {
  const port = inboundPortOf(cluster)
  return port === undefined ? cluster : `port ${port} of the application`
}
