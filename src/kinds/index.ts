/** Every kind that the pipeline reads: its API group, its schema, and whether it lives in a namespace. */
import { DestinationRule } from './messages/destination-rule.ts'
import { Gateway } from './messages/gateway.ts'
import {
  ConfigMapSpec,
  DeploymentSpec,
  EndpointSliceSpec,
  EndpointsSpec,
  NothingSpec,
  PodSpec,
  PodStatus,
  ServiceSpec,
  ServiceStatus,
} from './messages/kubernetes.ts'
import { PeerAuthentication } from './messages/peer-authentication.ts'
import { ServiceEntry, ServiceEntryStatus } from './messages/service-entry.ts'
import { Sidecar } from './messages/sidecar.ts'
import { VirtualService } from './messages/virtual-service.ts'
import { WorkloadEntry } from './messages/workload-entry.ts'
import { WorkloadGroup } from './messages/workload-group.ts'
import type { Resource } from './resource.ts'
import { json, list, message, type Type } from './schema/index.ts'

/** Conditions of a WorkloadEntry's status; only `Healthy` is read. */
export const IstioStatus = message('status', { conditions: list(json) }, { open: true })

export interface KindDefinition {
  readonly kind: string
  readonly group: string
  readonly istio: boolean
  readonly namespaced: boolean
  readonly spec: Type<unknown>
  /** The fields stand in the object itself instead of under `spec`. */
  readonly flat: boolean
  readonly status?: Type<unknown>
}

function istio(kind: string, spec: Type<unknown>, status: Type<unknown> = IstioStatus, group = 'networking.istio.io') {
  return { kind, group, istio: true, namespaced: true, spec, flat: false, status }
}

function kube(kind: string, spec: Type<unknown>, options: Partial<KindDefinition> = {}) {
  return { kind, group: '', istio: false, namespaced: true, spec, flat: false, ...options }
}

/** What makes pods beside Deployments, by a template at the same place. Nothing of it but the labels is read. */
export const POD_CONTROLLERS = [
  { kind: 'StatefulSet', group: 'apps' },
  { kind: 'DaemonSet', group: 'apps' },
  { kind: 'ReplicaSet', group: 'apps' },
  { kind: 'Job', group: 'batch' },
  { kind: 'Rollout', group: 'argoproj.io' },
] as const

const DEFINITIONS: readonly KindDefinition[] = [
  istio('ServiceEntry', ServiceEntry, ServiceEntryStatus),
  istio('WorkloadEntry', WorkloadEntry),
  istio('WorkloadGroup', WorkloadGroup),
  istio('VirtualService', VirtualService),
  istio('DestinationRule', DestinationRule),
  istio('Gateway', Gateway),
  istio('Sidecar', Sidecar),
  istio('PeerAuthentication', PeerAuthentication, IstioStatus, 'security.istio.io'),
  kube('Service', ServiceSpec, { status: ServiceStatus }),
  kube('Endpoints', EndpointsSpec, { flat: true }),
  kube('EndpointSlice', EndpointSliceSpec, { flat: true, group: 'discovery.k8s.io' }),
  kube('Pod', PodSpec, { status: PodStatus }),
  kube('Namespace', NothingSpec, { namespaced: false }),
  kube('Node', NothingSpec, { namespaced: false }),
  kube('ConfigMap', ConfigMapSpec, { flat: true }),
  kube('Deployment', DeploymentSpec, { group: 'apps' }),
  ...POD_CONTROLLERS.map(({ kind, group }) => kube(kind, DeploymentSpec, { group })),
]

const BY_GROUP_KIND = new Map(DEFINITIONS.map((definition) => [`${definition.group}/${definition.kind}`, definition]))

/** API versions that the Istio groups serve; all mean the same. */
const ISTIO_VERSIONS = new Set(['v1', 'v1beta1', 'v1alpha3'])

/**
 * Looks up what an object is. The version of an Istio API does not matter.
 * @param apiVersion `v1` or `group/version`
 */
export function kindOf(apiVersion: string, kind: string): KindDefinition | undefined {
  const slash = apiVersion.indexOf('/')
  const group = slash < 0 ? '' : apiVersion.slice(0, slash)
  const definition = BY_GROUP_KIND.get(`${group}/${kind}`)
  if (definition?.istio && !ISTIO_VERSIONS.has(apiVersion.slice(slash + 1))) return undefined
  return definition
}

/** The kinds by name, for suggestions. */
export const KIND_NAMES: readonly string[] = DEFINITIONS.map((definition) => definition.kind)

const BY_KIND = new Map(DEFINITIONS.map((definition) => [definition.kind, definition]))

/** The apiVersion that one would write for a kind of this name; undefined when there is no such kind. */
export function usualApiVersion(kind: string): string | undefined {
  const definition = BY_KIND.get(kind)
  return definition && (definition.group ? `${definition.group}/v1` : 'v1')
}

export type KubeService = Resource<ServiceSpec, ServiceStatus>
export type KubeEndpoints = Resource<EndpointsSpec, undefined>
export type EndpointSlice = Resource<EndpointSliceSpec, undefined>
export type Pod = Resource<PodSpec, PodStatus>
export type Namespace = Resource<NothingSpec, undefined>
export type KubeNode = Resource<NothingSpec, undefined>
export type ConfigMap = Resource<ConfigMapSpec, undefined>
export type Deployment = Resource<DeploymentSpec, undefined>
export type ServiceEntryResource = Resource<ServiceEntry, ServiceEntryStatus>
export type WorkloadEntryResource = Resource<WorkloadEntry>
export type WorkloadGroupResource = Resource<WorkloadGroup>
export type VirtualServiceResource = Resource<VirtualService>
export type DestinationRuleResource = Resource<DestinationRule>
export type GatewayResource = Resource<Gateway>
export type SidecarResource = Resource<Sidecar>
export type PeerAuthenticationResource = Resource<PeerAuthentication>
