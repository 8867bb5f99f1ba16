/** Which virtual host of a route configuration a request is for (source/common/router/config_impl.cc). */
import { oncePer } from '../../common/once.ts'
import type { RouteConfiguration, VirtualHost } from '../resources.ts'

interface DomainIndex {
  readonly exact: ReadonlyMap<string, number>
  /** By length, longest first; without the asterisk. */
  readonly suffixes: readonly (readonly [number, ReadonlyMap<string, number>])[]
  readonly prefixes: readonly (readonly [number, ReadonlyMap<string, number>])[]
  readonly any: number | undefined
}

type ByLength = Map<number, Map<string, number>>

function addByLength(index: ByLength, text: string, position: number): void {
  const known = index.get(text.length) ?? new Map<string, number>()
  index.set(text.length, known)
  if (!known.has(text)) known.set(text, position)
}

const longestFirst = (index: ByLength) => [...index].sort(([a], [b]) => b - a)

/** Positions of virtual hosts by their domains. A large port has very many, so they are not compared one by one. */
const indexOf = oncePer(({ virtualHosts = [] }: RouteConfiguration): DomainIndex => {
  const exact = new Map<string, number>()
  const suffixes: ByLength = new Map()
  const prefixes: ByLength = new Map()
  let any: number | undefined
  for (const [position, { domains }] of virtualHosts.entries()) {
    for (const domain of domains.map((text) => text.toLowerCase())) {
      if (domain === '*') any ??= position
      else if (domain.startsWith('*')) addByLength(suffixes, domain.slice(1), position)
      else if (domain.endsWith('*')) addByLength(prefixes, domain.slice(0, -1), position)
      else if (!exact.has(domain)) exact.set(domain, position)
    }
  }
  return { exact, suffixes: longestFirst(suffixes), prefixes: longestFirst(prefixes), any }
})

/** Without the port: what follows the last colon, unless that is inside the brackets of an IPv6 address. */
export function withoutPort(authority: string): string {
  const colon = authority.lastIndexOf(':')
  return colon < 0 || authority.lastIndexOf(']') > colon ? authority : authority.slice(0, colon)
}

/** The position of the virtual host: exact domain before `*.x`, that before `x.*`, that before `*`; longer before shorter. */
export function virtualHostIndex(config: RouteConfiguration, authority: string): number | undefined {
  const host = (config.ignorePortInHostMatching ? withoutPort(authority) : authority).toLowerCase()
  const { exact, suffixes, prefixes, any } = indexOf(config)
  const found = exact.get(host)
  if (found !== undefined) return found
  for (const [length, names] of suffixes) {
    // The asterisk stands for at least one character.
    const position = length < host.length ? names.get(host.slice(-length)) : undefined
    if (position !== undefined) return position
  }
  for (const [length, names] of prefixes) {
    const position = length < host.length ? names.get(host.slice(0, length)) : undefined
    if (position !== undefined) return position
  }
  return any
}

export function virtualHostOf(config: RouteConfiguration, authority: string): VirtualHost | undefined {
  const index = virtualHostIndex(config, authority)
  return index === undefined ? undefined : config.virtualHosts?.[index]
}
