/** Makes the resources of a proxy loadable by a stock Envoy, which lacks Istio's own filters and its agent. */
import type {
  Cluster,
  Listener,
  LoadAssignment,
  ReceivedResources,
  RouteConfiguration,
} from '../../simulation/resources.ts'
import { ALPN_FILTER, ALPN_FILTER_NAME, alpnMetadata } from './alpn.ts'
import { isNamed, isObject, type Json, mapValues } from './json.ts'

/** What Istio's agent delivers on request. */
export interface SecretName {
  readonly name: string
  /** A certificate to present, or the authority that vouches for those of others. */
  readonly use: 'certificate' | 'authority'
}

/** Where an Envoy finds what its resources refer to, as values of `ConfigSource`; undefined: in the resource itself. */
export interface ConfigSources {
  routes(name: string): Json | undefined
  endpoints(name: string): Json | undefined
  secret(secret: SecretName): Json
}

/** Where an Envoy resolves names and from where it connects. */
export interface StockSettings {
  readonly sources: ConfigSources
  /** The file of access logs, wherever the mesh configuration has them. */
  readonly accessLog: string
  /** `typedDnsResolverConfig` */
  readonly resolver: Json
  /** `upstreamBindConfig` of a cluster. */
  bindOf(cluster: Cluster): Json
}

export interface StockResources {
  readonly listeners: readonly Json[]
  readonly clusters: readonly Json[]
  readonly routes: readonly Json[]
  readonly assignments: readonly Json[]
  /** What was taken out. */
  readonly removed: ReadonlySet<string>
}

/** Fields that list filters. */
const FILTERS: ReadonlySet<string> = new Set(['filters', 'httpFilters', 'listenerFilters'])
/** Needs privileges and routes that only the inbound side of TPROXY has. */
const ORIGINAL_SOURCE = 'envoy.filters.listener.original_src'
/** Whether a filter is one that only Istio's Envoy has. */
export const ofIstio = (name: string): boolean => name.startsWith('istio')

/** Types of filters that run code, which must not come from a manifest to this machine. */
const CODE = /\.(?:lua|wasm|golang|dynamic_modules)\.v3\.[A-Za-z]+$/

/** Whether a filter runs code, or is one that Envoy requests by its name, as it does with Wasm. */
function runsCode({ typedConfig, configDiscovery }: Json): boolean {
  if (configDiscovery !== undefined) return true
  const type = isObject(typedConfig) ? typedConfig['@type'] : undefined
  return typeof type === 'string' && CODE.test(type)
}

const FILE_LOGGER = 'envoy.access_loggers.file'
const DNS_TYPES: ReadonlySet<string | undefined> = new Set(['STRICT_DNS', 'LOGICAL_DNS'])

const USES: Readonly<Record<string, SecretName['use']>> = {
  tlsCertificateSdsSecretConfigs: 'certificate',
  validationContextSdsSecretConfig: 'authority',
}

const isUnixSocket = (address: unknown): boolean => isObject(address) && isObject(address.pipe)

/** Stands for a socket of the file system, because those of this machine are not part of the mesh. */
const NO_UNIX_SOCKET = { socketAddress: { address: '127.0.0.1', portValue: 1 } }

class Translation {
  readonly removed = new Set<string>()
  readonly #settings: StockSettings
  readonly #routes: ReadonlyMap<string, RouteConfiguration>
  readonly #assignments: ReadonlyMap<string, LoadAssignment>

  constructor({ rds, eds }: ReceivedResources, settings: StockSettings) {
    this.#settings = settings
    this.#routes = new Map(rds.map((each) => [each.name, each]))
    this.#assignments = new Map(eds.map((each) => [each.clusterName, each]))
  }

