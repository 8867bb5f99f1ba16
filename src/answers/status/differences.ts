/** The computed conditions of objects, and where the stored ones are not as computed. */
import type { Condition, ConditionGroup, ObjectStatus } from '../../derivation/status.ts'
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, type JsonMapping, textAt } from '../../sources/mapping.ts'
import { isKept, isRemoved, LISTS, mappingsAt, pairedEntries, storedStatus } from './stored.ts'

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

function differencesOf(conditions: readonly Condition[], stored: JsonMapping | undefined): ConditionDifference[] {
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
  for (const [type, own] of found) if (!isKept(type)) out.push({ type, stored: own, computed: undefined })
  return out
}

/** The conditions of an entry that istiod removes. */
const removedConditions = (stored: JsonMapping): readonly ConditionDifference[] =>
  mappingsAt(stored, 'conditions').map((each) => ({
    type: textAt(each, 'type'),
    stored: { status: textAt(each, 'status'), reason: textAt(each, 'reason') },
    computed: undefined,
  }))

function referenceText(value: JsonValue | undefined): string {
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => textAt(value, key))
  const section = textAt(value, 'sectionName')
  const port = fieldAt(value, 'port')
  const where = [...(section ? [section] : []), ...(typeof port === 'number' ? [`port ${port}`] : [])]
  return `${kind || 'Gateway'} ${namespace ? `${namespace}/` : ''}${name}${where.length > 0 ? ` (${where.join(', ')})` : ''}`
}

function partsOfList(
  status: ObjectStatus,
  { list, key, word }: (typeof LISTS)[number],
  computed: readonly ConditionGroup[],
): readonly StatusPart[] {
  const stored = storedStatus(status)
  const pairs = pairedEntries(mappingsAt(stored, list), computed, key, status.resource.meta.namespace)
  return pairs.flatMap((pair): StatusPart[] => {
    const value = pair.computed ? pair.computed.fields[key] : pair.stored?.[key]
    const label = `${word} ${typeof value === 'string' ? value : referenceText(value)}`
    if (pair.computed) {
      const { conditions } = pair.computed
      return [{ label, conditions, differences: stored ? differencesOf(conditions, pair.stored) : [] }]
    }
    if (!pair.stored || !isRemoved(pair, status)) return []
    return [{ label, conditions: [], differences: removedConditions(pair.stored) }]
  })
}

/** The lists of conditions of an object, each with what is stored in the object instead. */
export function statusParts(status: ObjectStatus): readonly StatusPart[] {
  const { conditions } = status
  const stored = storedStatus(status)
  const own = conditions && [{ label: '', conditions, differences: stored ? differencesOf(conditions, stored) : [] }]
  const ofLists = LISTS.flatMap((each) => {
    const computed = status[each.list]
    return computed ? partsOfList(status, each, computed) : []
  })
  return [...(own ?? []), ...ofLists]
}
