/** Which objects differ between two versions of a mesh. */
import { sameData } from '../../comparison/index.ts'
import { forEachObject, type RawObject } from '../../resources/intake/objects.ts'
import type { SourceDocument } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'
import type { NamedObject } from '../../verification/index.ts'

interface Named {
  readonly what: string
  readonly object: RawObject
}

const nameOf = ({ kind, value }: RawObject): string => {
  const metadata = fieldAt(value, 'metadata')
  const namespace = fieldAt(metadata, 'namespace')
  const name = String(fieldAt(metadata, 'name') ?? '')
  return `${kind} ${typeof namespace === 'string' && namespace !== '' ? `${namespace}/` : ''}${name}`
}

/** What the server changes by itself. */
const VOLATILE: ReadonlySet<string> = new Set(['managedFields', 'resourceVersion', 'generation', 'uid'])

/** What an object says: without what only the server writes. */
function contentOf({ metadata, status: _, ...others }: JsonMapping): object {
  const fields = isMapping(metadata) ? Object.entries(metadata).filter(([key]) => !VOLATILE.has(key)) : []
  return { ...others, metadata: Object.fromEntries(fields) }
}

function objectsIn(documents: readonly SourceDocument[]): ReadonlyMap<string, Named> {
  const out = new Map<string, Named>()
  forEachObject(documents, [], (object) => {
    const what = nameOf(object)
    out.set(`${object.location.document.cluster} ${object.apiVersion.split('/')[0]} ${what}`, { what, object })
  })
  return out
}

/** Objects that were added, changed or removed, each at its place in the version that has it; the newer if both do. */
export function changedObjects(
  before: readonly SourceDocument[],
  after: readonly SourceDocument[],
): readonly NamedObject[] {
  const [old, now] = [objectsIn(before), objectsIn(after)]
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((key): NamedObject[] => {
    const [was, is] = [old.get(key), now.get(key)]
    if (was && is && sameData(contentOf(was.object.value), contentOf(is.object.value))) return []
    const { what, object } = (is ?? was) as Named
    return [{ what, location: object.location }]
  })
}
