/**
 * Which ServiceEntries get automatic addresses that istiod stores in their status
 * (pilot/pkg/networking/serviceentry/ip_autoallocation.go). Decided before allocation because validation needs it.
 */
import { LABELS } from '../common/istio-names.ts'
import type { ServiceEntry } from './messages/service-entry.ts'
import type { Resource } from './resource.ts'

/** Go's strings.EqualFold(value, "false"). */
const FALSE = /^false$/iu

/** Why an entry gets no stored addresses (ShouldV2AutoAllocateIP); undefined when its hosts may get some. */
export function ineligible({ spec, meta }: Resource<ServiceEntry>): string | undefined {
  if (spec.addresses.length > 0) return 'the entry states addresses of its own'
  if (spec.resolution === 'NONE') return 'resolution is NONE, which keeps the address that the client dialled'
  const optOut = meta.labels.get(LABELS.enableAutoallocateIp)
  return optOut !== undefined && FALSE.test(optOut) ? `label ${LABELS.enableAutoallocateIp} is false` : undefined
}

/** Whether a host of an eligible entry gets addresses. */
export const hostTakesVips = (entry: Resource<ServiceEntry>, host: string): boolean =>
  entry.spec.resolution === 'DYNAMIC_DNS' || !host.startsWith('*')

/** The hosts of an entry that get addresses, each once. */
export function hostsWithVips(entry: Resource<ServiceEntry>): readonly string[] {
  const hosts = entry.spec.hosts.filter((host) => hostTakesVips(entry, host))
  return hosts.length > 1 ? [...new Set(hosts)] : hosts
}
