/** The conditions that are stored in objects, beside the computed ones. */
import type { Condition, ConditionGroup, ObjectStatus } from '../../derivation/status.ts'
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping, listAt, textAt } from '../../sources/mapping.ts'

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

const mappingsAt = (value: JsonMapping | undefined, key: string): readonly JsonMapping[] =>
  listAt(value, key).filter((item) => isMapping(item))

function differencesOf(conditions: readonly Condition[], stored: JsonMapping | undefined): ConditionDifference[] {
  if (!stored) return []
  const found = new Map(
    mappingsAt(stored, 'conditions').map((each) => [
      textAt(each, 'type'),
      { status: textAt(each, 'status'), reason: textAt(each, 'reason') },
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

function entryOf(group: ConditionGroup, key: Key, entries: readonly JsonMapping[]): JsonMapping | undefined {
  const { controllerName } = group.fields
  return entries.find(
    (entry) =>
      includes(group.fields[key], entry[key]) &&
      (controllerName === undefined || entry.controllerName === controllerName),
  )
}

function referenceText(value: JsonValue | undefined): string {
  const [kind, name, namespace] = [textAt(value, 'kind'), textAt(value, 'name'), textAt(value, 'namespace')]
  const section = textAt(value, 'sectionName')
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
      return part(`${word} ${name}`, group.conditions, entryOf(group, key, mappingsAt(stored, list)))
    })
  return [
    ...(conditions ? [part('', conditions, stored)] : []),
    ...parts('listener', 'name', 'listeners', listeners),
    ...parts('parent', 'parentRef', 'parents', parents),
    ...parts('ancestor', 'ancestorRef', 'ancestors', ancestors),
  ]
}
