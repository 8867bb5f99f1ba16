import type { Condition } from '../../../../derivation/status.ts'
import { Elsewhere } from '../../../elsewhere.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { failed, foundIn, statusesOf } from './conditions.ts'

/** With these, requests of the rule fail; with others the route as a whole is unusable. */
const OF_ONE_BACKEND: ReadonlySet<string> = new Set(['BackendNotFound', 'InvalidKind', 'RefNotPermitted'])

const effectOf = ({ reason }: Condition): string =>
  OF_ONE_BACKEND.has(reason) ? ', so requests for it get status 500' : ', so no rule of the route has an effect'

export const routeReferenceUnresolved: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    const statuses = statusesOf(mesh)
    if (statuses.length === 0) return
    const elsewhere = new Elsewhere(mesh.registry.snapshot, mesh.known)
    for (const status of statuses) {
      for (const condition of failed(status.parents, 'ResolvedRefs')) {
        const { missingHost } = condition
        if (missingHost !== undefined && elsewhere.standingOf(missingHost) !== 'unknown') continue
        yield foundIn(status, condition, effectOf(condition))
      }
    }
  },
}
