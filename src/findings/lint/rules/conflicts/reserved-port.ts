import type { SkippedPort } from '../../../../envoy/listeners/index.ts'
import { partyOf } from '../../../../envoy/listeners/index.ts'
import { hostSubject, type ScopeRule } from '../../rule.ts'
import { isEntry, partyText } from './parties.ts'
import { proposalsForPort } from './proposals.ts'

/** Other reasons for which a port is passed over are no mistake: what it is needs no listener. */
function reasonOf({ reason, port }: SkippedPort): string | undefined {
  if (reason === 'reserved-port') return `proxies use port ${port.number} themselves`
  if (reason === 'privileged-port') return `a pod without privileges cannot listen on port ${port.number}`
  return undefined
}

export const reservedPort: ScopeRule = {
  *checkScope({ plan, view, isReached }) {
    for (const skipped of plan.skipped) {
      const reason = reasonOf(skipped)
      if (reason === undefined || isReached(skipped.service.hostname, skipped.port.number)) continue
      const party = partyOf(skipped)
      yield {
        subject: hostSubject(party.host),
        message: `${partyText(party)} gets no listener: ${reason}`,
        resource: party.resource,
        location: party.location,
        ...(isEntry(party.resource) && { proposals: () => proposalsForPort(view, party, '') }),
      }
    }
  },
}
