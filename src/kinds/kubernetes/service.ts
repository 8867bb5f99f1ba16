/** Service (k8s.io/api core/v1). */
import { oncePer } from '../../common/once.ts'
import type { JsonValue } from '../../sources/document.ts'
import type { KnownFields, ResourceOf } from '../define.ts'
import {
  bool,
  type DecodeContext,
  type Infer,
  int32,
  list,
  map,
  message,
  optional,
  repeated,
  string,
  type Type,
} from '../schema/index.ts'
import { defineKubernetes, open } from './define.ts'
import { fields } from './known-fields.ts'
import { changed, field, only } from './record.ts'

/** A port as a number or a name (k8s.io/apimachinery IntOrString). */
export type IntOrString = number | string

const intOrString: Type<IntOrString | undefined> = {
  name: 'number or string',
  zero: undefined,
  decode(value: JsonValue, context: DecodeContext) {
    if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))) return value
    context.fail(`must be a port number or name, not ${JSON.stringify(value)?.slice(0, 80)}`)
    return undefined
  },
}

export const KubeServicePort = message(
  'port',
  {
    name: string,
    protocol: string,
    appProtocol: optional(string),
    port: int32,
    targetPort: intOrString,
    nodePort: int32,
  },
  open,
)
export type KubeServicePort = Infer<typeof KubeServicePort>

const ServiceSpec = message(
  'spec',
  {
    type: string,
    clusterIP: string,
    clusterIPs: list(string),
    ipFamilies: list(string),
    ipFamilyPolicy: string,
    externalName: string,
    externalIPs: list(string),
    ports: repeated(list(KubeServicePort)),
    selector: map(string),
    internalTrafficPolicy: optional(string),
    publishNotReadyAddresses: bool,
    trafficDistribution: optional(string),
  },
  open,
)
type ServiceSpec = Infer<typeof ServiceSpec>

const LoadBalancerIngress = message('ingress', { ip: string, hostname: string }, open)
const LoadBalancerStatus = message('loadBalancer', { ingress: list(LoadBalancerIngress) }, open)
const ServiceStatus = message('status', { loadBalancer: optional(LoadBalancerStatus) }, open)

/** Fields that exist (k8s.io/api core/v1). */
const KNOWN_FIELDS: KnownFields = fields('apiVersion kind metadata status', {
  spec: fields(
    'allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy ' +
      'healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP ' +
      'loadBalancerSourceRanges publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig ' +
      'trafficDistribution type',
    { ports: fields('appProtocol name nodePort port protocol targetPort') },
  ),
})

const CLUSTER_IP = 'ClusterIP'
const EXTERNAL_NAME = 'ExternalName'
const TCP = 'TCP'
const INTERNAL_TRAFFIC_POLICY = 'Cluster'

function portWithDefaults(port: KubeServicePort, external: boolean): KubeServicePort {
  const unset = port.targetPort === undefined || port.targetPort === 0 || port.targetPort === ''
  const targetPort = unset && !external ? port.port : port.targetPort
  if (port.protocol !== '' && targetPort === port.targetPort) return port
  return { ...port, protocol: port.protocol || TCP, targetPort }
}

const portsWithDefaults = (external: boolean) =>
  oncePer((ports: readonly KubeServicePort[]) => ports.map((port) => portWithDefaults(port, external)))

const externalPorts = portsWithDefaults(true)
const ownPorts = portsWithDefaults(false)

/** Each of the two cluster IP fields sets the other. */
function clusterIps({ clusterIP, clusterIPs }: ServiceSpec): Pick<ServiceSpec, 'clusterIP' | 'clusterIPs'> {
  const [first] = clusterIPs
  if (first === undefined) return { clusterIP, clusterIPs: clusterIP === '' ? clusterIPs : [clusterIP] }
  return { clusterIP: clusterIP || first, clusterIPs }
}

function withDefaults(spec: ServiceSpec): ServiceSpec {
  const type = spec.type || CLUSTER_IP
  const external = type === EXTERNAL_NAME
  return {
    ...spec,
    type,
    ...(external ? undefined : clusterIps(spec)),
    ports: (external ? externalPorts : ownPorts)(spec.ports),
    internalTrafficPolicy: spec.internalTrafficPolicy ?? (external ? undefined : INTERNAL_TRAFFIC_POLICY),
  }
}

export const SERVICE = defineKubernetes({
  kind: 'Service',
  group: '',
  versions: ['v1'],
  plural: 'services',
  spec: ServiceSpec,
  status: ServiceStatus,
  keepsStatus: true,
  list: 'services',
  discovered: true,
  editable: true,
  readFor: ['addresses', 'names', 'configuration', 'proxies'],
  misses: 'hosts of Services',
  octalIsMistake: true,
  knownFields: KNOWN_FIELDS,
  serverFields: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'],
  withDefaults,
  record: (object) => ({ ...field('spec', object.spec), ...changed(object, 'status', only(['loadBalancer'])) }),
})
export type KubeService = ResourceOf<typeof SERVICE>
