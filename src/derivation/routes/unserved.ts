/** Hostnames of routes that get no requests. No condition reports them. */
import { hostsMatch } from '../hosts.ts'
import type { UnservedHostname } from '../status.ts'
import type { RouteResource } from './model.ts'
import { isLeftToOthers, type RouteParent } from './parents.ts'

const ANY = '*'

const matches = ({ listener }: RouteParent, hostname: string): boolean =>
  listener !== undefined && hostsMatch(hostname, listener.hostname || ANY)

/**
 * The hostnames of a route that no listener serves, although some listener takes the route. Routes of the mesh ignore
 * their hostnames.
 */
export function unservedHostnames(route: RouteResource, parents: readonly RouteParent[]): readonly UnservedHostname[] {
  const hostnames = 'hostnames' in route.spec ? route.spec.hostnames : []
  const accepting = parents.filter(({ listener, denial }) => listener && !denial)
  if (accepting.length === 0 || hostnames.length === 0) return []
  const listeners = [...new Set(accepting.flatMap(({ listener }) => listener ?? []))]
  return hostnames.flatMap((hostname, index) => {
    const matching = accepting.filter((parent) => matches(parent, hostname))
    // TLSRoutes get what they have in common with the listener; only those of HTTP leave hosts to other listeners.
    const isServed = matching.some((parent) => route.kind === 'TLSRoute' || !isLeftToOthers(parent, hostname))
    return isServed ? [] : [{ hostname, index, listeners, isLeft: matching.length > 0 }]
  })
}
