/**
 * Envoy's answer to GET /config_dump?include_eds=true for a proxy that is not running; `istioctl proxy-config -f` reads
 * it. It has no versions and times, because nothing was sent, and no secrets.
 */

import { compareBytes } from '../../common/bytes.ts'
import { once } from '../../common/once.ts'
import { hasAssignment, type PendingCluster } from '../../envoy/clusters/index.ts'
import type { EnvoyResources } from '../../envoy/index.ts'
import type { ResourceStream } from '../../envoy/stream.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import {
  byName,
  dumpedClusters,
  dumpedListeners,
  dumpedStatuses,
  dynamicRoutes,
  staticRoutes,
} from '../proxy-config/dump.ts'
import { clusterStatus } from '../proxy-config/endpoints/statuses.ts'
import { inlineRoutes } from '../proxy-config/routes/message.ts'

const admin = (name: string): string => `type.googleapis.com/envoy.admin.v3.${name}`
const config = (name: string): string => `type.googleapis.com/envoy.config.${name}`

const TYPES = {
  cluster: config('cluster.v3.Cluster'),
  endpoints: config('endpoint.v3.ClusterLoadAssignment'),
  listener: config('listener.v3.Listener'),
  routes: config('route.v3.RouteConfiguration'),
  extension: config('core.v3.TypedExtensionConfig'),
} as const

/** From the dump to a resource: `configs`, a section, its list, an item. No string could hold a section. */
export const CONFIG_DUMP_LEVELS = 4

/** A resource as a protobuf Any. */
const any = (type: string, resource: object) => ({ '@type': type, ...resource })

/** Metadata that the node sends as an object is stored as JSON text. */
function metadataValue(text: string): unknown {
  if (!text.startsWith('{')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `APP.NAMESPACE`, the injector's name of the service cluster. */
function serviceCluster({ id, labels, namespace }: Proxy): string {
  const workload = id.split('.')[0] ?? id
  return `${labels.get('app') ?? workload}.${namespace}`
}

function localityOf({ locality }: Proxy) {
  const [region, zone, subZone] = locality.split('/')
  return region ? { locality: { region, ...(zone && { zone }), ...(subZone && { sub_zone: subZone }) } } : {}
}

function nodeOf(proxy: Proxy) {
  return {
    id: proxy.nodeId,
    cluster: serviceCluster(proxy),
    metadata: Object.fromEntries([...proxy.metadata].map(([key, text]) => [key, metadataValue(text)])),
    ...localityOf(proxy),
  }
}

/** The dumped resources, each kind by name and computed during writing. */
interface DumpedResources {
  clusters(): Iterable<object>
  assignments(): Iterable<object>
  listeners(): Iterable<{ readonly name: string }>
  dynamicRoutes(): Iterable<object>
  staticRoutes(): Iterable<object>
  extensions(): readonly object[]
}

function* mapped<A, B>(items: () => Iterable<A>, map: (item: A) => B): Iterable<B> {
  for (const item of items()) yield map(item)
}

/** An extension that listeners ask for by name. */
export const anyExtension = (extension: object) => any(TYPES.extension, extension)

const ecdsDump = (extensions: readonly object[]) => ({
  '@type': admin('EcdsConfigDump'),
  ecds_filters: extensions.map((extension) => ({ ecds_filter: anyExtension(extension) })),
})

/** The whole dump; outside resources, fields have the names that Envoy's admin interface uses. */
function dumpOf(proxy: Proxy, resources: DumpedResources) {
  const extensions = resources.extensions()
  const routeConfig = (resource: object) => ({ route_config: any(TYPES.routes, resource) })
  return {
    configs: [
      { '@type': admin('BootstrapConfigDump'), bootstrap: { node: nodeOf(proxy) } },
      {
        '@type': admin('ClustersConfigDump'),
        dynamic_active_clusters: mapped(resources.clusters, (cluster) => ({ cluster: any(TYPES.cluster, cluster) })),
      },
      {
        '@type': admin('EndpointsConfigDump'),
        dynamic_endpoint_configs: mapped(resources.assignments, (assignment) => ({
          endpoint_config: any(TYPES.endpoints, assignment),
        })),
      },
      {
        '@type': admin('ListenersConfigDump'),
        dynamic_listeners: mapped(resources.listeners, (listener) => ({
          name: listener.name,
          active_state: { listener: any(TYPES.listener, listener) },
        })),
      },
      { '@type': admin('ScopedRoutesConfigDump') },
      {
        '@type': admin('RoutesConfigDump'),
        dynamic_route_configs: mapped(resources.dynamicRoutes, routeConfig),
        static_route_configs: mapped(resources.staticRoutes, routeConfig),
      },
      { '@type': admin('SecretsConfigDump') },
      ...(extensions.length > 0 ? [ecdsDump(extensions)] : []),
    ],
  }
}

type Written = { readonly resource: object }

const resourceOf = ({ resource }: Written): object => resource

/** The dump of resources that are in memory anyway. Its lists can be iterated once. */
export function configDump(proxy: Proxy, resources: EnvoyResources) {
  return dumpOf(proxy, {
    clusters: () => dumpedClusters(resources).map(resourceOf),
    assignments: () => dumpedStatuses(resources).map(({ assignment }) => assignment),
    listeners: () => dumpedListeners(resources).map(({ resource }) => resource),
    dynamicRoutes: () => dynamicRoutes(resources).map(resourceOf),
    staticRoutes: () => staticRoutes(resources).map(resourceOf),
    extensions: () => resources.extensions.map(resourceOf),
  })
}

function* assignmentsOf(clusters: Iterable<PendingCluster>, stream: ResourceStream): Iterable<object> {
  for (const cluster of clusters) {
    const explained = cluster.write()
    yield clusterStatus(explained, hasAssignment(explained) ? stream.assignmentOf(cluster.name) : undefined).assignment
  }
}

/** The same dump with only the listeners in memory. Its lists can be iterated once. */
export function streamedConfigDump(proxy: Proxy, stream: ResourceStream) {
  const clusters = once(() => [...stream.pendingClusters()].sort((a, b) => compareBytes(a.name, b.name)))
  const listeners = once(() => byName([...stream.listeners()]))
  return dumpOf(proxy, {
    clusters: () => mapped(clusters, (cluster) => cluster.write().resource),
    assignments: () => assignmentsOf(clusters(), stream),
    listeners: () => listeners().map(({ resource }) => resource),
    dynamicRoutes: () => byName([...stream.routes()]).map(resourceOf),
    staticRoutes: () => inlineRoutes(listeners()).map(resourceOf),
    extensions: () => [...stream.extensions()].map(resourceOf),
  })
}
