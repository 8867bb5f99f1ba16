/** EndpointSlices for Services without any, made from the Service's selector and the pods as a cluster would. */
import { type IpFamily, ipFamily } from '../../common/addresses.ts'
import { append } from '../../common/collections.ts'
import { LABELS } from '../../common/istio-names.ts'
import { once } from '../../common/once.ts'
import type { EndpointSlice, KubeService, Pod } from '../../kinds/index.ts'
import { ENDPOINT_SLICE, type EndpointSliceSpec, type SliceEndpoint } from '../../kinds/kubernetes/endpoint-slice.ts'
import type { KubeServicePort } from '../../kinds/kubernetes/service.ts'
import { Resource, selects } from '../../kinds/resource.ts'
import { unwritten } from '../../kinds/stated.ts'
import type { ClusterObjects } from '../snapshot.ts'
import { type ClusterFamilies, familiesOfService } from './families.ts'

const CONTROLLER = 'endpointslice-controller.k8s.io'
const ADDRESS_TYPES: Readonly<Record<IpFamily, string>> = { 4: 'IPv4', 6: 'IPv6' }
const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed'])
const ALWAYS = 'Always'

type SlicePort = EndpointSliceSpec['ports'][number]

const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts)

const serviceKey = ({ meta }: KubeService): string => keyOf(meta.namespace, meta.name)

/** Services whose endpoints the input states, even if there are none. */
function servicesWithSlices({ endpointSlices }: ClusterObjects): ReadonlySet<string> {
  return new Set(endpointSlices.map(({ meta }) => keyOf(meta.namespace, meta.labels.get(LABELS.serviceName) ?? '')))
}

/** Pods by namespace and label; each pod is listed under all its labels. */
function podsByLabel(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const out = new Map<string, Pod[]>()
  for (const pod of pods) {
    for (const [name, value] of pod.meta.labels) append(out, keyOf(pod.meta.namespace, name, value), pod)
  }
  return out
}

/**
 * The pod's port that a Service port leads to; undefined if the pod has no port of that name (k8s.io/kubernetes
 * FindPort).
 */
function targetPortOf({ spec }: Pod, { port, protocol, targetPort }: KubeServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort || port
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === ALWAYS)
  for (const { ports } of [...spec.containers, ...sidecars]) {
    const found = ports.find((each) => each.name === targetPort && each.protocol === protocol)
    if (found) return found.containerPort
  }
  return undefined
}

/** The ports of the pod's slice. Pods with other numbers for a port name are in another slice. */
function portsFor(pod: Pod, { spec }: KubeService): readonly SlicePort[] {
  return spec.ports.flatMap((each) => {
    const port = targetPortOf(pod, each)
    if (port === undefined) return []
    return [{ name: each.name, protocol: each.protocol, port, appProtocol: each.appProtocol }]
  })
}

const isReady = ({ status }: Pod): boolean =>
  status.conditions.some(({ type, status: state }) => type === 'Ready' && state === 'True')

function endpointOf(pod: Pod, address: string, service: KubeService): SliceEndpoint {
  const { hostname, subdomain, nodeName } = pod.spec
  const ready = isReady(pod)
  return {
    addresses: [address],
    conditions: {
      ready: ready || service.spec.publishNotReadyAddresses,
      serving: ready,
      terminating: pod.meta.deleting,
    },
    targetRef: { kind: pod.kind, name: pod.meta.name, namespace: pod.meta.namespace },
    hostname: hostname !== '' && subdomain === service.meta.name ? hostname : undefined,
    nodeName: nodeName || undefined,
    zone: undefined,
  }
}

function addressesOf({ status }: Pod, family: IpFamily): readonly string[] {
  const all = status.podIPs.length > 0 ? status.podIPs.map(({ ip }) => ip) : [status.podIP]
  return all.filter((ip) => ipFamily(ip) === family)
}

function sliceOf(
  service: KubeService,
  family: IpFamily,
  index: number,
  ports: readonly SlicePort[],
  pods: readonly Pod[],
) {
  const addressType = ADDRESS_TYPES[family]
  const { meta, cluster, location } = service
  const labels = new Map([...meta.labels, [LABELS.serviceName, meta.name], [LABELS.managedBy, CONTROLLER]])
  const endpoints = pods.flatMap((pod) =>
    addressesOf(pod, family)
      .slice(0, 1)
      .map((address) => endpointOf(pod, address, service)),
  )
  const name = `${meta.name}-assumed-${addressType.toLowerCase()}-${index + 1}`
  const parts = {
    kind: ENDPOINT_SLICE.kind,
    apiVersion: 'discovery.k8s.io/v1',
    meta: { ...meta, name, labels, annotations: new Map<string, string>(), ownerReferences: [], stored: false },
    spec: { addressType, endpoints, ports },
    status: undefined,
    cluster,
    location,
  }
  return new Resource(parts, unwritten(ENDPOINT_SLICE))
}

/** The families of a Service: those of its addresses, otherwise those that a cluster would choose. */
function familiesFor(service: KubeService, cluster: ClusterFamilies): readonly IpFamily[] {
  const own = new Set(service.spec.clusterIPs.map(ipFamily).filter((family) => family !== 0))
  return own.size > 0 ? [...own] : familiesOfService(service, cluster)
}

/** One slice per family and set of port numbers. */
function slicesOf(service: KubeService, pods: readonly Pod[], families: readonly IpFamily[]): readonly EndpointSlice[] {
  const byPorts = new Map<string, { readonly ports: readonly SlicePort[]; readonly pods: Pod[] }>()
  for (const pod of pods) {
    const ports = portsFor(pod, service)
    const key = JSON.stringify(ports)
    const known = byPorts.get(key)
    if (known) known.pods.push(pod)
    else byPorts.set(key, { ports, pods: [pod] })
  }
  return families.flatMap((family) =>
    [...byPorts.values()]
      .map((group, index) => sliceOf(service, family, index, group.ports, group.pods))
      .filter(({ spec }) => spec.endpoints.length > 0),
  )
}

/**
 * Slices for the Services of a cluster whose endpoints the input does not state. A Service of a live cluster already
 * has slices for the cluster's own pods, so only assumed pods are added.
 * @param isAsked whether to assume anything for a Service
 * @param made the assumed pods
 * @returns the new slices
 */
export function assumedSlices(
  cluster: ClusterObjects,
  families: ClusterFamilies,
  isAsked: (service: KubeService) => boolean,
  made: ReadonlySet<Pod>,
): readonly EndpointSlice[] {
  const { services } = cluster
  const stated = servicesWithSlices(cluster)
  const byLabel = once(() => podsByLabel(cluster.pods.filter(({ status }) => !ENDED.has(status.phase))))
  return services.flatMap((service) => {
    const { selector, type } = service.spec
    const [first] = selector
    if (!first || type === 'ExternalName') return []
    const isOfCluster = !isAsked(service)
    if (isOfCluster ? made.size === 0 : stated.has(serviceKey(service))) return []
    const pods = (byLabel().get(keyOf(service.meta.namespace, ...first)) ?? []).filter(
      (pod) => selects(selector, pod.meta.labels) && (!isOfCluster || made.has(pod)),
    )
    return pods.length === 0 ? [] : slicesOf(service, pods, familiesFor(service, families))
  })
}
