/** Pod (k8s.io/api core/v1). */
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, type JsonMapping } from '../../sources/mapping.ts'
import type { ResourceOf } from '../define.ts'
import { bool, type Infer, int32, list, message, optional, string } from '../schema/index.ts'
import { defineKubernetes, open } from './define.ts'
import { type Change, changed, each, emptied, only, onMapping, pick } from './record.ts'

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
const PodStatus = message(
  'status',
  { phase: string, hostIP: string, podIP: string, podIPs: list(PodIP), conditions: list(PodCondition) },
  open,
)

function containerWithDefaults(item: Container): Container {
  if (item.ports.every((port) => port.protocol !== '')) return item
  return { ...item, ports: item.ports.map((port) => ({ ...port, protocol: port.protocol || 'TCP' })) }
}

/** The spec of a pod as the API server would store it. */
export function podWithDefaults(spec: PodSpec): PodSpec {
  return {
    ...spec,
    containers: spec.containers.map(containerWithDefaults),
    initContainers: spec.initContainers.map(containerWithDefaults),
  }
}

const PROXY_CONTAINER = 'istio-proxy'
const ISTIOD_CONTAINER = 'discovery'
/** Variables of the proxy's container that describe the proxy. */
const PROXY_VARIABLES = /^(ISTIO_META|PROXY_CONFIG$|SERVICE_ACCOUNT$|POD_|INSTANCE_IP|HOST_IP$)/
const SENSITIVE = /TOKEN|PASSWORD|SECRET|CREDENTIAL/i

/** Which variables of a container's environment are written. */
type KeepVariable = (name: string, variable: JsonValue) => boolean

const ofProxy: KeepVariable = (name, variable) =>
  PROXY_VARIABLES.test(name) || fieldAt(fieldAt(variable, 'valueFrom'), 'fieldRef') !== undefined

const ofIstiod: KeepVariable = (name, variable) => !SENSITIVE.test(name) && fieldAt(variable, 'value') !== undefined

/** By container name; the environments of other containers are omitted. */
const KEPT: ReadonlyMap<string, KeepVariable> = new Map([
  [PROXY_CONTAINER, ofProxy],
  [ISTIOD_CONTAINER, ofIstiod],
])

function variablesOf(keep: KeepVariable): Change {
  return (value) =>
    Array.isArray(value)
      ? value
          .filter((variable) => keep(String(fieldAt(variable, 'name') ?? ''), variable))
          .map(only(['name', 'value', 'valueFrom']))
      : emptied(value)
}

const recordContainer = onMapping((container) => {
  const name = fieldAt(container, 'name')
  const keep = typeof name === 'string' ? KEPT.get(name) : undefined
  return {
    ...pick(container as JsonValue, ['name', 'image', 'ports', 'restartPolicy']),
    ...(name === PROXY_CONTAINER && pick(container as JsonValue, ['args'])),
    ...(keep && changed(container, 'env', variablesOf(keep))),
  }
})

/** What `snapshot` writes of a pod's spec. */
export const recordPodSpec = onMapping((spec) => ({
  ...changed(spec, 'containers', each(recordContainer)),
  ...changed(spec, 'initContainers', each(recordContainer)),
  ...pick(spec as JsonValue, ['nodeName', 'hostNetwork', 'serviceAccountName', 'hostname', 'subdomain']),
}))

const recordStatus = onMapping((status) => ({
  ...pick(status as JsonValue, ['phase', 'hostIP', 'podIP', 'podIPs']),
  ...changed(status, 'conditions', each(only(['type', 'status']))),
}))

export const POD = defineKubernetes({
  kind: 'Pod',
  group: '',
  versions: ['v1'],
  plural: 'pods',
  spec: PodSpec,
  status: PodStatus,
  keepsStatus: true,
  list: 'pods',
  discovered: true,
  editable: true,
  readFor: ['names', 'configuration', 'proxies'],
  misses: 'proxies, workloads behind ServiceEntries, and labels of endpoints',
  serverFields: ['nodeName', 'serviceAccountName'],
  withDefaults: podWithDefaults,
  record: (object: JsonMapping) => ({
    ...changed(object, 'spec', recordPodSpec),
    ...changed(object, 'status', recordStatus),
  }),
})
export type Pod = ResourceOf<typeof POD>
