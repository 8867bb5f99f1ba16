import { pathText } from '../../../../resources/issue-text.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { clip } from './wording.ts'

/** A suggestion for a misspelled field; full lists of fields are left to the API reference. */
const suggestion = (hint: string | undefined): string => (hint?.startsWith('did you mean') ? ` (${clip(hint)})` : '')

export const unknownField: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    for (const { resource, path, hint } of registry.snapshot.unknownFields) {
      yield {
        message: `${clip(pathText(path))} does not exist in a ${resource.kind}, so that what it says has no effect${suggestion(hint)}`,
        resource,
        location: resource.location.key(...path),
      }
    }
  },
}
