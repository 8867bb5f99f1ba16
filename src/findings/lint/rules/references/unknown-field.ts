import { pathText } from '../../../../resources/issue-text.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { clip } from './wording.ts'

/** Fields that may have been meant, in words; lists of all fields are for the page of the API. */
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
