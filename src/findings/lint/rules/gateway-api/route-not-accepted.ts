import type { Found, MeshRule } from '../../rule.ts'
import { failed, foundIn, statusesOf } from './conditions.ts'

export const routeNotAccepted: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    for (const status of statusesOf(mesh)) {
      for (const condition of failed(status.parents, 'Accepted')) {
        yield foundIn(status, condition, ', so the route has no effect there')
      }
    }
  },
}
