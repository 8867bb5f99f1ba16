import { keepingPart } from '../../../../common/changes/parts.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import type { Registry } from '../../../../registry/registry.ts'
import type { KubernetesService, Port, Service } from '../../../../registry/service.ts'
import { portLocation } from '../../../../registry/service.ts'
import type { Found, MeshRule } from '../../rule.ts'

interface Claim {
  readonly service: KubernetesService
  readonly port: Port
}

const textOf = ({ service, port }: Claim): string => `${service.hostname}:${port.number}`

/** `HTTP`, or what a proxy does without a protocol. */
const protocolText = ({ port: { protocol } }: Claim): string =>
  protocol === 'Unsupported' ? 'a port without a protocol' : protocol

function foundFor(first: Claim, later: Claim, targetPort: number): Found {
  const { service, port } = later
  return {
    message: `port ${targetPort} of its pods is also that of ${textOf(first)}, which comes first with ${protocolText(first)}: so the pods treat connections of ${textOf(later)} (${protocolText(later)}) as such, too`,
    resource: service.source,
    location: portLocation(service, port.number),
    related: [
      {
        message: `${describeResource(first.service.source)} has the port first`,
        location: portLocation(first.service, first.port.number),
      },
    ],
  }
}

const isRelevant = (service: Service): service is KubernetesService =>
  service.registry === 'Kubernetes' && service.resolution !== 'Alias' && (service.selector?.size ?? 0) > 0

const relevant = keepingPart(isRelevant)

/** Services in namespaces where several of them may share pods. */
function sharing({ services, snapshot }: Registry): readonly KubernetesService[] {
  const counts = new Map<string, number>()
  const candidates = relevant(snapshot.memory, '', services)
  for (const { namespace } of candidates) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
  return candidates.filter(({ namespace }) => (counts.get(namespace) ?? 0) > 1)
}

/** Endpoints without a pod or WorkloadEntry are of no workload, apart from those that a ServiceEntry of the host states. */
function mayHaveWorkloads({ hostname }: Service, { snapshot, servicesByHost }: Registry): boolean {
  const { clusters, istio } = snapshot
  if (istio.workloadEntries.length > 0 || clusters.some(({ pods }) => pods.length > 0)) return true
  return (servicesByHost.get(hostname)?.length ?? 0) > 1
}

/** A workload port belongs to the first service, in istiod's order; the protocol of the others is not used. */
export const inboundProtocolConflict: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const claims = new Map<string, Claim>()
    for (const service of sharing(registry)) {
      if (!mayHaveWorkloads(service, registry)) continue
      const instances = registry.instancesOf(service.namespace, service.hostname)
      for (const port of service.ports) {
        const conflicts = new Map<Claim, number>()
        for (const { addresses, port: target, workloadName } of instances.get(port.number) ?? []) {
          if (workloadName === '') continue
          const key = `${service.namespace} ${addresses[0]} ${target}`
          const first = claims.get(key)
          if (!first) claims.set(key, { service, port })
          else if (first.service !== service && first.port.protocol !== port.protocol) conflicts.set(first, target)
        }
        const [conflict] = conflicts
        if (conflict) yield foundFor(conflict[0], { service, port }, conflict[1])
      }
    }
  },
}
