import type { Found, MeshRule } from '../../rule.ts'
import { failed, foundIn, statusesOf } from './conditions.ts'

/** What a policy does that is not accepted; others have no effect on the target. */
const EFFECTS: ReadonlyMap<string, string> = new Map([
  ['NoValidCACertificate', ': gateways do not reach the target, and sidecars send to it in plain text'],
])

export const backendPolicyNotAccepted: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    for (const status of statusesOf(mesh)) {
      for (const condition of failed(status.ancestors, 'Accepted')) {
        // The user asked for it.
        if (condition.reason === 'IgnoredByIstio') continue
        yield foundIn(status, condition, EFFECTS.get(condition.reason) ?? ', so the policy has no effect on it')
      }
    }
  },
}
