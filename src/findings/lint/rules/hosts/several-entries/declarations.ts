/** Several entries with the same host, as a proxy sees them. */
import { append } from '../../../../../common/collections.ts'
import { oncePer } from '../../../../../common/once.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import { isTls, type Protocol } from '../../../../../registry/protocol.ts'
import { isExternal, type Port, type Service } from '../../../../../registry/service.ts'
import type { Location } from '../../../../../sources/location.ts'
import type { RelatedPlace } from '../../../rule.ts'
import type { HostSubject } from '../../../subjects.ts'

/** One host of one entry. */
export interface Declaration {
  readonly entry: ServiceEntryResource
  readonly hostIndex: number
  /** One per address; several for one address if a Sidecar imports ports separately. */
  readonly services: readonly [Service, ...Service[]]
  /** The ports that the proxy sees. */
  readonly ports: readonly Port[]
}

const ofKubernetes = ({ registry }: Service): boolean => registry === 'Kubernetes'

/** The services of a host by entry and host index. */
function servicesByEntry(services: readonly Service[]) {
  const byEntry = new Map<ServiceEntryResource, Map<number, [Service, ...Service[]]>>()
  for (const service of services.filter(isExternal)) {
    const entry = service.source
    const byIndex = byEntry.get(entry) ?? new Map<number, [Service, ...Service[]]>()
    byEntry.set(entry, byIndex)
    append(byIndex, service.hostIndex, service)
  }
  return byEntry
}

function portsOf(services: readonly Service[]): readonly Port[] {
  const byNumber = new Map<number, Port>()
  for (const { ports } of services)
    for (const port of ports) if (!byNumber.has(port.number)) byNumber.set(port.number, port)
  return [...byNumber.values()]
}

const NO_DECLARATIONS: readonly Declaration[] = []

const severalDeclarations = oncePer(({ services }: HostSubject): readonly Declaration[] => {
  const declarations = [...servicesByEntry(services)].flatMap(([entry, byIndex]) =>
    [...byIndex].map(([hostIndex, same]): Declaration => {
      return { entry, hostIndex, services: same, ports: portsOf(same) }
    }),
  )
  return declarations.length > 1 ? declarations : NO_DECLARATIONS
})

/** Whether a host may have several declarations: cheap, for rules to ask first. */
export const isDeclaredTwice = ({ declared, services }: HostSubject): boolean =>
  declared.length > 1 && services.length > 1

/**
 * The declarations of a host that a proxy sees more than once, in istiod's order of preference. Empty for a Kubernetes
 * host, whose Service comes before all entries.
 */
export function declarationsOf(host: HostSubject): readonly Declaration[] {
  if (!isDeclaredTwice(host) || host.declared.some(ofKubernetes)) return NO_DECLARATIONS
  return severalDeclarations(host)
}

export const hostLocation = ({ entry, hostIndex }: Declaration): Location =>
  entry.location.child('spec', 'hosts', hostIndex)

export const relatedDeclaration = (declaration: Declaration, message: string): RelatedPlace => ({
  message: `${describeResource(declaration.entry)} ${message}`,
  location: hostLocation(declaration),
})

/** Whether proxies treat both protocols the same way. */
export const sameProtocol = (a: Protocol, b: Protocol): boolean => a === b || (isTls(a) && isTls(b))
