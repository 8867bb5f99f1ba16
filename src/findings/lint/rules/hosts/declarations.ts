/** Several entries of one host, as a proxy sees them. */
import { append } from '../../../../common/collections.ts'
import type { ServiceEntryResource } from '../../../../kinds/index.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import { isTls, type Protocol } from '../../../../registry/protocol.ts'
import type { Port, Service } from '../../../../registry/service.ts'
import type { Location } from '../../../../sources/location.ts'
import type { RelatedPlace, ScopeFacts } from '../../rule.ts'
import { repeatedHosts } from './repeated-hosts.ts'

/** One host of one entry. */
export interface Declaration {
  readonly entry: ServiceEntryResource
  readonly hostIndex: number
  /** One for each address; several of one address when a Sidecar imports ports one by one. */
  readonly services: readonly [Service, ...Service[]]
  /** Those that the proxy sees. */
  readonly ports: readonly Port[]
}

/** The services of one host by entry, and by the place of the host in it. */
type Gathering = Map<ServiceEntryResource, Map<number, [Service, ...Service[]]>>

const ofKubernetes = ({ registry }: Service): boolean => registry === 'Kubernetes'

/** Hosts of Kubernetes, whose Services come before all entries, are left out. */
function gather({ services, registry }: ScopeFacts): ReadonlyMap<string, Gathering> {
  const byHost = new Map<string, Gathering>()
  const repeated = repeatedHosts(registry)
  const left = new Set<string>()
  if (repeated.size === 0) return byHost
  for (const service of services) {
    const { hostname, hostIndex, source } = service
    if (!repeated.has(hostname) || left.has(hostname)) continue
    const known = byHost.get(hostname)
    if (!known && registry.servicesByHost.get(hostname)?.some(ofKubernetes)) {
      left.add(hostname)
      continue
    }
    const byEntry: Gathering = known ?? new Map()
    byHost.set(hostname, byEntry)
    const entry = source as ServiceEntryResource
    const byIndex = byEntry.get(entry) ?? new Map<number, [Service, ...Service[]]>()
    byEntry.set(entry, byIndex)
    append(byIndex, hostIndex, service)
  }
  return byHost
}

function portsOf(services: readonly Service[]): readonly Port[] {
  const byNumber = new Map<number, Port>()
  for (const { ports } of services)
    for (const port of ports) if (!byNumber.has(port.number)) byNumber.set(port.number, port)
  return [...byNumber.values()]
}

const KNOWN = new WeakMap<ScopeFacts, ReadonlyMap<string, readonly Declaration[]>>()

/**
 * Hosts that a proxy sees declared more than once, with their declarations in the order in which istiod prefers them.
 * Found once for all rules.
 */
export function hostDeclarations(facts: ScopeFacts): ReadonlyMap<string, readonly Declaration[]> {
  const known = KNOWN.get(facts)
  if (known) return known
  const out = new Map<string, readonly Declaration[]>()
  for (const [host, byEntry] of gather(facts)) {
    const declarations = [...byEntry].flatMap(([entry, byIndex]) =>
      [...byIndex].map(([hostIndex, services]): Declaration => {
        return { entry, hostIndex, services, ports: portsOf(services) }
      }),
    )
    if (declarations.length > 1) out.set(host, declarations)
  }
  KNOWN.set(facts, out)
  return out
}

export const hostLocation = ({ entry, hostIndex }: Declaration): Location =>
  entry.location.child('spec', 'hosts', hostIndex)

export const relatedDeclaration = (declaration: Declaration, message: string): RelatedPlace => ({
  message: `${describeResource(declaration.entry)} ${message}`,
  location: hostLocation(declaration),
})

/** Protocols that proxies treat in the same way. */
export const sameProtocol = (a: Protocol, b: Protocol): boolean => a === b || (isTls(a) && isTls(b))
