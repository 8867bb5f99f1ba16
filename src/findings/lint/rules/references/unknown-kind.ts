import type { Found, MeshRule } from '../../rule.ts'
import { clip } from './wording.ts'

export const unknownKind: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    for (const { resource, key, message, hint, isDoubtful } of registry.snapshot.unknownKinds) {
      yield {
        message: `${message}, so the object is left out${hint === undefined ? '' : ` (${clip(hint)})`}`,
        resource,
        location: resource.location.key(key),
        ...(isDoubtful && { severity: 'warning' as const }),
      }
    }
  },
}