  #filters(items: readonly unknown[]): readonly unknown[] {
    return items.flatMap((item) => {
      if (!isNamed(item)) return [this.value(item)]
      if (item.name === ALPN_FILTER_NAME) return [ALPN_FILTER]
      if (!ofIstio(item.name) && item.name !== ORIGINAL_SOURCE && !runsCode(item)) return [this.value(item)]
      this.removed.add(item.name)
      return []
    })
  }

  /** A manifest must not choose a file of this machine. */
  #loggers(items: readonly unknown[]): readonly unknown[] {
    return items.flatMap((item) => {
      if (!isNamed(item)) return [item]
      if (item.name === FILE_LOGGER) return [this.#logger(item)]
      this.removed.add(item.name)
      return []
    })
  }

  #logger(logger: Json): Json {
    const typedConfig = isObject(logger.typedConfig) ? logger.typedConfig : {}
    return { ...logger, typedConfig: { ...typedConfig, path: this.#settings.accessLog } }
  }

  #secret(item: unknown, use: SecretName['use']): unknown {
    return isNamed(item)
      ? { name: item.name, sdsConfig: this.#settings.sources.secret({ name: item.name, use }) }
      : item
  }

  #field(item: unknown, key: string): unknown {
    const { resolver } = this.#settings
    const use = Object.hasOwn(USES, key) ? USES[key] : undefined
    if (use) return Array.isArray(item) ? item.map((each) => this.#secret(each, use)) : this.#secret(item, use)
    if (Array.isArray(item) && FILTERS.has(key)) return this.#filters(item)
    if (Array.isArray(item) && key === 'accessLog') return this.#loggers(item)
    if (key === 'typedDnsResolverConfig') return resolver
    if (key === 'address' && isUnixSocket(item)) return NO_UNIX_SOCKET
    return this.value(item)
  }

  value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item))
    if (!isObject(value)) return value
    const { tracing, ...rest } = value
    // Spans go to collectors that do not exist here.
    if (isObject(tracing) && tracing.provider) this.removed.add('tracing')
    const { rds, ...others } = rest
    const translated = mapValues(others, (item, key) => this.#field(item, key))
    return isObject(rds) && typeof rds.routeConfigName === 'string'
      ? { ...translated, ...this.#routesOf(rds, rds.routeConfigName) }
      : translated
  }

  #routesOf(rds: Json, name: string): Json {
    const configSource = this.#settings.sources.routes(name)
    if (configSource) return { rds: { ...rds, configSource } }
    const found = this.#routes.get(name) ?? { name, virtualHosts: [] }
    // Envoy would refuse routes to clusters that are not known yet.
    return { routeConfig: { ...(this.value(found) as Json), validateClusters: false } }
  }

  listeners(listeners: readonly Listener[]): readonly Json[] {
    return listeners.flatMap((given) => {
      const { transparent: _, ...listener } = given as Listener & Json
      if (!isUnixSocket(listener.address)) return [this.value(listener) as Json]
      this.removed.add('listeners at sockets of the file system')
      return []
    })
  }

  cluster(cluster: Cluster): Json {
    const { resolver, bindOf } = this.#settings
    const { edsClusterConfig: _, ...others } = cluster
    return {
      ...(this.value(others) as Json),
      ...(cluster.type === 'EDS' && this.#endpointsOf(cluster)),
      ...(DNS_TYPES.has(cluster.type) && { typedDnsResolverConfig: resolver }),
      metadata: alpnMetadata(cluster),
      upstreamBindConfig: bindOf(cluster),
    }
  }

  #endpointsOf({ name, edsClusterConfig }: Cluster): Json {
    const serviceName = edsClusterConfig?.serviceName ?? name
    const edsConfig = this.#settings.sources.endpoints(serviceName)
    if (edsConfig) return { edsClusterConfig: { ...edsClusterConfig, edsConfig } }
    const found = this.#assignments.get(serviceName) ?? { clusterName: serviceName, endpoints: [] }
    return { type: 'STATIC', loadAssignment: this.value(found) }
  }

  routes(configuration: RouteConfiguration): Json {
    return this.value(configuration) as Json
  }
}

/** The resources of a proxy as a stock Envoy loads them: the same decisions, without what only Istio's Envoy has. */
export function stockResources(resources: ReceivedResources, settings: StockSettings): StockResources {
  const { lds, cds, rds, eds } = resources
  const translation = new Translation(resources, settings)
  return {
    listeners: translation.listeners(lds),
    clusters: cds.map((cluster) => translation.cluster(cluster)),
    routes: rds.map((configuration) => translation.routes(configuration)),
    assignments: eds.map((assignment) => translation.value(assignment) as Json),
    removed: translation.removed,
  }
}
