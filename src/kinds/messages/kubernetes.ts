/**
 * The parts of Kubernetes objects that decide anything (k8s.io/api core/v1, discovery/v1, apps/v1). Fields that are not
 * listed are left unread; a number or boolean where a string belongs fails the object, as it does at the API server.
 */

import type { JsonValue } from '../../sources/document.ts'
import {
  bool,
  type DecodeContext,
  type Infer,
  int32,
  list,
  map,
  message,
  optional,
  string,
  type Type,
} from '../schema/index.ts'

const open = { open: true } as const

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

export const ServiceSpec = message(
  'spec',
  {
    type: string,
    clusterIP: string,
    clusterIPs: list(string),
    ipFamilies: list(string),
    externalName: string,
    externalIPs: list(string),
    ports: list(KubeServicePort),
    selector: map(string),
    internalTrafficPolicy: optional(string),
    publishNotReadyAddresses: bool,
    trafficDistribution: optional(string),
  },
  open,
)
export type ServiceSpec = Infer<typeof ServiceSpec>

const LoadBalancerIngress = message('ingress', { ip: string, hostname: string }, open)
const LoadBalancerStatus = message('loadBalancer', { ingress: list(LoadBalancerIngress) }, open)
export const ServiceStatus = message('status', { loadBalancer: optional(LoadBalancerStatus) }, open)
export type ServiceStatus = Infer<typeof ServiceStatus>

const ObjectReference = message('reference', { kind: string, name: string, namespace: string }, open)

const EndpointConditions = message(
  'conditions',
  { ready: optional(bool), serving: optional(bool), terminating: optional(bool) },
  open,
)

export const SliceEndpoint = message(
  'endpoint',
  {
    addresses: list(string),
    conditions: optional(EndpointConditions),
    targetRef: optional(ObjectReference),
    hostname: optional(string),
    nodeName: optional(string),
    zone: optional(string),
  },
  open,
)
export type SliceEndpoint = Infer<typeof SliceEndpoint>

const SlicePort = message(
  'port',
  { name: optional(string), protocol: optional(string), port: optional(int32), appProtocol: optional(string) },
  open,
)

export const EndpointSliceSpec = message(
  'EndpointSlice',
  { addressType: string, endpoints: list(SliceEndpoint), ports: list(SlicePort) },
  open,
)
export type EndpointSliceSpec = Infer<typeof EndpointSliceSpec>

const EndpointAddress = message(
  'address',
  { ip: string, hostname: string, nodeName: optional(string), targetRef: optional(ObjectReference) },
  open,
)
const EndpointPort = message('port', { name: string, port: int32, protocol: string }, open)
const EndpointSubset = message(
  'subset',
  { addresses: list(EndpointAddress), notReadyAddresses: list(EndpointAddress), ports: list(EndpointPort) },
  open,
)
export const EndpointsSpec = message('Endpoints', { subsets: list(EndpointSubset) }, open)
export type EndpointsSpec = Infer<typeof EndpointsSpec>

const FieldRef = message('fieldRef', { fieldPath: string }, open)
const EnvVarSource = message('valueFrom', { fieldRef: optional(FieldRef) }, open)
const EnvVar = message('env', { name: string, value: string, valueFrom: optional(EnvVarSource) }, open)
export type EnvVar = Infer<typeof EnvVar>
const ContainerPort = message('port', { name: string, containerPort: int32, protocol: string }, open)
export const Container = message(
  'container',
  {
    name: string,
    image: string,
    env: list(EnvVar),
    ports: list(ContainerPort),
    restartPolicy: optional(string),
    args: list(string),
  },
  open,
)
export type Container = Infer<typeof Container>

export const PodSpec = message(
  'spec',
  {
    containers: list(Container),
    initContainers: list(Container),
    nodeName: string,
    hostNetwork: bool,
    serviceAccountName: string,
    hostname: string,
    subdomain: string,
  },
  open,
)
export type PodSpec = Infer<typeof PodSpec>

const PodIP = message('podIP', { ip: string }, open)
const PodCondition = message('condition', { type: string, status: string }, open)
export const PodStatus = message(
  'status',
  { phase: string, hostIP: string, podIP: string, podIPs: list(PodIP), conditions: list(PodCondition) },
  open,
)
export type PodStatus = Infer<typeof PodStatus>

const PodTemplateMeta = message('metadata', { labels: map(string), annotations: map(string) }, open)
const PodTemplate = message('template', { metadata: optional(PodTemplateMeta), spec: optional(PodSpec) }, open)
const MatchLabels = message('selector', { matchLabels: map(string) }, open)
export const DeploymentSpec = message(
  'spec',
  { selector: optional(MatchLabels), template: optional(PodTemplate) },
  open,
)
export type DeploymentSpec = Infer<typeof DeploymentSpec>

export const ConfigMapSpec = message('ConfigMap', { data: map(string) }, open)
export type ConfigMapSpec = Infer<typeof ConfigMapSpec>

export const NothingSpec = message('spec', {}, open)
export type NothingSpec = Infer<typeof NothingSpec>
