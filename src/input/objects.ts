/** The objects of a mesh as written, before they are typed, with files over it merged in. */
import { buildSnapshot } from '../resources/index.ts'
import { forEachObject, type RawObject } from '../resources/intake/objects.ts'
import { overlayObjects } from '../resources/intake/overlay.ts'
import type { SourceDocument, SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { namespaceOf, type ReadMesh, snapshotOptions } from './read.ts'
import type { InputRequest } from './request.ts'

function rawObjects(documents: readonly SourceDocument[], problems: SourceProblem[]): readonly RawObject[] {
  const objects: RawObject[] = []
  forEachObject(documents, problems, (object) => objects.push(object))
  return objects
}

const keyOf = ({ document, path }: Location): string =>
  JSON.stringify([document.file.name, document.start, document.cluster, ...path])

/** The objects that the API server would accept. */
function admitted(mesh: ReadMesh, request: InputRequest, objects: readonly RawObject[]): readonly RawObject[] {
  const { verdicts } = buildSnapshot(mesh.documents, snapshotOptions(mesh, request))
  const rejected = new Set(
    verdicts.filter(({ errors }) => errors.length > 0).map((verdict) => keyOf(verdict.resource.location)),
  )
  return objects.filter(({ location }) => !rejected.has(keyOf(location)))
}

/** @param problems collects problems with documents that are not objects */
export function objectsOf(mesh: ReadMesh, request: InputRequest, problems: SourceProblem[]): readonly RawObject[] {
  const { documents, over } = mesh
  const base = rawObjects(documents, problems)
  if (!over) return base
  const files = admitted(mesh, request, rawObjects(over, problems))
  const { objects, replaced } = overlayObjects(base, files, namespaceOf(mesh))
  return objects.filter((object) => !replaced.has(object))
}
