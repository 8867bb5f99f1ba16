/** EnvoyFilter (istio.io/api networking/v1alpha3/envoy_filter.proto). */
import { isMapping, type JsonMapping } from '../../sources/mapping.ts'
import {
  enumeration,
  type Infer,
  int32,
  list,
  map,
  message,
  optional,
  string,
  type Type,
  uint32,
} from '../schema/index.ts'
import { mismatch } from '../schema/type.ts'
import { PolicyTargetReference, WorkloadSelector } from './selector.ts'

/** google.protobuf.Struct: any mapping. */
const Struct: Type<JsonMapping | undefined> = {
  name: 'Struct',
  zero: undefined,
  decode(value, context) {
    if (isMapping(value)) return value
    mismatch(context, 'a mapping', value)
    return undefined
  },
}

const ApplyTo = enumeration([
  'INVALID',
  'LISTENER',
  'FILTER_CHAIN',
  'NETWORK_FILTER',
  'HTTP_FILTER',
  'ROUTE_CONFIGURATION',
  'VIRTUAL_HOST',
  'HTTP_ROUTE',
  'CLUSTER',
  'EXTENSION_CONFIG',
  'BOOTSTRAP',
  'LISTENER_FILTER',
])
export type ApplyTo = Infer<typeof ApplyTo>

const PatchContext = enumeration(['ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY', 'WAYPOINT'])
export type PatchContext = Infer<typeof PatchContext>

const ProxyMatch = message('ProxyMatch', {
  proxyVersion: string,
  metadata: map(string),
})

const ClusterMatch = message('ClusterMatch', {
  portNumber: uint32,
  service: string,
  subset: string,
  name: string,
})
export type ClusterMatch = Infer<typeof ClusterMatch>

const RouteMatch = message('RouteMatch', {
  name: string,
  action: enumeration(['ANY', 'ROUTE', 'REDIRECT', 'DIRECT_RESPONSE']),
})

const VirtualHostMatch = message('VirtualHostMatch', {
  name: string,
  route: optional(RouteMatch),
  domainName: string,
})

const RouteConfigurationMatch = message('RouteConfigurationMatch', {
  portNumber: uint32,
  portName: string,
  gateway: string,
  vhost: optional(VirtualHostMatch),
  name: string,
})
export type RouteConfigurationMatch = Infer<typeof RouteConfigurationMatch>

const SubFilterMatch = message('SubFilterMatch', { name: string })

const FilterMatch = message('FilterMatch', {
  name: string,
  subFilter: optional(SubFilterMatch),
})

const FilterChainMatch = message(
  'FilterChainMatch',
  {
    name: string,
    sni: string,
    transportProtocol: string,
    applicationProtocols: string,
    filter: optional(FilterMatch),
    destinationPort: uint32,
  },
  { ignored: ['transportSocket'] },
)

const ListenerMatch = message('ListenerMatch', {
  portNumber: uint32,
  portName: string,
  filterChain: optional(FilterChainMatch),
  name: string,
  listenerFilter: string,
})
export type ListenerMatch = Infer<typeof ListenerMatch>

const WaypointMatch = message('WaypointMatch', {}, { ignored: ['portNumber', 'filter', 'route'] })

const EnvoyConfigObjectMatch = message(
  'EnvoyConfigObjectMatch',
  {
    context: PatchContext,
    proxy: optional(ProxyMatch),
    listener: optional(ListenerMatch),
    routeConfiguration: optional(RouteConfigurationMatch),
    cluster: optional(ClusterMatch),
    waypoint: optional(WaypointMatch),
  },
  { oneofs: [['listener', 'routeConfiguration', 'cluster', 'waypoint']] },
)
export type EnvoyConfigObjectMatch = Infer<typeof EnvoyConfigObjectMatch>

const PatchOperation = enumeration([
  'INVALID',
  'MERGE',
  'ADD',
  'REMOVE',
  'INSERT_BEFORE',
  'INSERT_AFTER',
  'INSERT_FIRST',
  'REPLACE',
  'MERGE_AND_REPLACE_LIST',
])
export type PatchOperation = Infer<typeof PatchOperation>

const Patch = message('Patch', {
  operation: PatchOperation,
  value: Struct,
  filterClass: enumeration(['UNSPECIFIED', 'AUTHN', 'AUTHZ', 'STATS']),
})

const EnvoyConfigObjectPatch = message('EnvoyConfigObjectPatch', {
  applyTo: ApplyTo,
  match: optional(EnvoyConfigObjectMatch),
  patch: optional(Patch),
})
export type EnvoyConfigObjectPatch = Infer<typeof EnvoyConfigObjectPatch>

export const EnvoyFilter = message('EnvoyFilter', {
  workloadSelector: optional(WorkloadSelector),
  configPatches: list(EnvoyConfigObjectPatch),
  priority: int32,
  targetRefs: list(PolicyTargetReference),
})
export type EnvoyFilter = Infer<typeof EnvoyFilter>
