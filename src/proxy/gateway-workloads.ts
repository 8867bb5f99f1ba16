/** The routers of Gateways of the Gateway API. */

import { serviceHost } from '../common/cluster-domain.ts'
import { EMPTY_MAP, firstBy, groupBy } from '../common/collections.ts'
import { oncePer } from '../common/once.ts'
import type { KubernetesGateway, KubeService, Pod } from '../kinds/index.ts'
import { describeResource, selects } from '../kinds/resource.ts'
import { workloadLabels } from '../registry/labels.ts'
import { SYNTHETIC_IP } from '../resources/assumed/ranges.ts'
import { GatewayClasses, readsGatewayApi } from '../resources/gateway-api/classes.ts'
import { serviceAccountOf, servicesOf } from '../resources/gateway-api/deployments.ts'
import { isOfRevision } from '../resources/gateway-api/revision.ts'
import { type DeployedGateway, deployedGateways, podLabelsOf } from '../resources/gateway-api/service.ts'
import type { Features } from '../resources/mesh/features.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import { clusterIndex, type Workload, workloadOfPod } from './workloads.ts'

/** The router that istiod would deploy. */
function deployedWorkload({ gateway, class: of }: DeployedGateway, cluster: ClusterObjects): Workload {
  const { name, namespace } = gateway.meta
  return {
    kind: 'Gateway',
    name,
    ownName: name,
    namespace,
    clusterId: cluster.id,
    labels: podLabelsOf(gateway, of),
    annotations: EMPTY_MAP,
    ips: [SYNTHETIC_IP],
    serviceAccount: serviceAccountOf(gateway, of),
    locality: '',
    network: clusterIndex(cluster).network,
    router: true,
    typeUnknown: false,
    metadata: new Map(),
    injected: undefined,
    location: gateway.location,
    description: `${describeResource(gateway)} (assumed)`,
    problems: [],
  }
}

/** What the pods of Gateways are looked up in. */
interface PodLookup {
  readonly classes: GatewayClasses
  readonly features: Features
  readonly servicesByHost: ReadonlyMap<string, KubeService>
  readonly podsByNamespace: ReadonlyMap<string, readonly Pod[]>
}

function podLookup({ gatewayClasses, services, pods }: ClusterObjects, features: Features): PodLookup {
  return {
    classes: new GatewayClasses(gatewayClasses, features),
    features,
    servicesByHost: firstBy(services, ({ meta }) => serviceHost(meta.name, meta.namespace)),
    podsByNamespace: groupBy(pods, ({ meta }) => meta.namespace),
  }
}

/** A pod of the Gateway's namespace that its Services select; it does not matter who deployed it. */
function podOf(gateway: KubernetesGateway, lookup: PodLookup): Pod | undefined {
  const of = lookup.classes.of(gateway.spec.gatewayClassName)
  if (of?.treatment !== 'gateway') return undefined
  const { namespace } = gateway.meta
  const services = servicesOf(gateway, of, lookup.features).flatMap((host) => lookup.servicesByHost.get(host) ?? [])
  const selectors = services
    .filter(({ meta, spec }) => meta.namespace === namespace && spec.selector.size > 0)
    .map(({ spec }) => spec.selector)
  const pods = lookup.podsByNamespace.get(namespace)
  return pods?.find(({ meta }) => selectors.some((selector) => selects(selector, meta.labels)))
}

/** A Gateway and its router. */
export interface GatewayWorkload {
  readonly gateway: KubernetesGateway
  /** Its pod is in the input; otherwise it is the router that istiod would deploy. */
  readonly hasPod: boolean
  readonly make: () => Workload
}

/** The Gateways of the config cluster that have a router: a pod behind their Services, or one that istiod would deploy. */
export const gatewayWorkloads = oncePer((snapshot: Snapshot): readonly GatewayWorkload[] => {
  const [config] = snapshot.clusters
  if (config.kubernetesGateways.length === 0 || !readsGatewayApi(snapshot)) return []
  const deployed = deployedGateways(config, snapshot.features, isOfRevision(snapshot))
  const lookup = podLookup(config, snapshot.features)
  const labels = workloadLabels(snapshot.features)
  const byGateway = new Map(deployed.map((each) => [each.gateway, each]))
  return config.kubernetesGateways.flatMap((gateway): GatewayWorkload[] => {
    const pod = podOf(gateway, lookup)
    if (pod) {
      return [{ gateway, hasPod: true, make: () => ({ ...workloadOfPod(pod, config, labels), router: true }) }]
    }
    const own = byGateway.get(gateway)
    return own ? [{ gateway, hasPod: false, make: () => deployedWorkload(own, config) }] : []
  })
})
