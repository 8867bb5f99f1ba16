/** What the API server fills into objects that leave it out (Kubernetes pkg/apis/core/v1/defaults.go and the like). */
import type {
  Container,
  DeploymentSpec,
  EndpointSliceSpec,
  KubeServicePort,
  PodSpec,
  ServiceSpec,
} from '../../kinds/messages/kubernetes.ts'

const CLUSTER_IP = 'ClusterIP'
const EXTERNAL_NAME = 'ExternalName'
const TCP = 'TCP'
const INTERNAL_TRAFFIC_POLICY = 'Cluster'

function servicePort(port: KubeServicePort, external: boolean): KubeServicePort {
  const unset = port.targetPort === undefined || port.targetPort === 0 || port.targetPort === ''
  const targetPort = unset && !external ? port.port : port.targetPort
  if (port.protocol !== '' && targetPort === port.targetPort) return port
  return { ...port, protocol: port.protocol || TCP, targetPort }
}

/** Either of the two cluster IP fields gives the other. */
function clusterIps(spec: ServiceSpec): Pick<ServiceSpec, 'clusterIP' | 'clusterIPs'> {
  const { clusterIP, clusterIPs } = spec
  if (clusterIPs.length === 0) return { clusterIP, clusterIPs: clusterIP === '' ? clusterIPs : [clusterIP] }
  return { clusterIP: clusterIP || (clusterIPs[0] as string), clusterIPs }
}

function service(spec: ServiceSpec): ServiceSpec {
  const type = spec.type || CLUSTER_IP
  const external = type === EXTERNAL_NAME
  return {
    ...spec,
    type,
    ...(external ? undefined : clusterIps(spec)),
    ports: spec.ports.map((port) => servicePort(port, external)),
    internalTrafficPolicy: spec.internalTrafficPolicy ?? (external ? undefined : INTERNAL_TRAFFIC_POLICY),
  }
}

function endpointSlice(spec: EndpointSliceSpec): EndpointSliceSpec {
  const ports = spec.ports.map((port) => ({ ...port, name: port.name ?? '', protocol: port.protocol ?? TCP }))
  return { ...spec, ports }
}

function container(item: Container): Container {
  if (item.ports.every((port) => port.protocol !== '')) return item
  return { ...item, ports: item.ports.map((port) => ({ ...port, protocol: port.protocol || TCP })) }
}

function pod(spec: PodSpec): PodSpec {
  return {
    ...spec,
    containers: spec.containers.map(container),
    initContainers: spec.initContainers.map(container),
  }
}

function deployment(spec: DeploymentSpec): DeploymentSpec {
  const { template } = spec
  return template?.spec ? { ...spec, template: { ...template, spec: pod(template.spec) } } : spec
}

const DEFAULTS: ReadonlyMap<string, (spec: never) => unknown> = new Map<string, (spec: never) => unknown>([
  ['Service', service],
  ['EndpointSlice', endpointSlice],
  ['Pod', pod],
  ['Deployment', deployment],
])

/** A spec as the API server would store it. */
export function withServerDefaults(kind: string, spec: unknown): unknown {
  const fill = DEFAULTS.get(kind)
  return fill ? fill(spec as never) : spec
}
