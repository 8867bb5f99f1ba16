/** The name table that istiod sends to a proxy (pkg/dns/server/name_table.go of the reference). */
import { ipFamily, UNSPECIFIED } from '../common/addresses.ts'
import { append } from '../common/collections.ts'
import { keepingEach } from '../common/memory.ts'
import type { Endpoint } from '../registry/endpoint.ts'
import type { Service } from '../registry/service.ts'
import { type Features, flag } from '../resources/mesh/features.ts'
import type { ProxyView } from '../scope/view.ts'

/** The rule that added addresses to a record. */
export type RecordRule =
  /** ClusterIPs of the proxy's cluster, or of another one if the Service exists only there. */
  | 'cluster-ip'
  /** spec.addresses of an entry */
  | 'own-address'
  /** an automatic address of an entry */
  | 'vip'
  /** addresses of the ready pods of a headless Service */
  | 'headless'
  /** one pod of a headless Service, by its own name */
  | 'pod'

/** Addresses of a record and their origin. */
export interface RecordSource {
  readonly service: Service
  readonly rule: RecordRule
  readonly ips: readonly string[]
  /** The endpoints behind the addresses, for headless services and pods. */
  readonly endpoints: readonly Endpoint[]
}

/** One host of the table. */
export interface NameRecord {
  readonly host: string
  readonly ips: readonly string[]
  readonly registry: Service['registry']
  /** For Kubernetes hosts and pods, otherwise ''. */
  readonly namespace: string
  readonly shortname: string
  readonly sources: readonly RecordSource[]
}

/** Records by host, in creation order. */
export type NameTable = ReadonlyMap<string, NameRecord>

const NO_ENDPOINTS: readonly Endpoint[] = []

const same = (a: string, b: string): boolean => a === '' || b === '' || a === b

interface HeadlessResult {
  readonly ips: string[]
  readonly endpoints: Endpoint[]
  readonly pods: PodNames
}

/** Endpoints by pod host name. */
interface PodNames {
  readonly own: ReadonlyMap<string, readonly Endpoint[]>
  /** In clusters other than the proxy's. */
  readonly others: ReadonlyMap<string, readonly Endpoint[]>
}

function podHost({ hostname, subdomain }: Endpoint, domain: string): string {
  return `${hostname}.${subdomain}.${domain}`
}

const isHealthy = ({ health }: Endpoint): boolean => health === 'HEALTHY'
const isNotUnhealthy = ({ health }: Endpoint): boolean => health !== 'UNHEALTHY' && health !== 'TERMINATING'

/** Endpoints that have an IP address. */
const isAddressed = ({ addresses }: Endpoint): boolean =>
  addresses.length > 0 && addresses.every((address) => ipFamily(address) !== 0)

/** The endpoints of a headless service's name: with an address, and ready unless unready ones are published. */
function* shownEndpoints(service: Service, view: ProxyView): Iterable<Endpoint> {
  const { features } = view.registry.snapshot
  const isReady = features.has('healthy-only-names') ? isHealthy : isNotUnhealthy
  const unready = service.kubernetes?.publishNotReadyAddresses ?? false
  const instances = view.registry.instancesOf(service.namespace, service.hostname)
  const isShown = (endpoint: Endpoint): boolean => isAddressed(endpoint) && (unready || isReady(endpoint))
  if (!features.has('names-of-all-ports')) {
    yield* (instances.get(service.ports[0]?.number ?? 0) ?? NO_ENDPOINTS).filter(isShown)
    return
  }
  const seen = new Set<string>()
  for (const endpoints of instances.values()) {
    for (const endpoint of endpoints) {
      const first = endpoint.addresses[0] ?? ''
      if (!isShown(endpoint) || seen.has(first)) continue
      seen.add(first)
      yield endpoint
    }
  }
}

function headlessRecords(service: Service, view: ProxyView): HeadlessResult {
  const { network, clusterId } = view.proxy
  const acrossClusters = flag(view.registry.snapshot.features.env, 'ENABLE_MULTICLUSTER_HEADLESS', true)
  const [, domain] = service.hostname.split(/\.(.*)/s)
  const endpoints: Endpoint[] = []
  const own = new Map<string, Endpoint[]>()
  const others = new Map<string, Endpoint[]>()
  for (const endpoint of shownEndpoints(service, view)) {
    if (!same(endpoint.network, network)) continue
    const sameCluster = same(endpoint.clusterId, clusterId)
    if (endpoint.subdomain !== '') {
      if (domain === undefined) continue
      append(sameCluster ? own : others, podHost(endpoint, domain), endpoint)
    }
    if (sameCluster || acrossClusters) endpoints.push(endpoint)
  }
  const ips = endpoints.flatMap((endpoint) => endpoint.addresses)
  return { ips, endpoints, pods: { own, others } }
}

