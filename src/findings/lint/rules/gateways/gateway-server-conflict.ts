import {
  conflictText,
  type GatewayConflict,
  type GatewayConflictKind,
  gatewayConflicts,
} from '../../../gateways/index.ts'
import type { Found, MeshRule, Severity } from '../../rule.ts'
import { routersOfMesh } from './routers.ts'

/** Conflicts that cost less than a whole server. */
const SEVERITIES: Readonly<Partial<Record<GatewayConflictKind, Severity>>> = {
  'duplicate-server-name': 'warning',
  'duplicate-host': 'info',
}

function found(conflict: GatewayConflict): Found {
  const { kind, winner, loser } = conflict
  const severity = SEVERITIES[kind]
  return {
    message: `${winner.what} comes before ${loser.what}: ${conflictText(conflict)}`,
    resource: loser.resource,
    location: loser.location,
    related: [{ message: `${winner.what} comes first`, location: winner.location }],
    ...(severity && { severity }),
  }
}

export const gatewayServerConflict: MeshRule = {
  *checkMesh({ scope }): Iterable<Found> {
    for (const { gateways } of routersOfMesh(scope)) yield* gatewayConflicts(gateways).map(found)
  },
}
