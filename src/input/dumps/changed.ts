/** Which objects differ between two versions of a mesh. */
import { sameData } from '../../comparison/index.ts'
import { forEachObject, type RawObject } from '../../resources/intake/objects.ts'
import type { SourceDocument } from '../../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping } from '../../sources/mapping.ts'
import type { NamedObject } from '../../verification/index.ts'

/** An object that was added, changed or removed, at its place in the newer version that has it. */
export interface ChangedObject extends NamedObject {
  /** Undefined if it was added. */
  readonly was: RawObject | undefined
  /** Undefined if it was removed. */
  readonly is: RawObject | undefined
}

const nameOf = ({ kind, value }: RawObject): string => {
  const metadata = fieldAt(value, 'metadata')
  const namespace = fieldAt(metadata, 'namespace')
  const name = String(fieldAt(metadata, 'name') ?? '')
  return `${kind} ${typeof namespace === 'string' && namespace !== '' ? `${namespace}/` : ''}${name}`
}

/** What the server changes by itself. */
const VOLATILE: ReadonlySet<string> = new Set(['managedFields', 'resourceVersion', 'generation', 'uid'])

/** Kinds whose status istiod reads. */
const WITH_STATUS: ReadonlySet<string> = new Set(['Pod', 'Service', 'ServiceEntry', 'WorkloadEntry'])

/** What an object says to istiod: without what only the server writes. */
function contentOf({ kind, value: { metadata, status, ...others } }: RawObject): object {
  const fields = isMapping(metadata) ? Object.entries(metadata).filter(([key]) => !VOLATILE.has(key)) : []
  return { ...others, ...(WITH_STATUS.has(kind) && { status }), metadata: Object.fromEntries(fields) }
}

type Objects = ReadonlyMap<string, RawObject>

function objectsIn(documents: readonly SourceDocument[]): Objects {
  const out = new Map<string, RawObject>()
  forEachObject(documents, [], (object) => {
    out.set(`${object.location.document.cluster} ${object.apiVersion.split('/')[0]} ${nameOf(object)}`, object)
  })
  return out
}

/** The newer version of a mesh, with single changes undone. */
export interface Changes {
  readonly objects: readonly ChangedObject[]
  /** The objects of the newer version, with one of them as it was. */
  without(change: ChangedObject): readonly SourceDocument[]
}

/** A document with just one object. */
function documentOf({ location: { document: place }, value }: RawObject): SourceDocument {
  const { file, cluster, start, end } = place
  return { file, cluster, start, end, value: value as JsonMapping as SourceDocument['value'], place }
}

/** What differs between two versions of a mesh. */
export function changesBetween(before: readonly SourceDocument[], after: readonly SourceDocument[]): Changes {
  const [old, now] = [objectsIn(before), objectsIn(after)]
  const objects = [...new Set([...now.keys(), ...old.keys()])].flatMap((key): ChangedObject[] => {
    const [was, is] = [old.get(key), now.get(key)]
    const object = is ?? was
    if (!object || (was && is && sameData(contentOf(was), contentOf(is)))) return []
    return [{ what: nameOf(object), location: object.location, was, is }]
  })
  return {
    objects,
    without({ was, is }) {
      const others = [...now.values()].filter((object) => object !== is)
      return [...others, ...(was ? [was] : [])].map(documentOf)
    },
  }
}
