/** The host that a graph is narrowed to. */
import { UserError } from '../../common/errors.ts'
import { nearestHosts } from '../../common/nearest-hosts.ts'
import type { Registry } from '../../registry/registry.ts'
import { HostIndex } from '../../scope/hosts.ts'

/** How many hosts an error suggests. */
const SUGGESTED = 3

/** The wildcard host that covers a name. */
function wildcardOf(host: string, { servicesByHost }: Registry): string | undefined {
  const index = new HostIndex<string>()
  for (const name of servicesByHost.keys()) index.add(name, (known) => known ?? name)
  return index.find(host)
}

/**
 * The host of the mesh that a user means: as declared, a Service's without its end, or the wildcard that covers it.
 * @throws UserError if the mesh has no such host
 */
export function focusedHost(text: string, registry: Registry): string {
  const wanted = text.toLowerCase().replace(/\.$/, '')
  const hosts = registry.servicesByHost
  const found = [text, wanted].find((host) => hosts.has(host))
  if (found !== undefined) return found
  const near = nearestHosts(wanted, hosts.keys(), SUGGESTED)
  const [only, another] = near
  // A Service's name is written in full by its only completion.
  if (only?.startsWith(`${wanted}.`) && another === undefined) return only
  const covering = wildcardOf(wanted, registry)
  if (covering !== undefined) return covering
  throw new UserError(
    `--focus: no Service or ServiceEntry has the host ${JSON.stringify(text.slice(0, 253))}`,
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : '`vipctl nametable` lists the hosts of a proxy',
  )
}
