import { isHttp, isTls } from '../../../../registry/protocol.ts'
import { isWildcard, type Port, type Service } from '../../../../registry/service.ts'
import type { ServiceEntryResource } from '../../../../resources/kinds.ts'
import { describeResource } from '../../../../resources/resource.ts'
import { type FixProposal, hostSubject, type ScopeRule } from '../../rule.ts'
import { answeredHosts } from './own-addresses.ts'
import { portsText } from './texts.ts'

/** Only an address tells its connections from those of others. */
const needsAddress = ({ protocol }: Port): boolean => !isHttp(protocol) && !isTls(protocol) && protocol !== 'UDP'

/** Why an address is missed, undefined when it is not. */
function missed(service: Service, isAnswered: (service: Service) => boolean): string | undefined {
  const { ports, meshExternal } = service
  const needing = ports.filter(needsAddress).map(({ number }) => number)
  if (needing.length > 0) return `connections to ${portsText(needing)} cannot be told from those to other hosts`
  if (meshExternal || ports.length === 0 || isAnswered(service)) return undefined
  return 'its name is answered by nobody in the mesh'
}

/** Of several hosts with TCP ports none could be told from the others. */
function* proposals(entry: ServiceEntryResource): Iterable<FixProposal> {
  if (entry.spec.hosts.length > 1) return
  yield {
    title: `set resolution of ${describeResource(entry)} to DNS`,
    changes: [{ kind: 'edit', resource: entry, edits: [{ path: ['spec', 'resolution'], value: 'DNS' }] }],
    safe: false,
  }
}

export const noneNotAllocated: ScopeRule = {
  *checkScope(facts) {
    if (!facts.view.usesVips) return
    const isAnswered = answeredHosts(facts)
    for (const service of facts.services) {
      if (service.registry !== 'External' || service.resolution !== 'Passthrough' || service.addressIndex >= 0) continue
      // The pods that an entry selects have addresses of their own.
      if (isWildcard(service.hostname) || service.selector) continue
      const why = missed(service, isAnswered)
      if (why === undefined) continue
      yield {
        subject: hostSubject(service.hostname),
        message: `${service.hostname} gets no automatic address, because its resolution is NONE: ${why}`,
        resource: service.source,
        location: service.source.location.child('spec', 'resolution'),
        proposals: () => proposals(service.source as ServiceEntryResource),
      }
    }
  },
}
