/** Pods and WorkloadEntries to workloads (kube/controller/endpoint_builder.go, serviceentry/conversion.go). */

import { ipFamily, UNIX_PREFIX } from '../common/addresses.ts'
import { parseGoBool } from '../common/go-bool.ts'
import { ANNOTATIONS, LABELS } from '../common/istio-names.ts'
import type { KubeNode, Pod, WorkloadEntryResource } from '../kinds/index.ts'
import type { Container } from '../kinds/kubernetes/pod.ts'
import type { WorkloadEntry } from '../kinds/messages/workload-entry.ts'
import type { JsonValue } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { fieldAt } from '../sources/mapping.ts'
import type { Endpoint, Workload } from './endpoint.ts'
import { spiffeUri, type TrustDomain } from './identity.ts'
import { localityOfNode, type WorkloadLabels } from './labels.ts'
import type { NetworkResolver } from './networks.ts'

/** The part that all endpoints of a workload share. */
export type WorkloadEndpoint = Workload['endpoint']

/** What endpoints without a pod state about their workload. */
export interface WorkloadNaming {
  /** Endpoints of an entry have its name and namespace. */
  readonly ofEntries: boolean
  /** A host that the proxy resolves is assigned to istiod's cluster. */
  readonly clusterOfHosts: boolean
  /** An auto-registered WorkloadEntry has its group's name. */
  readonly byGroup: boolean
}

/** The mesh settings that conversion depends on. */
export interface MeshContext {
  readonly trustDomain: TrustDomain
  readonly networks: NetworkResolver
  readonly dualStack: boolean
  readonly naming: WorkloadNaming
  readonly labels: WorkloadLabels
  /** Named ports are looked up in native sidecars too. */
  readonly sidecarPorts: boolean
}

const JOB_NAME = /^(.+)-[0-9]{8,10}$/

/** The name of the Deployment, Job or pod, as telemetry reports a workload (pkg/kube GetWorkloadMetaFromPod). */
function workloadNameOfPod(pod: Pod): string {
  const stated = pod.meta.labels.get(LABELS.workloadName)
  if (stated) return stated
  const owner = pod.meta.ownerReferences.find((reference) => reference.controller === true)
  if (!owner || pod.meta.generateName === '') return pod.meta.name
  if (owner.kind === 'ReplicaSet') {
    const hash = pod.meta.labels.get('pod-template-hash') ?? pod.meta.labels.get('rollouts-pod-template-hash')
    return hash && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name
  }
  if (owner.kind === 'ReplicationController') return pod.meta.labels.get('deploymentconfig') || owner.name
  if (owner.kind === 'Job') return JOB_NAME.exec(owner.name)?.[1] ?? owner.name
  return owner.name
}

/** The locality in the pod's labels, otherwise its Node's. */
export function localityOfPod(pod: Pod, nodes: ReadonlyMap<string, KubeNode>, reading: WorkloadLabels): string {
  const stated = reading.localityOf(pod.meta.labels)
  if (stated !== '') return stated
  const node = nodes.get(pod.spec.nodeName)
  return node ? localityOfNode(node.meta.labels) : ''
}

