/** The hosts of an egress listener (pilot/pkg/model/sidecar.go). */
import type { Features } from '../resources/mesh/features.ts'
import { HostIndex, HostSet, isWildcard } from './hosts.ts'

const ANY = '*'

/** The names that a listener imports from one namespace. */
export class ImportGroup {
  readonly #names = new HostSet()
  readonly #index = new HostIndex<true>()

  add(name: string): void {
    this.#names.add(name)
    this.#index.add(name, () => true)
  }

  /** A service is imported when its host is equal to a name or covered by a wildcard one. */
  covers(host: string): boolean {
    return this.#index.find(host) !== undefined
  }

  /** A VirtualService is imported when one of its hosts matches a name in either direction. */
  touches(host: string): boolean {
    return this.covers(host) || (isWildcard(host) && this.#names.anyWithin(host))
  }
}

class Exclusions {
  readonly #byNamespace = new Map<string, HostIndex<true>>()

  add(namespace: string, name: string): void {
    const names = this.#byNamespace.get(namespace) ?? new HostIndex<true>()
    this.#byNamespace.set(namespace, names)
    names.add(name, () => true)
  }

  has(namespace: string, host: string): boolean {
    if (this.#byNamespace.size === 0) return false
    return [namespace, ANY].some((key) => this.#byNamespace.get(key)?.find(host) === true)
  }
}

export interface Imports {
  /** Whether every import is a plain host in a named namespace, so that services can be looked up. */
  readonly exact: boolean
  /** The (namespace, host) pairs as written, without exclusions. */
  readonly pairs: readonly (readonly [namespace: string, host: string])[]
  excludes(namespace: string, host: string): boolean
  /** The groups that apply to a namespace: its own, then that for all namespaces. */
  groupsFor(namespace: string): readonly ImportGroup[]
}

/**
 * @param hosts `NS/NAME`, `~NS/NAME`, with `.` for the proxy's namespace and `*` for all
 * @param namespace the proxy's
 * @param features whether a leading ~ excludes hosts; otherwise it means no namespace
 */
export function parseImports(hosts: readonly string[], namespace: string, features: Features): Imports {
  const excludes = features.has('excluded-egress-hosts')
  const groups = new Map<string, ImportGroup>()
  const exclusions = new Exclusions()
  const pairs: (readonly [string, string])[] = []
  for (const text of hosts) {
    const parts = text.split('/')
    const [written, name] = parts
    if (parts.length !== 2 || written === undefined || name === undefined) continue
    const excluded = excludes && written.startsWith('~')
    const bare = excluded ? written.slice(1) || ANY : written
    const target = bare === '.' ? namespace : bare
    if (excluded) {
      exclusions.add(target, name)
      continue
    }
    pairs.push([target, name])
    const group = groups.get(target) ?? new ImportGroup()
    groups.set(target, group)
    group.add(name)
  }
  return {
    exact: pairs.every(([target, name]) => target !== ANY && !isWildcard(name)),
    pairs,
    excludes: (target, host) => exclusions.has(target, host),
    groupsFor: (target) => [groups.get(target), groups.get(ANY)].filter((group) => group !== undefined),
  }
}
