/**
 * Envoy's answer to GET /config_dump?include_eds=true, for a proxy that does not run: `istioctl proxy-config -f` reads
 * it. There are no versions and times, because nothing was sent, and no secrets.
 */
import type { EnvoyResources } from '../envoy/index.ts'
import type { Proxy } from '../proxy/proxy.ts'
import { dumpedClusters, dumpedListeners, dumpedStatuses, dynamicRoutes, staticRoutes } from './proxy-config/dump.ts'

const admin = (name: string): string => `type.googleapis.com/envoy.admin.v3.${name}`
const config = (name: string): string => `type.googleapis.com/envoy.config.${name}`

const TYPES = {
  cluster: config('cluster.v3.Cluster'),
  endpoints: config('endpoint.v3.ClusterLoadAssignment'),
  listener: config('listener.v3.Listener'),
  routes: config('route.v3.RouteConfiguration'),
} as const

/** From the dump down to one resource: `configs`, a section, its list, an item. No string could hold a whole section. */
export const CONFIG_DUMP_LEVELS = 4

/** A resource as a protobuf Any. */
const any = (type: string, resource: object) => ({ '@type': type, ...resource })

/** Metadata that the node sends as an object is kept as its JSON text. */
function metadataValue(text: string): unknown {
  if (!text.startsWith('{')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** `APP.NAMESPACE`, as the injector names the service cluster. */
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

/** The whole dump, with the fields' names as Envoy's admin interface writes them outside of resources. */
export function configDump(proxy: Proxy, resources: EnvoyResources) {
  const routeConfig = (fact: { readonly resource: object }) => ({ route_config: any(TYPES.routes, fact.resource) })
  return {
    configs: [
      { '@type': admin('BootstrapConfigDump'), bootstrap: { node: nodeOf(proxy) } },
      {
        '@type': admin('ClustersConfigDump'),
        dynamic_active_clusters: dumpedClusters(resources).map(({ resource }) => ({
          cluster: any(TYPES.cluster, resource),
        })),
      },
      {
        '@type': admin('EndpointsConfigDump'),
        dynamic_endpoint_configs: dumpedStatuses(resources).map(({ assignment }) => ({
          endpoint_config: any(TYPES.endpoints, assignment),
        })),
      },
      {
        '@type': admin('ListenersConfigDump'),
        dynamic_listeners: dumpedListeners(resources).map(({ resource }) => ({
          name: resource.name,
          active_state: { listener: any(TYPES.listener, resource) },
        })),
      },
      { '@type': admin('ScopedRoutesConfigDump') },
      {
        '@type': admin('RoutesConfigDump'),
        dynamic_route_configs: dynamicRoutes(resources).map(routeConfig),
        static_route_configs: staticRoutes(resources).map(routeConfig),
      },
      { '@type': admin('SecretsConfigDump') },
    ],
  }
}
