/** How groups of proxies are called. */

import { append } from '../../common/collections.ts'
import type { ProxyGroup } from '../../difference/model.ts'
import { captures } from '../../findings/lint/index.ts'
import { counted } from '../../formats/counted.ts'

/** Longer lists of namespaces end with a number. */
const MOST_NAMES = 4

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ')
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown
}

function sidecarsText(namespaces: readonly string[], all: readonly string[], condition: string): string {
  const suffix = condition === '' ? '' : ` ${condition}`
  const unnamed = namespaces.length > 1 && namespaces.length === all.length
  if (unnamed) return `sidecars of ${all.length === 2 ? 'both' : `all ${all.length}`} namespaces${suffix}`
  const names = namesText(namespaces)
  return namespaces.length === 1
    ? `sidecars of namespace ${names}${suffix}`
    : `sidecars of ${counted(namespaces.length, 'namespace')} (${names})${suffix}`
}

const sameNames = (lists: readonly (readonly string[])[]): boolean =>
  new Set(lists.map((names) => [...names].sort().join('\n'))).size === 1

/** With these two, all sidecars are meant. */
const KINDS = captures('both').map(([, condition]) => condition)

/** Namespaces by the condition under which their sidecars are meant; empty for namespaces with all kinds. */
function byCondition(groups: readonly ProxyGroup[]): ReadonlyMap<string, readonly string[]> {
  const conditions = new Map<string, string[]>()
  for (const { namespaces, condition } of groups) {
    for (const namespace of namespaces) append(conditions, condition, namespace)
  }
  const lists = [...conditions.values()]
  const [first = []] = lists
  const isAll = KINDS.every((kind) => conditions.has(kind)) && sameNames(lists)
  return isAll ? new Map([['', first]]) : conditions
}

/**
 * `sidecars of all 12 namespaces with DNS capture`, `gateway deploy/ingress.istio-system`; several parts in a row.
 * @param all the namespaces that were compared
 */
export function proxyTexts(groups: readonly ProxyGroup[], all: readonly string[]): readonly string[] {
  const sidecars = byCondition(groups.filter(({ kind }) => kind === 'sidecars'))
  const others = groups.filter(({ kind }) => kind !== 'sidecars')
  return [
    ...[...sidecars].map(([condition, names]) => sidecarsText([...names].sort(), all, condition)),
    ...others.map(({ kind, name }) => (kind === 'gateway' && !name.startsWith('assumed') ? `gateway ${name}` : name)),
  ]
}

/** What effects that are not about proxies are about. */
const MESH = 'the mesh'

export function proxiesText(groups: readonly ProxyGroup[], all: readonly string[]): string {
  return groups.length === 0 ? MESH : proxyTexts(groups, all).join('; ')
}
