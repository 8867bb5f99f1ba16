/** The conditions that are stored in objects, beside the computed ones. */
import type { Condition, ConditionGroup, ObjectStatus } from '../../derivation/status.ts'
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'

/** A stored condition that is not as computed; a side that is undefined does not have it. */
export interface ConditionDifference {
  readonly type: string
  readonly stored: { readonly status: string; readonly reason: string } | undefined
  readonly computed: Condition | undefined
}

/** One list of conditions of an object: its own, or those of a listener, a parent or an ancestor. */
export interface StatusPart {
  /** '' for the object itself, else `listener web`. */
  readonly label: string
  readonly conditions: readonly Condition[]
  /** Empty for an object without a stored status. */
  readonly differences: readonly ConditionDifference[]
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')

const listOf = (value: JsonValue | undefined): readonly JsonMapping[] =>
  Array.isArray(value) ? value.filter((item) => isMapping(item)) : []

function differencesOf(conditions: readonly Condition[], stored: JsonMapping | undefined): ConditionDifference[] {
  if (!stored) return []
  const found = new Map(
    listOf(stored.conditions).map((each) => [
      text(each.type),
      { status: text(each.status), reason: text(each.reason) },
    ]),
  )
  const out: ConditionDifference[] = []
  for (const computed of conditions) {
    const own = found.get(computed.type)
    found.delete(computed.type)
    if (own?.status !== computed.status || own.reason !== computed.reason) {
      out.push({ type: computed.type, stored: own, computed })
    }
  }
  for (const [type, own] of found) out.push({ type, stored: own, computed: undefined })
  return out
}

/** Whether two references, or values in them, are the same; absent fields of the stored one have defaults. */
const includes = (computed: JsonValue | undefined, stored: JsonValue | undefined): boolean =>
  isMapping(computed)
    ? Object.keys(computed).every((key) => includes(computed[key], fieldAt(stored, key)))
    : stored === undefined || computed === stored

/** What identifies the entry of a list of groups. */
type Key = 'name' | 'parentRef' | 'ancestorRef'

function entryOf(group: ConditionGroup, key: Key, stored: JsonValue | undefined): JsonMapping | undefined {
  const { controllerName } = group.fields
  return listOf(stored).find(
    (entry) =>
      includes(group.fields[key], entry[key]) &&
      (controllerName === undefined || entry.controllerName === controllerName),
  )
}

function referenceText(value: JsonValue | undefined): string {
  const [kind, name, namespace] = [
    text(fieldAt(value, 'kind')),
    text(fieldAt(value, 'name')),
    text(fieldAt(value, 'namespace')),
  ]
  const section = text(fieldAt(value, 'sectionName'))
  const port = fieldAt(value, 'port')
  const where = [...(section ? [section] : []), ...(typeof port === 'number' ? [`port ${port}`] : [])]
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}${where.length > 0 ? ` (${where.join(', ')})` : ''}`
}

/** The lists of conditions of an object, each with what is stored in the object instead. */
export function statusParts({
  resource,
  conditions,
  listeners,
  parents,
  ancestors,
}: ObjectStatus): readonly StatusPart[] {
  const stored = isMapping(resource.status as JsonValue) ? (resource.status as JsonMapping) : undefined
  const part = (label: string, group: readonly Condition[], own: JsonMapping | undefined): StatusPart => ({
    label,
    conditions: group,
    differences: stored ? differencesOf(group, own ?? {}) : [],
  })
  const parts = (word: string, key: Key, list: 'listeners' | 'parents' | 'ancestors', groups: typeof listeners) =>
    (groups ?? []).map((group) => {
      const value = group.fields[key]
      const name = typeof value === 'string' ? value : referenceText(value)
      return part(`${word} ${name}`, group.conditions, entryOf(group, key, stored?.[list]))
    })
  return [
    ...(conditions ? [part('', conditions, stored)] : []),
    ...parts('listener', 'name', 'listeners', listeners),
    ...parts('parent', 'parentRef', 'parents', parents),
    ...parts('ancestor', 'ancestorRef', 'ancestors', ancestors),
  ]
}
