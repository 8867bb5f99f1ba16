import { isWildcard, serviceLocation } from '../../../../registry/service.ts'
import { hostSubject, type ScopeRule } from '../../rule.ts'
import { answeredHosts, entryOfFirstAddress } from './own-addresses.ts'

export const wildcardWithoutVip: ScopeRule = {
  *checkScope(facts) {
    if (!facts.view.proxy.dnsCapture) return
    const isAnswered = answeredHosts(facts)
    for (const service of facts.services) {
      if (!isWildcard(service.hostname)) continue
      const entry = entryOfFirstAddress(service)
      if (!entry || entry.spec.addresses.length > 0 || isAnswered(service)) continue
      yield {
        subject: hostSubject(service.hostname),
        message:
          `names of ${service.hostname} are not answered by DNS of the proxy: a wildcard host gets no automatic address, ` +
          'and the entry states none',
        // With NONE the names are those of others, who answer them as a rule.
        ...(entry.spec.resolution === 'NONE' && { severity: 'info' }),
        resource: entry,
        location: serviceLocation(service),
      }
    }
  },
}
