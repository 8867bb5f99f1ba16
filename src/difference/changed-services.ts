/** The services of two views that can have other clusters than before. */
import { areSame, equalFacts } from '../common/memory.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { Service } from '../registry/service.ts'
import { listsBesidesEntries } from '../resources/snapshot.ts'
import type { ProxyView } from '../scope/view.ts'
import type { ComparedProxy, Sides } from './model.ts'

function sameProxy({ pod: _, location: __, ...before }: Proxy, { pod: ___, location: ____, ...after }: Proxy): boolean {
  return equalFacts(before, after)
}

/** The hosts of services that only one of two meshes has; services that do not change are the same objects in both. */
function changedHosts(before: readonly Service[], after: readonly Service[]): ReadonlySet<string> {
  const old = new Set(before)
  const hosts = new Set<string>()
  for (const service of after) if (!old.delete(service)) hosts.add(service.hostname)
  for (const { hostname } of old) hosts.add(hostname)
  return hosts
}

/**
 * If only ServiceEntries differ between two meshes, the services with a host that one of them is about. A cluster has
 * the endpoints of all services of its host, and depends on no other host.
 * @returns undefined if other services can have other clusters too
 */
export function changedServices({ before, after }: ComparedProxy['views']): Sides<readonly Service[]> | undefined {
  if (!before || !after || before.sidecar !== after.sidecar || !sameProxy(before.proxy, after.proxy)) return undefined
  const [old, now] = [before.registry, after.registry]
  if (!areSame(listsBesidesEntries(old.snapshot), listsBesidesEntries(now.snapshot))) return undefined
  const hosts = changedHosts(old.services, now.services)
  const ofHosts = ({ services }: ProxyView) => services.filter(({ hostname }) => hosts.has(hostname))
  return { before: ofHosts(before), after: ofHosts(after) }
}
