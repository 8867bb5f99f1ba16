/** The conditions of listeners (pilot/pkg/config/kube/gateway/conversion.go buildListener). */
import type { Condition, ConditionGroup } from '../status.ts'
import type { DerivedListener } from './listener.ts'
import type { Problem } from './references.ts'

/** Problems with the authorities of clients, for which a listener is not accepted either. */
const NOT_ACCEPTED: ReadonlySet<string> = new Set([
  'InvalidCACertificateRef',
  'InvalidCACertificateKind',
  'RefNotPermitted',
])

const fine = (type: string, reason: string, message: string): Condition => ({ type, status: 'True', reason, message })

const failed = (type: string, { message, location }: Problem, reason: string): Condition => ({
  type,
  status: 'False',
  reason,
  message,
  location,
})

function conflictConditions({ conflict }: DerivedListener): readonly Condition[] {
  if (!conflict) return []
  const { reason, winner } = conflict
  const of =
    winner.owner.kind === 'ListenerSet'
      ? ` of ListenerSet ${winner.owner.meta.namespace}/${winner.owner.meta.name}`
      : ''
  const what = reason === 'HostnameConflict' ? 'this hostname of the port' : 'the port'
  const message = `listener ${winner.listener.name}${of} has ${what}`
  const { location } = winner
  return [
    { type: 'Accepted', status: 'False', reason, message, location },
    { type: 'Conflicted', status: 'True', reason, message, location },
    { type: 'Programmed', status: 'False', reason, message, location },
  ]
}

function missingTls({ listener, location }: DerivedListener): Problem {
  const message = `a listener of protocol ${listener.protocol} needs a tls section`
  return { reason: 'UnsupportedProtocol', message, location }
}

function resolvedRefs({ tls, hasValidKinds, location }: DerivedListener): Condition {
  const type = 'ResolvedRefs'
  if (!hasValidKinds) {
    const message = 'allowedRoutes names kinds that this protocol does not route'
    const at = location.child('allowedRoutes', 'kinds')
    return { type, status: 'False', reason: 'InvalidRouteKinds', message, location: at }
  }
  if (tls?.problem) return failed(type, tls.problem, tls.problem.reason)
  return fine(type, 'ResolvedRefs', 'all references are resolved')
}

function ownConditions(derived: DerivedListener): readonly Condition[] {
  const { tls, protocolProblem, waypointProblem, owner, gateway } = derived
  const tlsProblem = tls?.problem
  const missing = derived.lacksTls && owner !== gateway ? missingTls(derived) : undefined
  const unsupported = missing ?? waypointProblem ?? protocolProblem
  const refused = tlsProblem && NOT_ACCEPTED.has(tlsProblem.reason) ? tlsProblem : undefined
  const unserved = missing ?? tlsProblem
  return [
    unsupported || refused
      ? failed(
          'Accepted',
          (unsupported ?? refused) as Problem,
          unsupported ? 'UnsupportedProtocol' : 'NoValidCACertificate',
        )
      : fine('Accepted', 'Accepted', 'the listener is valid'),
    { type: 'Conflicted', status: 'False', reason: 'NoConflicts', message: 'no other listener excludes it' },
    unserved ? failed('Programmed', unserved, 'Invalid') : fine('Programmed', 'Programmed', 'the router gets it'),
    resolvedRefs(derived),
  ]
}

/** @param attachedRoutes how many routes the listener has accepted */
export function listenerStatus(derived: DerivedListener, attachedRoutes: number): ConditionGroup {
  const { listener, kinds, conflict, hasValidKinds } = derived
  const supportedKinds = kinds.map(({ group, kind }) => ({ group, kind }))
  const lost = [...conflictConditions(derived), ...(hasValidKinds ? [] : [resolvedRefs(derived)])]
  return {
    fields: { name: listener.name, attachedRoutes, supportedKinds },
    conditions: conflict ? lost : ownConditions(derived),
  }
}
