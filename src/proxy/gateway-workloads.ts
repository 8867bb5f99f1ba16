/** The routers of Gateways of the Gateway API. */

import { serviceHost } from '../common/cluster-domain.ts'
import type { KubernetesGateway } from '../kinds/index.ts'
import { describeResource, selects } from '../kinds/resource.ts'
import { workloadLabels } from '../registry/labels.ts'
import { SYNTHETIC_IP } from '../resources/assumed/ranges.ts'
import { GatewayClasses, readsGatewayApi } from '../resources/gateway-api/classes.ts'
import { serviceAccountOf, servicesOf } from '../resources/gateway-api/deployments.ts'
import { isOfRevision } from '../resources/gateway-api/revision.ts'
import { type DeployedGateway, deployedGateways, podLabelsOf } from '../resources/gateway-api/service.ts'
import type { ClusterObjects, Snapshot } from '../resources/snapshot.ts'
import { clusterIndex, type Workload, workloadOfPod } from './workloads.ts'

const NO_ANNOTATIONS: ReadonlyMap<string, string> = new Map()

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
    annotations: NO_ANNOTATIONS,
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

/** A pod behind the Services of a Gateway, whoever deployed it. */
function podOf(gateway: KubernetesGateway, cluster: ClusterObjects, snapshot: Snapshot): Workload | undefined {
  const of = new GatewayClasses(cluster.gatewayClasses, snapshot.features).of(gateway.spec.gatewayClassName)
  const hosts = of?.treatment === 'gateway' ? servicesOf(gateway, of, snapshot.features) : []
  const { namespace } = gateway.meta
  const services = cluster.services.filter(
    ({ meta }) => meta.namespace === namespace && hosts.includes(serviceHost(meta.name, meta.namespace)),
  )
  const selectors = services.map(({ spec }) => spec.selector).filter(({ size }) => size > 0)
  const pod = cluster.pods.find(
    ({ meta }) => meta.namespace === namespace && selectors.some((selector) => selects(selector, meta.labels)),
  )
  return pod && { ...workloadOfPod(pod, cluster, workloadLabels(snapshot.features)), router: true }
}

/** A Gateway and its router. */
export interface GatewayWorkload {
  readonly gateway: KubernetesGateway
  /** Its pod is in the input; otherwise it is the router that istiod would deploy. */
  readonly hasPod: boolean
  readonly make: () => Workload
}

/** The Gateways of the config cluster that have a router: a pod behind their Services, or one that istiod would deploy. */
export function gatewayWorkloads(snapshot: Snapshot): readonly GatewayWorkload[] {
  const [config] = snapshot.clusters
  if (config.kubernetesGateways.length === 0 || !readsGatewayApi(snapshot)) return []
  const deployed = deployedGateways(config, snapshot.features, isOfRevision(snapshot))
  const byGateway = new Map(deployed.map((each) => [each.gateway, each]))
  return config.kubernetesGateways.flatMap((gateway): GatewayWorkload[] => {
    const pod = podOf(gateway, config, snapshot)
    if (pod) return [{ gateway, hasPod: true, make: () => pod }]
    const own = byGateway.get(gateway)
    return own ? [{ gateway, hasPod: false, make: () => deployedWorkload(own, config) }] : []
  })
}
