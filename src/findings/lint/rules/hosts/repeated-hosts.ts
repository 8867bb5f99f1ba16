/** Hosts that several services of the mesh have. Most hosts are one service's alone. */
import type { Registry } from '../../../../registry/registry.ts'

const KNOWN = new WeakMap<Registry, ReadonlySet<string>>()

/** Found once for all rules and proxies. */
export function repeatedHosts(registry: Registry): ReadonlySet<string> {
  const known = KNOWN.get(registry)
  if (known) return known
  const out = new Set<string>()
  for (const [host, services] of registry.servicesByHost) if (services.length > 1) out.add(host)
  KNOWN.set(registry, out)
  return out
}
