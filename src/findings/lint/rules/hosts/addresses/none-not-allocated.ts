import { oncePer } from '../../../../../common/once.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import { isHttp, isTls } from '../../../../../registry/protocol.ts'
import { type ExternalService, isExternal, isWildcard, type Service } from '../../../../../registry/service.ts'
import type { FixProposal } from '../../../proposal.ts'
import type { Found, HostRule } from '../../../rule.ts'
import { namedHostsText, portsText } from '../texts.ts'

/** The consequence: TCP connections can only be separated by address, while HTTP and TLS name their host. */
function consequence({ ports }: Service): string {
  const needing = ports.filter(({ protocol }) => !isHttp(protocol) && !isTls(protocol) && protocol !== 'UDP')
  if (needing.length > 0) {
    return `connections to ${portsText(needing.map(({ number }) => number))} cannot be told from those to other hosts`
  }
  return 'connections are told apart by name, and the name has to be resolved outside of the mesh'
}

/** Several hosts with TCP ports could not be separated from each other. */
function* proposals(entry: ServiceEntryResource): Iterable<FixProposal> {
  if (entry.spec.hosts.length > 1) return
  yield {
    title: `set resolution of ${describeResource(entry)} to DNS`,
    changes: [{ kind: 'edit', resource: entry, edits: [{ path: ['spec', 'resolution'], value: 'DNS' }] }],
    safe: false,
  }
}

/** Computed once for all hosts of an entry, which may be many. */
const hostsText = oncePer(({ spec }: ServiceEntryResource) => namedHostsText(spec.hosts))

/** The same finding for all hosts of an entry. */
function foundFor(service: Service, entry: ServiceEntryResource): Found {
  return {
    message: `no automatic address for ${hostsText(entry)}, because the resolution is NONE: ${consequence(service)}`,
    resource: entry,
    location: entry.location.child('spec', 'resolution'),
    proposals: () => proposals(entry),
  }
}

const isUnallocated = (service: Service): service is ExternalService =>
  isExternal(service) && service.resolution === 'Passthrough' && service.addressIndex < 0

export const noneNotAllocated: HostRule = {
  concernsHost: ({ services }) => services.some(isUnallocated),
  *checkHost({ host, services, view }) {
    // Rule wildcard-without-vip reports wildcards.
    if (!view.usesVips || isWildcard(host)) return
    for (const service of services) if (isUnallocated(service)) yield foundFor(service, service.source)
  },
}
