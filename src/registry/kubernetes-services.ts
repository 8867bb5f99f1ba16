/** Kubernetes Services as services of the registry (pilot/pkg/serviceregistry/kube/conversion.go ConvertService). */

import { UNSPECIFIED } from '../common/addresses.ts'
import { serviceHost } from '../common/cluster-domain.ts'
import { compactMap, EMPTY_MAP } from '../common/collections.ts'
import { ANNOTATIONS } from '../common/istio-names.ts'
import { oncePer } from '../common/once.ts'
import type { KubeService, Namespace } from '../kinds/index.ts'
import type { KubeServicePort } from '../kinds/kubernetes/service.ts'
import { spiffeUri, type TrustDomain } from './identity.ts'
import { kubernetesProtocol } from './protocol.ts'
import type { KubernetesAttributes, KubernetesService, Port, Resolution } from './service.ts'
import type { ServiceContext } from './service-context.ts'

const NO_EXPORTS: ReadonlySet<string> = new Set()
const NO_ACCOUNTS: readonly string[] = []

function vipsOf(service: KubeService): readonly string[] {
  const { clusterIP, clusterIPs } = service.spec
  if (clusterIP === 'None' || clusterIP === '') return [UNSPECIFIED]
  return clusterIPs.length > 1 ? clusterIPs : [clusterIP]
}

function resolutionOf(service: KubeService): Resolution {
  if (service.spec.clusterIP === 'None') return 'Passthrough'
  if (service.spec.type === 'ExternalName' && service.spec.externalName !== '') return 'Alias'
  return 'ClientSideLB'
}

function portOf(port: KubeServicePort): Port {
  return { number: port.port, name: port.name, protocol: kubernetesProtocol(port) }
}

const portsOf = oncePer((ports: readonly KubeServicePort[]): readonly Port[] => ports.map(portOf))

function exportToOf(service: KubeService): ReadonlySet<string> {
  const text = service.meta.annotations.get(ANNOTATIONS.exportTo)
  return text ? new Set(text.split(',').map((part) => part.trim())) : NO_EXPORTS
}

function accountsOf(service: KubeService, trustDomain: TrustDomain): readonly string[] {
  const canonical = service.meta.annotations.get(ANNOTATIONS.canonicalAccounts)
  const kubernetes = service.meta.annotations.get(ANNOTATIONS.kubernetesAccounts)
  if (!canonical && !kubernetes) return NO_ACCOUNTS
  return [
    ...(canonical ? canonical.split(',') : []),
    ...(kubernetes
      ? kubernetes.split(',').map((account) => spiffeUri(trustDomain, service.meta.namespace, account))
      : []),
  ]
}

function externalAddressesOf(service: KubeService): readonly string[] {
  const balanced = service.spec.type === 'LoadBalancer' ? (service.status?.loadBalancer?.ingress ?? []) : []
  return [...balanced.map((ingress) => ingress.ip || ingress.hostname).filter(Boolean), ...service.spec.externalIPs]
}

function attributesOf(service: KubeService): KubernetesAttributes {
  return {
    type: service.spec.type,
    externalName: service.spec.externalName,
    nodeLocal: service.spec.internalTrafficPolicy === 'Local',
    publishNotReadyAddresses: service.spec.publishNotReadyAddresses,
    externalAddresses: externalAddressesOf(service),
  }
}

/**
 * @param clusterId the Service's cluster
 * @param namespace its Namespace object, if the input has it
 */
export function convertKubernetesService(
  service: KubeService,
  clusterId: string,
  namespace: Namespace | undefined,
  { trustDomain, distributions }: ServiceContext,
): KubernetesService {
  const addresses = vipsOf(service)
  return {
    hostname: serviceHost(service.meta.name, service.meta.namespace),
    namespace: service.meta.namespace,
    name: service.meta.name,
    registry: 'Kubernetes',
    creationTime: service.meta.creationTime,
    ports: portsOf(service.spec.ports),
    resolution: resolutionOf(service),
    meshExternal: service.spec.type === 'ExternalName' && service.spec.externalName !== '',
    defaultAddress: addresses[0] ?? UNSPECIFIED,
    clusterVIPs: compactMap([[clusterId, addresses]]),
    exportTo: exportToOf(service),
    labels: service.meta.labels,
    selector: service.spec.selector,
    serviceAccounts: accountsOf(service, trustDomain),
    trafficDistribution: distributions.of(service.spec.trafficDistribution, service.meta, namespace),
    kubernetes: attributesOf(service),
    passthroughTargetPorts: EMPTY_MAP,
    raceFirstConnect: false,
    source: service,
    hostIndex: 0,
    addressIndex: -1,
  }
}
