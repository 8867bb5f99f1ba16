/** What the rules about policies know of workloads. */
import { append, groupBy } from '../../../../common/collections.ts'
import { type Attachment, attaches, attachmentOf, policiesByNamespace } from '../../../../envoy/policy/attachment.ts'
import type { PolicyTargets } from '../../../../kinds/messages/selector.ts'
import type { Resource } from '../../../../kinds/resource.ts'
import { isTcp } from '../../../../registry/protocol.ts'
import type { Registry } from '../../../../registry/registry.ts'

type Labels = ReadonlyMap<string, string>

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
        const kinds = groupBy(own, ({ labels, port }) => `${port} ${JSON.stringify([...labels].sort())}`)
        for (const [{ labels, port, namespace }] of kinds.values()) {
          const text = `port ${number}${name && ` (${name})`} of Service ${service.namespace}/${service.name}`
          yield { namespace, labels, port, text }
        }
      }
    }
  }
}

/** The objects of one kind that apply to workloads: those of their namespace and of the root namespace. */
export function policiesFor<T extends Resource<PolicyTargets>>(
  { snapshot }: Pick<Registry, 'snapshot'>,
  policies: readonly T[],
  { namespace, labels }: { readonly namespace: string; readonly labels: Labels },
): readonly T[] {
  const index = policiesByNamespace(policies)
  const { mesh, features } = snapshot
  const proxy = { namespace, labels }
  return [...new Set([mesh.rootNamespace, namespace])]
    .flatMap((each) => index.get(each) ?? [])
    .filter(({ meta, spec }) => attaches(attachmentOf(spec) satisfies Attachment, meta.namespace, proxy, features.env))
}

/** Workloads by namespace, one for each set of labels. */
export function workloadKinds({ workloads }: Registry): ReadonlyMap<string, readonly Labels[]> {
  const seen = new Set<string>()
  const out = new Map<string, Labels[]>()
  for (const { namespace, endpoint } of workloads.all) {
    const key = `${namespace} ${JSON.stringify([...endpoint.labels].sort())}`
    if (seen.has(key)) continue
    seen.add(key)
    append(out, namespace, endpoint.labels)
  }
  return out
}
