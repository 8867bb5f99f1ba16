import { isWildcard, serviceLocation } from '../../../../../registry/service.ts'
import type { HostRule } from '../../../rule.ts'
import { entryOfFirstAddress, isAnswered } from './own-addresses.ts'

export const wildcardWithoutVip: HostRule = {
  concernsHost: ({ host }) => isWildcard(host),
  *checkHost(subject) {
    const { host, services, view } = subject
    if (!view.proxy.dnsCapture) return
    const namespaces = new Set(services.map(({ namespace }) => namespace))
    const answered = new Set([...namespaces].filter((namespace) => isAnswered(subject, namespace)))
    for (const service of services) {
      const entry = entryOfFirstAddress(service)
      if (!entry || entry.spec.addresses.length > 0 || answered.has(service.namespace)) continue
      yield {
        message:
          `names of ${host} are not answered by DNS of the proxy: a wildcard host gets no automatic address, ` +
          'and the entry states none',
        // With NONE, the names usually belong to others, whose DNS answers them.
        ...(entry.spec.resolution === 'NONE' && { severity: 'info' }),
        resource: entry,
        location: serviceLocation(service),
      }
    }
  },
}
