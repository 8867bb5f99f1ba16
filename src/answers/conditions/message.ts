/** The conditions of all objects of the Gateway API by name: what `dump` prints. */

import { compareBytes } from '../../common/bytes.ts'
import type { ObjectStatus } from '../../derivation/status.ts'
import { describeResource } from '../../kinds/resource.ts'
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'
import { type WrittenCondition, type WrittenGroup, writtenStatus } from '../status/written.ts'

const conditionsOf = (conditions: readonly WrittenCondition[]): JsonValue =>
  conditions.map(({ type, status, reason }) => ({ type, status, reason })).sort((a, b) => compareBytes(a.type, b.type))

/** Kinds by name alone: they are all in the group of the Gateway API. */
function kindNames(kinds: JsonValue | undefined): JsonMapping {
  if (!Array.isArray(kinds)) return {}
  return { supportedKinds: kinds.map((kind) => fieldAt(kind, 'kind') ?? '') }
}

const groupOf = ({ fields, conditions }: WrittenGroup): JsonMapping => ({
  ...fields,
  ...kindNames(isMapping(fields) ? fields.supportedKinds : undefined),
  conditions: conditionsOf(conditions),
})

const list = (name: string, groups: readonly WrittenGroup[] | undefined): JsonMapping =>
  groups ? { [name]: groups.map(groupOf) as JsonValue } : {}

function messageOf(status: ObjectStatus): JsonMapping {
  const { conditions, listeners, parents, ancestors, fields } = writtenStatus(status)
  return {
    ...(conditions && { conditions: conditionsOf(conditions) }),
    ...list('listeners', listeners),
    ...list('parents', parents),
    ...list('ancestors', ancestors),
    ...fields,
  }
}

/** By `KIND NAMESPACE/NAME`; each condition is its type, status and reason, sorted by type. They are made when they are read. */
export function conditionsMessage(statuses: readonly ObjectStatus[]): JsonMapping {
  const message: JsonMapping = {}
  for (const status of statuses) {
    const get = (): JsonValue => messageOf(status) as JsonValue
    Object.defineProperty(message, describeResource(status.resource), { get, enumerable: true, configurable: true })
  }
  return message
}

/** The field of a message; absent in a mesh without such objects. */
export const conditionsField = (statuses: readonly ObjectStatus[]): { readonly conditions?: JsonMapping } =>
  statuses.length === 0 ? {} : { conditions: conditionsMessage(statuses) }
