import type { ServiceEntryResource } from '../resources/kinds.ts'

const OPT_OUT_LABEL = 'networking.istio.io/enable-autoallocate-ip'

/**
 * Why an entry gets no automatic addresses by status, undefined when it may have some
 * (pilot/pkg/networking/serviceentry/ip_autoallocation.go ShouldV2AutoAllocateIP).
 */
export function ineligible(entry: ServiceEntryResource): string | undefined {
  if (entry.spec.addresses.length > 0) return 'the entry states addresses of its own'
  if (entry.spec.resolution === 'NONE') return 'resolution is NONE, which keeps the address that the client dialled'
  if (entry.meta.labels.get(OPT_OUT_LABEL)?.toLowerCase() === 'false') return `label ${OPT_OUT_LABEL} is false`
  return undefined
}

/** Whether a host of an eligible entry gets addresses. */
export const hostTakesVips = (entry: ServiceEntryResource, host: string): boolean =>
  entry.spec.resolution === 'DYNAMIC_DNS' || !host.startsWith('*')

/** The hosts of an entry that get addresses, each once. */
export function hostsWithVips(entry: ServiceEntryResource): readonly string[] {
  const hosts = entry.spec.hosts.filter((host) => hostTakesVips(entry, host))
  return hosts.length > 1 ? [...new Set(hosts)] : hosts
}
