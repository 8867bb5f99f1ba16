/** The status of objects of the Gateway API as data, in the shape in which istiod writes it. */
import type { ObjectStatus } from '../../derivation/status.ts'
import type { Position } from '../../sources/document.ts'
import { placeMessage } from '../place.ts'
import { statusParts } from './differences.ts'
import { type WrittenCondition, type WrittenGroup, writtenStatus } from './written.ts'

/** The time that the Gateway API itself gives to conditions whose time is not known. */
const UNKNOWN_TIME = '1970-01-01T00:00:00Z'

const conditionMessage = ({ type, status, reason, message, computed }: WrittenCondition) => ({
  type,
  status,
  reason,
  message,
  ...(computed?.location && { location: placeMessage(computed.location) }),
})

const conditionPatch = ({ type, status, reason, message, since }: WrittenCondition) => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: since ?? UNKNOWN_TIME,
})

type ConditionForm = (condition: WrittenCondition) => object

function statusMessage(status: ObjectStatus, form: ConditionForm): object {
  const groups = (list: readonly WrittenGroup[]) =>
    list.map(({ fields, conditions }) => ({ ...fields, conditions: conditions.map(form) }))
  const { conditions, listeners, parents, ancestors, fields } = writtenStatus(status)
  return {
    ...fields,
    ...(conditions && { conditions: conditions.map(form) }),
    ...(listeners && { listeners: groups(listeners) }),
    ...(parents && { parents: groups(parents) }),
    ...(ancestors && { ancestors: groups(ancestors) }),
  }
}

const identityOf = ({ resource: { apiVersion, kind, meta } }: ObjectStatus) => ({
  apiVersion,
  kind,
  metadata: { name: meta.name, ...(meta.namespace && { namespace: meta.namespace }) },
})

/** A stored condition that is not as computed. */
interface DifferenceMessage {
  /** Absent for the conditions of the object itself. */
  readonly of?: string
  readonly type: string
  readonly stored?: { readonly status: string; readonly reason: string }
  readonly computed?: { readonly status: string; readonly reason: string }
}

function differencesOf(status: ObjectStatus): readonly DifferenceMessage[] {
  return statusParts(status).flatMap(({ label, differences }) =>
    differences.map(({ type, stored, computed }) => ({
      ...(label && { of: label }),
      type,
      ...(stored && { stored }),
      ...(computed && { computed: { status: computed.status, reason: computed.reason } }),
    })),
  )
}

/** An object with the status that istiod would write. */
export interface StatusMessage {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: object
  readonly location: Position
  readonly status: object
  /** Where the stored status is not as computed; absent if it is, or if there is none. */
  readonly differs?: readonly DifferenceMessage[]
}

export function statusMessages(statuses: readonly ObjectStatus[]): readonly StatusMessage[] {
  return statuses.map((status) => {
    const differs = differencesOf(status)
    return {
      ...identityOf(status),
      location: placeMessage(status.resource.location),
      status: statusMessage(status, conditionMessage),
      ...(differs.length > 0 && { differs }),
    }
  })
}

/** Objects with only their identity and status, for `kubectl apply --subresource=status --server-side`. */
export const objectStatusPatches = (statuses: readonly ObjectStatus[]): readonly object[] =>
  statuses.map((status) => ({ ...identityOf(status), status: statusMessage(status, conditionPatch) }))
