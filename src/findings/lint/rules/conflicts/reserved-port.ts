import type { SkippedPort } from '../../../../envoy/listeners/index.ts'
import { partyOf } from '../../../../envoy/listeners/index.ts'
import { isServiceEntry } from '../../../../kinds/istio/service-entry.ts'
import type { HostRule } from '../../rule.ts'
import { partyText } from './parties.ts'

/** Ports skipped for other reasons are not mistakes: they need no listener. */
function reasonOf({ reason, port }: SkippedPort): string | undefined {
  if (reason === 'reserved-port') return `proxies use port ${port.number} themselves`
  if (reason === 'privileged-port') return `a pod without privileges cannot listen on port ${port.number}`
  return undefined
}

export const reservedPort: HostRule = {
  concernsHost: ({ skipped }) => skipped.length > 0,
  *checkHost({ skipped, isReached, proposer }) {
    for (const item of skipped) {
      const reason = reasonOf(item)
      if (reason === undefined || isReached(item.port.number)) continue
      const party = partyOf(item)
      yield {
        message: `${partyText(party)} gets no listener: ${reason}`,
        resource: party.resource,
        location: party.location,
        ...(isServiceEntry(party.resource) && { proposals: () => proposer.forPort(party, '') }),
      }
    }
  },
}
