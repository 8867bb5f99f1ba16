import { append } from '../../../../common/collections.ts'
import type { Resource } from '../../../../kinds/resource.ts'
import type { SourceFile } from '../../../../sources/document.ts'
import { judgedObjects, Placeholders, type Unfilled } from '../../placeholders.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { listed } from '../texts.ts'
import { clip } from './wording.ts'

interface Place {
  readonly resource: Resource
  readonly unfilled: Unfilled
}

/** One finding per file: its values are filled in together. */
function foundIn(places: readonly [Place, ...Place[]]): Found {
  const [{ resource, unfilled }] = places
  const names = listed(places.map(({ unfilled: { placeholder } }) => clip(placeholder)))
  const values = places.length === 1 ? 'a value of the file is' : `${places.length} values of the file are`
  return {
    message: `${values} not filled in yet (${names}), so findings about ${places.length === 1 ? 'it' : 'them'} are left out`,
    resource,
    location: resource.location.child(...unfilled.path),
  }
}

export const valueNotFilledIn: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const placeholders = new Placeholders()
    const byFile = new Map<SourceFile, Place[]>()
    for (const resource of judgedObjects(registry.snapshot)) {
      if (!placeholders.mayBeIn(resource)) continue
      for (const unfilled of placeholders.of(resource)) {
        append(byFile, resource.location.document.file, { resource, unfilled })
      }
    }
    for (const [first, ...others] of byFile.values()) if (first) yield foundIn([first, ...others])
  },
}
