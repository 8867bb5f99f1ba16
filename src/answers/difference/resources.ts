/** The resources that differ, with the paths at which they do. */

import {
  type Changed,
  type ChangedField,
  type ComparedGroup,
  type Difference,
  type ProxyGroup,
  RESOURCE_KINDS,
  type ResourceKind,
} from '../../difference/model.ts'
import { resourceFields } from '../../difference/paths.ts'
import type { NameRecord } from '../../dns/name-table.ts'
import type { Explained } from '../../envoy/explained.ts'
import type { Mark } from '../../findings/changes/index.ts'
import type { JsonValue } from '../../sources/document.ts'

/** A resource that differs for some proxies. */
export interface DifferentResource {
  readonly kind: ResourceKind
  readonly name: string
  readonly mark: Mark
  /** Of a changed resource only. */
  readonly fields: readonly ChangedField[]
  /** The whole resource, of a new or removed one only. */
  readonly resource: JsonValue | undefined
  readonly groups: readonly ProxyGroup[]
}

const markOf = ({ before, after }: Changed<unknown>): Mark => (!before ? '+' : !after ? '-' : '~')

const recordValue = ({ host: _, ips, registry, namespace, shortname }: NameRecord): JsonValue => ({
  ips: [...ips].sort(),
  registry,
  ...(namespace && { namespace }),
  ...(shortname && { shortname }),
})

const resourceValue = ({ resource }: Explained<object>): JsonValue => resource as JsonValue

/** Resources that differ in the same way for several groups are one. */
class ResourceCollector {
  readonly #found = new Map<string, DifferentResource & { readonly groups: ProxyGroup[] }>()

  add<T>(kind: ResourceKind, changed: Changed<T>, valueOf: (item: T) => JsonValue, group: ProxyGroup): void {
    const { name } = changed
    const before = changed.before === undefined ? undefined : valueOf(changed.before)
    const after = changed.after === undefined ? undefined : valueOf(changed.after)
    const fields = before === undefined || after === undefined ? [] : resourceFields(kind, before, after)
    const resource = before === undefined ? after : after === undefined ? before : undefined
    const key = JSON.stringify([kind, name, fields, resource])
    const known = this.#found.get(key)
    if (known) known.groups.push(group)
    else this.#found.set(key, { kind, name, mark: markOf(changed), fields, resource, groups: [group] })
  }

  /** By kind, in the order in which they were found. */
  get found(): readonly DifferentResource[] {
    const all = [...this.#found.values()]
    return RESOURCE_KINDS.flatMap((kind) => all.filter((each) => each.kind === kind))
  }
}

/** All resources that differ. */
export function differentResources({ groups }: Difference): readonly DifferentResource[] {
  const collector = new ResourceCollector()
  for (const { group, compared } of groups) {
    for (const record of compared.nds) collector.add('nds', record, recordValue, group)
    for (const kind of ['lds', 'cds', 'eds', 'rds'] as const) {
      const changed: readonly Changed<Explained<object>>[] = compared[kind]
      for (const each of changed) collector.add(kind, each, resourceValue, group)
    }
  }
  return collector.found
}

/** How many resources of each kind differ; one that several proxies have is counted once. */
export function resourceCounts(groups: readonly ComparedGroup[]): ReadonlyMap<ResourceKind, number> {
  const counts = new Map<ResourceKind, number>()
  for (const kind of RESOURCE_KINDS) {
    const names = new Set(groups.flatMap(({ compared }) => compared[kind].map(({ name }) => name)))
    if (names.size > 0) counts.set(kind, names.size)
  }
  return counts
}
