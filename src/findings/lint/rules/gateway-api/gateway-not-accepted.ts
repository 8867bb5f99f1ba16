import type { Condition, ObjectStatus } from '../../../../derivation/status.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { foundIn, statusesOf } from './conditions.ts'

/** Conditions of listeners in the order in which they say why: the later ones follow from the earlier. */
const OF_LISTENERS = ['Conflicted', 'Accepted', 'ResolvedRefs', 'Programmed']
/** Conditions of Gateways and ListenerSets themselves. Whether they are programmed depends on the cluster. */
const OF_OWNERS = ['Accepted', 'ResolvedRefs']
/** Says only that something is wrong with listeners. */
const FOLLOWS = 'ListenersNotValid'

const isBad = ({ type, status }: Condition): boolean => (status === 'True') === (type === 'Conflicted')

/** The first condition that is not as it should be. */
const firstBad = (conditions: readonly Condition[], types: readonly string[]): Condition | undefined =>
  types.flatMap((type) => conditions.find((each) => each.type === type && isBad(each)) ?? [])[0]

function* findingsOf(status: ObjectStatus): Iterable<Found> {
  const own = firstBad(status.conditions ?? [], OF_OWNERS)
  if (own && own.reason !== FOLLOWS) yield foundIn(status, own, '')
  for (const { fields, conditions } of status.listeners ?? []) {
    const bad = firstBad(conditions, OF_LISTENERS)
    if (bad) yield foundIn(status, { ...bad, message: `listener ${fields.name}: ${bad.message}` }, '')
  }
}

export const gatewayNotAccepted: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    for (const status of statusesOf(mesh)) if (status.listeners) yield* findingsOf(status)
  },
}
