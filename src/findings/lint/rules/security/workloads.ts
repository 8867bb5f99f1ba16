/** What the rules about policies know of workloads. */
import { append, groupBy } from '../../../../common/collections.ts'
import { attachmentOf, policiesOf } from '../../../../envoy/policy/attachment.ts'
import type { PolicyTargets } from '../../../../kinds/messages/selector.ts'
import type { Resource } from '../../../../kinds/resource.ts'
import { isTcp } from '../../../../registry/protocol.ts'
import type { Registry } from '../../../../registry/registry.ts'

type Labels = ReadonlyMap<string, string>

/** Equal for the same labels in any order. */
const labelsKey = (labels: Labels): string => JSON.stringify([...labels].sort())

/** A TCP port of workloads with the same labels. */
export interface TcpPort {
  readonly namespace: string
  readonly labels: Labels
  /** At the workload. */
  readonly port: number
  /** `port 3306 (tcp-db) of Service shop/orders` */
  readonly text: string
}

/** The TCP ports of workloads that Services select, one for each set of labels. */
export function* tcpPorts(registry: Registry): Iterable<TcpPort> {
  const { clusters } = registry.snapshot
  for (const { id } of clusters) {
    for (const service of registry.servicesOfCluster(id)) {
      const ports = service.ports.filter(({ protocol }) => isTcp(protocol))
      if (ports.length === 0) continue
      const endpoints = registry
        .endpointsOf(service.namespace, service.hostname)
        .filter(({ clusterId }) => clusterId === id)
      for (const { name, number } of ports) {
        const own = endpoints.filter(({ servicePortName }) => servicePortName === name)
        const kinds = groupBy(own, ({ labels, port }) => `${port} ${labelsKey(labels)}`)
        for (const [{ labels, port, namespace }] of kinds.values()) {
          const text = `port ${number}${name && ` (${name})`} of Service ${service.namespace}/${service.name}`
          yield { namespace, labels, port, text }
        }
      }
    }
  }
}

/** The objects of one kind that apply to workloads: those of their namespace and of the root namespace. */
export const policiesFor = <T extends Resource<PolicyTargets>>(
  registry: Registry,
  policies: readonly T[],
  proxy: { readonly namespace: string; readonly labels: Labels },
): readonly T[] => policiesOf({ proxy, registry }, policies, 'root-first', attachmentOf)

/** Workloads by namespace, one for each set of labels. */
export function workloadKinds({ workloads }: Registry): ReadonlyMap<string, readonly Labels[]> {
  const seen = new Set<string>()
  const out = new Map<string, Labels[]>()
  for (const { namespace, endpoint } of workloads.all) {
    const key = `${namespace} ${labelsKey(endpoint.labels)}`
    if (seen.has(key)) continue
    seen.add(key)
    append(out, namespace, endpoint.labels)
  }
  return out
}
