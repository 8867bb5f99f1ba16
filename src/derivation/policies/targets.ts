/** What policies are attached to. */
import { serviceHost } from '../../common/cluster-domain.ts'
import { ISTIO_GROUP } from '../../kinds/messages/gateway-api/references.ts'
import type { Lookups } from '../routes/lookups.ts'

/** A Service or ServiceEntry with a policy. */
export interface PolicyTarget {
  readonly kind: 'Service' | 'ServiceEntry'
  readonly namespace: string
  readonly name: string
  readonly hosts: readonly string[]
  /** Numbers by name; of several with a name, the first. */
  readonly ports: ReadonlyMap<string, number>
}

interface Reference {
  readonly group: string
  readonly kind: string
  readonly name: string
}

function portsByName(ports: readonly (readonly [name: string, number: number])[]): ReadonlyMap<string, number> {
  return new Map(ports.toReversed())
}

/** The target of a reference; undefined when there is none of a kind that can have policies. */
export function policyTarget(
  { group, kind, name }: Reference,
  namespace: string,
  lookups: Lookups,
): PolicyTarget | undefined {
  if (group === '' && kind === 'Service') {
    const service = lookups.service(namespace, name)
    const ports = service?.spec.ports.map((port) => [port.name, port.port] as const)
    return ports && { kind, namespace, name, hosts: [serviceHost(name, namespace)], ports: portsByName(ports) }
  }
  if (group !== ISTIO_GROUP || kind !== 'ServiceEntry') return undefined
  const entry = lookups.entry(namespace, name)
  const ports = entry?.spec.ports.map((port) => [port.name, port.number] as const)
  return entry && ports && { kind, namespace, name, hosts: entry.spec.hosts, ports: portsByName(ports) }
}
