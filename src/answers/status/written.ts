/**
 * The status of an object as istiod leaves it: it keeps the entries of other controllers, and conditions of types that it
 * does not set (pilot/pkg/config/kube/gateway/conditions.go createRouteStatus, backend_policies.go mergeAncestors).
 */

import { MOST_ANCESTORS } from '../../derivation/policies/model.ts'
import type { Condition, ConditionGroup, ObjectStatus } from '../../derivation/status.ts'
import { type JsonMapping, textAt } from '../../sources/mapping.ts'
import { isKept, isRemoved, LISTS, mappingsAt, pairedEntries, storedStatus } from './stored.ts'

/** A condition of the status. */
export interface WrittenCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  /** undefined for one that istiod leaves. */
  readonly computed: Condition | undefined
  /** When its status became what it is, if the object tells. */
  readonly since: string | undefined
}

/** An entry of a list of the status. */
export interface WrittenGroup {
  readonly fields: JsonMapping
  readonly conditions: readonly WrittenCondition[]
}

/** A status; lists and conditions are absent as in the computed one. */
export interface WrittenStatus {
  readonly fields: JsonMapping
  readonly conditions?: readonly WrittenCondition[]
  readonly listeners?: readonly WrittenGroup[]
  readonly parents?: readonly WrittenGroup[]
  readonly ancestors?: readonly WrittenGroup[]
}

function fresh(condition: Condition): WrittenCondition {
  const { type, status, reason, message } = condition
  return { type, status, reason, message, computed: condition, since: undefined }
}

function conditionsOf(computed: readonly Condition[], entry: JsonMapping | undefined): readonly WrittenCondition[] {
  if (entry === undefined) return computed.map(fresh)
  const stored = mappingsAt(entry, 'conditions')
  const times = new Map(stored.map((each) => [`${textAt(each, 'type')}=${textAt(each, 'status')}`, each]))
  const types = new Set(computed.map(({ type }) => type))
  const kept = stored.filter((each) => !types.has(textAt(each, 'type')) && isKept(textAt(each, 'type')))
  return [
    ...computed.map((condition) => {
      const { type, status } = condition
      const since = textAt(times.get(`${type}=${status}`), 'lastTransitionTime') || undefined
      return { ...fresh(condition), since }
    }),
    ...kept.map((each) => ({
      type: textAt(each, 'type'),
      status: textAt(each, 'status'),
      reason: textAt(each, 'reason'),
      message: textAt(each, 'message'),
      computed: undefined,
      since: textAt(each, 'lastTransitionTime') || undefined,
    })),
  ]
}

function groupsOf(
  status: ObjectStatus,
  { list, key }: (typeof LISTS)[number],
  computed: readonly ConditionGroup[],
): readonly WrittenGroup[] {
  const stored = mappingsAt(storedStatus(status), list)
  if (stored.length === 0) {
    return computed.map(({ fields, conditions }) => ({ fields, conditions: conditionsOf(conditions, undefined) }))
  }
  const pairs = pairedEntries(stored, computed, key, status.resource.meta.namespace)
  const left = pairs
    .filter((pair) => !isRemoved(pair, status))
    .slice(0, list === 'ancestors' ? MOST_ANCESTORS : undefined)
  return left.map(({ stored: entry, computed: group }) => {
    const { conditions: _, ...fields } = entry ?? {}
    return { fields: group?.fields ?? fields, conditions: conditionsOf(group?.conditions ?? [], entry) }
  })
}

/** Fields that istiod leaves as they are when it has nothing to write: an address, and the number of ListenerSets. */
function fieldsOf(status: ObjectStatus): JsonMapping {
  const stored = storedStatus(status)
  const { addresses, attachedListenerSets, ...others } = status.fields ?? {}
  const known = Array.isArray(addresses) && addresses.length > 0 ? addresses : (stored?.addresses ?? addresses)
  const sets = attachedListenerSets ?? stored?.attachedListenerSets
  return {
    ...others,
    ...(known !== undefined && { addresses: known }),
    ...(sets !== undefined && { attachedListenerSets: sets }),
  }
}

/** What istiod makes of the stored status of an object. */
export function writtenStatus(status: ObjectStatus): WrittenStatus {
  const lists = LISTS.flatMap((each) => {
    const computed = status[each.list]
    return computed ? [[each.list, groupsOf(status, each, computed)] as const] : []
  })
  return {
    fields: fieldsOf(status),
    ...(status.conditions && { conditions: conditionsOf(status.conditions, storedStatus(status)) }),
    ...Object.fromEntries(lists),
  }
}