function podRecord(host: string, service: Service, endpoints: readonly Endpoint[]): NameRecord {
  const [first] = endpoints
  const ips = endpoints.flatMap((endpoint) => endpoint.addresses)
  return {
    host,
    ips,
    registry: service.registry,
    namespace: service.namespace,
    shortname: `${first?.hostname}.${first?.subdomain}`,
    sources: [{ service, rule: 'pod', ips, endpoints }],
  }
}

function ruleOf(service: Service): RecordRule {
  if (service.registry === 'Kubernetes') return 'cluster-ip'
  return service.addressIndex >= 0 ? 'own-address' : 'vip'
}

/** IPs before the first 0.0.0.0, and whether there is one. Ranges are skipped because a name cannot resolve to one. */
function plainIps(addresses: readonly string[]): { readonly ips: readonly string[]; readonly headless: boolean } {
  const end = addresses.indexOf(UNSPECIFIED)
  const before = end < 0 ? addresses : addresses.slice(0, end)
  return {
    ips: before.every((a) => ipFamily(a) !== 0) ? before : before.filter((a) => ipFamily(a) !== 0),
    headless: end >= 0,
  }
}

function recordOf({ service, rule, ips, endpoints }: RecordSource): NameRecord {
  const kubernetes = service.registry === 'Kubernetes'
  return {
    host: service.hostname,
    ips,
    registry: service.registry,
    namespace: kubernetes ? service.namespace : '',
    shortname: kubernetes ? service.name : '',
    sources: [{ service, rule, ips, endpoints }],
  }
}

/** The record of a host with one service, which may have addresses of pods in addition. */
interface PlainRecord {
  readonly record: NameRecord
  readonly headless: boolean
}

const plainRecords = keepingEach((service: Service, addresses: readonly string[]): PlainRecord => {
  const { ips, headless } = plainIps(addresses)
  return { record: recordOf({ service, rule: ruleOf(service), ips, endpoints: NO_ENDPOINTS }), headless }
})

class TableBuilder {
  readonly records = new Map<string, NameRecord>()
  /** Whether pods with the same name share a record; otherwise the last one has it. */
  readonly #sharesPodNames: boolean

  constructor(features: Features) {
    this.#sharesPodNames = features.has('shared-pod-names')
  }

  add(service: Service, { record, headless }: PlainRecord, view: ProxyView): void {
    if (headless && service.resolution === 'Passthrough' && service.ports.length > 0) {
      const { ips, endpoints, pods } = headlessRecords(service, view)
      this.#putPods(service, pods)
      this.#put(recordOf({ service, rule: 'headless', ips: [...record.ips, ...ips], endpoints }))
    } else this.#put(record)
  }

  /** Pods in the proxy's own cluster win. */
  #putPods(service: Service, { own, others }: PodNames): void {
    for (const [host, endpoints] of others) {
      if (this.#sharesPodNames) this.records.set(host, podRecord(host, service, endpoints))
      else if (!this.records.has(host)) this.records.set(host, podRecord(host, service, endpoints.slice(0, 1)))
    }
    for (const [host, endpoints] of own) {
      this.records.set(host, podRecord(host, service, this.#sharesPodNames ? endpoints : endpoints.slice(-1)))
    }
  }

  #put(record: NameRecord): void {
    if (record.ips.length === 0) return
    const known = this.records.get(record.host)
    if (known?.registry === 'Kubernetes') return
    const isFurther = known && record.registry !== 'Kubernetes'
    this.records.set(record.host, isFurther ? combined(known, record) : record)
  }
}

const combined = (known: NameRecord, further: NameRecord): NameRecord => ({
  ...known,
  ips: [...known.ips, ...further.ips],
  sources: [...known.sources, ...further.sources],
})

/** Built for every proxy, whether or not it captures DNS; empty for routers. */
export function buildNameTable(view: ProxyView): NameTable {
  const builder = new TableBuilder(view.registry.snapshot.features)
  const { memory } = view.registry.snapshot
  for (const listener of view.egressListeners) {
    const { index, services } = listener
    const plain = plainRecords(memory, `${view.proxy.id} ${index}`, services, view.addressesOfEach(listener))
    for (const [at, service] of services.entries()) builder.add(service, plain[at] as PlainRecord, view)
  }
  return builder.records
}

interface NameInfo {
  readonly ips?: readonly string[]
  readonly registry?: string
  readonly shortname?: string
  readonly namespace?: string
}

/** The NDS message in protobuf's JSON form, which omits empty fields and an empty table. */
export function nameTableMessage(table: NameTable): { readonly table?: { readonly [host: string]: NameInfo } } {
  if (table.size === 0) return {}
  const entries = [...table.values()].map(({ host, ips, registry, shortname, namespace }): [string, NameInfo] => [
    host,
    { ips, registry, ...(shortname && { shortname }), ...(namespace && { namespace }) },
  ])
  return { table: Object.fromEntries(entries) }
}