/** The containers in which istiod looks for named ports, in its order. */
export function containersWithPorts({ spec }: Pod, sidecars: boolean): readonly Container[] {
  if (!sidecars) return spec.containers
  return [...spec.containers, ...spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')]
}

/** Named TCP ports of the running containers: the first of a name wins, sidecar containers come last. */
function namedPortsOf(pod: Pod, sidecars: boolean): ReadonlyMap<string, number> {
  const out = new Map<string, number>()
  for (const container of containersWithPorts(pod, sidecars)) addPorts(container, out)
  return out
}

function addPorts(container: Container, out: Map<string, number>): void {
  for (const port of container.ports) {
    if (port.name !== '' && port.protocol === 'TCP' && !out.has(port.name)) out.set(port.name, port.containerPort)
  }
}

/** All IPs of a pod under dual stack, otherwise its first. */
function addressesOfPod(pod: Pod, dualStack: boolean): readonly string[] {
  const ips = pod.status.podIPs.map((entry) => entry.ip).filter((ip) => ip !== '')
  return dualStack && ips.length > 1 ? ips : [pod.status.podIP]
}

/** Only a serving pod is found by selectors and IP lookups. */
export function isServing(pod: Pod): boolean {
  const { phase, podIP, conditions } = pod.status
  if (podIP === '' || phase === 'Failed' || phase === 'Succeeded' || pod.meta.deleting) return false
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True')
}

/** The part that all endpoints at this pod share; addresses and health depend on the list that has them. */
export function endpointOfPod(
  pod: Pod,
  clusterId: string,
  nodes: ReadonlyMap<string, KubeNode>,
  context: MeshContext,
  fallbackIp: string,
): WorkloadEndpoint {
  const locality = localityOfPod(pod, nodes, context.labels)
  const label = pod.meta.labels.get(LABELS.network) ?? ''
  const network = context.networks.networkOf(clusterId, label, pod.status.podIP, fallbackIp)
  const { nodeName, serviceAccountName, subdomain, hostname } = pod.spec
  return {
    addresses: addressesOfPod(pod, context.dualStack),
    labels: context.labels.augment(pod.meta.labels, { clusterId, network, locality, nodeName }),
    serviceAccount: spiffeUri(context.trustDomain, pod.meta.namespace, serviceAccountName),
    network,
    locality,
    clusterId,
    weight: 0,
    tlsMode: pod.meta.labels.get(LABELS.tlsMode) ?? 'disabled',
    namespace: pod.meta.namespace,
    workloadName: workloadNameOfPod(pod),
    hostname: subdomain === '' ? '' : hostname || pod.meta.name,
    subdomain,
    health: 'HEALTHY',
    nodeName,
    location: pod.location,
  }
}

export function workloadOfPod(
  pod: Pod,
  clusterId: string,
  nodes: ReadonlyMap<string, KubeNode>,
  context: MeshContext,
): Workload {
  const endpoint = endpointOfPod(pod, clusterId, nodes, context, '')
  return {
    kind: 'Pod',
    name: pod.meta.name,
    namespace: pod.meta.namespace,
    clusterId,
    addresses: endpoint.addresses,
    ports: namedPortsOf(pod, context.sidecarPorts),
    dnsOnly: false,
    endpoint,
  }
}

/** A WorkloadEntry, or an endpoint written inside a ServiceEntry. */
export interface EntryLike {
  readonly spec: WorkloadEntry
  readonly name: string
  readonly namespace: string
  /** Labels of the object itself, which override those of the spec. */
  readonly labels: ReadonlyMap<string, string>
  readonly annotations: ReadonlyMap<string, string>
  readonly location: Location
}

const isDnsOnly = (address: string): boolean =>
  address.startsWith(UNIX_PREFIX) || (address !== '' && ipFamily(address) === 0)

function mergedLabels(entry: EntryLike): ReadonlyMap<string, string> {
  if (entry.labels.size === 0) return entry.spec.labels
  return new Map([...entry.spec.labels, ...entry.labels])
}

function workloadNameOf(entry: EntryLike, { byGroup }: WorkloadNaming): string {
  if (!byGroup) return entry.name
  return entry.annotations.get(ANNOTATIONS.autoRegistrationGroup) || entry.labels.get(LABELS.workloadName) || entry.name
}

/** pilot/pkg/serviceregistry/serviceentry/conversion.go convertWorkloadEntryToWorkloadInstance */
export function workloadOfEntry(entry: EntryLike, clusterId: string, context: MeshContext): Workload {
  const { spec, namespace } = entry
  const labels = mergedLabels(entry)
  const locality = spec.locality || context.labels.localityOf(labels)
  const endpoint: WorkloadEndpoint = {
    addresses: [spec.address],
    labels: context.labels.augment(labels, { clusterId, network: spec.network, locality, nodeName: '' }),
    serviceAccount: spec.serviceAccount ? spiffeUri(context.trustDomain, namespace, spec.serviceAccount) : '',
    network: spec.network,
    locality,
    clusterId,
    weight: spec.weight,
    tlsMode: labels.get(LABELS.tlsMode) ?? (spec.serviceAccount ? 'istio' : 'disabled'),
    namespace,
    workloadName: workloadNameOf(entry, context.naming),
    hostname: '',
    subdomain: '',
    health: undefined,
    nodeName: '',
    location: entry.location,
  }
  return {
    kind: 'WorkloadEntry',
    name: entry.name,
    namespace,
    clusterId,
    addresses: endpoint.addresses,
    ports: spec.ports,
    dnsOnly: isDnsOnly(spec.address),
    endpoint,
  }
}

export function entryLike(resource: WorkloadEntryResource): EntryLike {
  const { spec, meta, location } = resource
  return {
    spec,
    name: meta.name,
    namespace: meta.namespace,
    labels: meta.labels,
    annotations: meta.annotations,
    location,
  }
}

function isHealthyCondition(condition: JsonValue | undefined): boolean {
  return fieldAt(condition, 'type') === 'Healthy' && fieldAt(condition, 'status') === 'True'
}

/** An entry with health checks is used only while its status says that it is healthy. */
export function isLeftOut(resource: WorkloadEntryResource): boolean {
  if (parseGoBool(resource.meta.annotations.get(ANNOTATIONS.healthChecks) ?? '') !== true) return false
  return !resource.status.conditions.some(isHealthyCondition)
}

/** The endpoint of a service port at a workload. */
export function bindEndpoint(
  endpoint: WorkloadEndpoint,
  port: number,
  servicePortName: string,
  servicePortNumber: number | undefined,
): Endpoint {
  // Written out because a spread takes three times as long, and there is one endpoint per port and workload.
  return {
    addresses: endpoint.addresses,
    port,
    servicePortName,
    servicePortNumber,
    labels: endpoint.labels,
    serviceAccount: endpoint.serviceAccount,
    network: endpoint.network,
    locality: endpoint.locality,
    clusterId: endpoint.clusterId,
    weight: endpoint.weight,
    tlsMode: endpoint.tlsMode,
    namespace: endpoint.namespace,
    workloadName: endpoint.workloadName,
    hostname: endpoint.hostname,
    subdomain: endpoint.subdomain,
    health: endpoint.health,
    nodeName: endpoint.nodeName,
    location: endpoint.location,
  }
}
