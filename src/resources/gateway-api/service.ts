/** What istiod's deployment controller makes of a Gateway (pilot/pkg/config/kube/gatewaycommon/deploymentcontroller.go). */
import { LABELS } from '../../common/istio-names.ts'
import type { KubernetesGateway, KubeService, ListenerSet, Namespace } from '../../kinds/index.ts'
import { KubeServicePort, SERVICE } from '../../kinds/kubernetes/service.ts'
import type { Listener } from '../../kinds/messages/gateway-api/gateway.ts'
import { Resource } from '../../kinds/resource.ts'
import { unwritten } from '../../kinds/stated.ts'
import type { Features } from '../mesh/features.ts'
import type { ClusterObjects } from '../snapshot.ts'
import { GatewayClasses, type IstioClass } from './classes.ts'
import { deploymentName, isManaged, SERVICE_TYPE } from './deployments.ts'
import { allowsListenersOf, portOfEntry, setsByGateway } from './listener-sets.ts'
import { readKinds } from './read-kinds.ts'

const GATEWAY_PREFIX = 'gateway.networking.k8s.io/'
const STATUS_PORT = 15021
const LONGEST_PORT_NAME = 63
/** Annotations that are about the deployment itself. */
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'gateway.istio.io/name-override',
  'gateway.istio.io/service-account',
  'gateway.istio.io/controller-version',
])

type Labels = ReadonlyMap<string, string>

/** The labels of everything that the controller makes for a Gateway. */
function labelsOf({ meta, spec }: KubernetesGateway): Labels {
  const stated = spec.infrastructure?.labels
  const own =
    stated && stated.size > 0 ? [...stated].filter(([key]) => !key.startsWith(GATEWAY_PREFIX)) : [...meta.labels]
  return new Map([
    ...own,
    ['gateway.istio.io/managed', 'istio.io-gateway-controller'],
    [LABELS.gatewayName, meta.name],
    [`${GATEWAY_PREFIX}gateway-class-name`, spec.gatewayClassName],
  ])
}

/** The labels of a Gateway's pods. */
export function podLabelsOf(gateway: KubernetesGateway, of: IstioClass): Labels {
  return new Map([
    ['sidecar.istio.io/inject', 'false'],
    ['service.istio.io/canonical-name', deploymentName(gateway, of)],
    ['service.istio.io/canonical-revision', 'latest'],
    ...labelsOf(gateway),
  ])
}

function annotationsOf({ meta, spec }: KubernetesGateway): Labels {
  const stated = spec.infrastructure
  const own = stated && stated.annotations.size > 0 ? stated.annotations : meta.annotations
  return new Map([...own].filter(([key]) => !OWN_ANNOTATIONS.has(key)))
}

interface Numbered {
  readonly listener: Listener
  readonly port: number
}

/** One port per number; the first listener of a number names it. */
function portsOf(listeners: readonly Numbered[]): readonly KubeServicePort[] {
  const port = (name: string, number: number, appProtocol: string): KubeServicePort => ({
    ...KubeServicePort.zero,
    name,
    port: number,
    protocol: 'TCP',
    appProtocol,
    targetPort: number,
  })
  const ports = new Map([[STATUS_PORT, port('status-port', STATUS_PORT, 'tcp')]])
  const names = new Set(['status-port'])
  for (const { listener, port: number } of listeners) {
    if (ports.has(number)) continue
    const cut = listener.name.replaceAll('.', '-').slice(0, LONGEST_PORT_NAME)
    const name = names.has(cut) ? `${cut}-${number}` : cut
    names.add(name)
    ports.set(number, port(name, number, listener.protocol.toLowerCase()))
  }
  return [...ports.values()]
}

function serviceOf(gateway: KubernetesGateway, of: IstioClass, listeners: readonly Numbered[]): KubeService {
  const { meta, cluster, location } = gateway
  const spec = {
    ...SERVICE.spec.zero,
    type: meta.annotations.get(SERVICE_TYPE) || 'LoadBalancer',
    ports: portsOf(listeners),
    selector: new Map([[LABELS.gatewayName, meta.name]]),
    internalTrafficPolicy: 'Cluster',
  }
  const parts = {
    kind: SERVICE.kind,
    apiVersion: 'v1',
    meta: {
      ...meta,
      name: deploymentName(gateway, of),
      labels: labelsOf(gateway),
      annotations: annotationsOf(gateway),
      ownerReferences: [],
    },
    spec,
    status: SERVICE.status.zero,
    cluster,
    location,
  }
  return new Resource(parts, unwritten(SERVICE))
}

/** The parameters of the deployment are there, or none are asked for. */
function hasParameters({ meta, spec }: KubernetesGateway, { configMaps }: ClusterObjects): boolean {
  const reference = spec.infrastructure?.parametersRef
  if (!reference) return true
  const isConfigMap = reference.group === '' && reference.kind === 'ConfigMap'
  return (
    isConfigMap && configMaps.some((map) => map.meta.name === reference.name && map.meta.namespace === meta.namespace)
  )
}

/** A Gateway for which istiod deploys a router. */
export interface DeployedGateway {
  readonly gateway: KubernetesGateway
  readonly class: IstioClass
}

/** The Gateways of a cluster for which istiod deploys a router. @param isOwn whether an object is of istiod's revision */
export function deployedGateways(
  cluster: ClusterObjects,
  features: Features,
  isOwn: (resource: Resource) => boolean,
): readonly DeployedGateway[] {
  if (cluster.kubernetesGateways.length === 0) return []
  const classes = new GatewayClasses(cluster.gatewayClasses, features)
  return cluster.kubernetesGateways.flatMap((gateway) => {
    const of = classes.of(gateway.spec.gatewayClassName)
    const isDeployed = of?.treatment === 'gateway' && isOwn(gateway) && isManaged(gateway, features)
    return isDeployed && hasParameters(gateway, cluster) ? [{ gateway, class: of }] : []
  })
}

/** The listeners of a Gateway and of the ListenerSets that it allows. */
function listenersOf(
  gateway: KubernetesGateway,
  sets: readonly ListenerSet[],
  namespaces: ReadonlyMap<string, Namespace>,
): readonly Numbered[] {
  const allowed = sets.filter((set) => allowsListenersOf(gateway, set.meta.namespace, namespaces))
  return [
    ...gateway.spec.listeners.map((listener) => ({ listener, port: listener.port })),
    ...allowed.flatMap(({ spec }) => spec.listeners.map((listener) => ({ listener, port: portOfEntry(listener) }))),
  ]
}

/**
 * The Services that istiod would write for Gateways of a cluster that has none of their names.
 * @param isAsked whether to make that of a Gateway
 */
export function gatewayServices(
  cluster: ClusterObjects,
  deployed: readonly DeployedGateway[],
  isAsked: (gateway: KubernetesGateway) => boolean,
  features: Features,
): readonly KubeService[] {
  const taken = new Set(cluster.services.map(({ meta }) => `${meta.namespace}/${meta.name}`))
  const namespaces = new Map(cluster.namespaces.map((namespace) => [namespace.meta.name, namespace]))
  const sets = setsByGateway(readKinds(features).listenerSets ? cluster.listenerSets : [])
  return deployed.flatMap(({ gateway, class: of }) => {
    const { namespace, name } = gateway.meta
    if (!isAsked(gateway) || taken.has(`${namespace}/${deploymentName(gateway, of)}`)) return []
    return [serviceOf(gateway, of, listenersOf(gateway, sets.get(`${namespace}/${name}`) ?? [], namespaces))]
  })
}
