/** Reads two inputs to compare them, such as the files of a commit and those of today. */

import { UserError } from '../../common/errors.ts'
import { Memory } from '../../common/memory.ts'
import type { RawObject } from '../../resources/intake/objects.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { type DocumentPlace, placeOf, type SourceDocument } from '../../sources/document.ts'
import { FileVersions } from '../../sources/versions.ts'
import { inputAtCommit } from '../git/at-commit.ts'
import { type Loaded, loadedFrom } from '../load.ts'
import { objectsOf } from '../objects.ts'
import { namespaceOf, type ReadMesh, read } from '../read.ts'
import type { Reporter } from '../reporter.ts'
import type { InputRequest } from '../request.ts'
import { SideReporter } from './reporter.ts'

/** One of two inputs. */
export interface SideRequest {
  /** How the user named it: `git:main:mesh`. */
  readonly name: string
  readonly request: InputRequest
  /** What the names of its files begin with, if those of the other side differ: the folder that is compared. */
  readonly root: string
  /** The commit to read the files from; undefined for the files themselves, or a cluster. */
  readonly ref: string | undefined
  /** The name of one of its files in messages. */
  readonly fileOf: (file: string) => string
}

/** One of two inputs, as text and as objects. */
export interface LoadedSide {
  readonly loaded: Loaded
  readonly objects: readonly RawObject[]
  /** The mesh of some of its objects, and those of the other side. */
  meshOf(objects: readonly RawObject[]): Snapshot
}

/** The documents of both sides, which objects are found in. */
class Documents {
  readonly #byPlace = new Map<DocumentPlace, SourceDocument>()
  readonly #made = new WeakMap<RawObject, SourceDocument>()

  add(documents: readonly SourceDocument[]): void {
    for (const document of documents) this.#byPlace.set(placeOf(document), document)
  }

  /** A document with just one object; the one that was read, if it has just this object. */
  of(object: RawObject): SourceDocument {
    const { location, composed } = object
    const read = composed || location.path.length > 0 ? undefined : this.#byPlace.get(location.document)
    const known = read ?? this.#made.get(object)
    if (known) return known
    const { file, cluster, start, end } = location.document
    const made = { file, cluster, start, end, value: object.value as SourceDocument['value'], place: location.document }
    this.#made.set(object, made)
    return made
  }
}

interface Reading {
  readonly documents: Documents
  readonly memory: Memory
  /** What the answer depends on. */
  readonly filters: boolean
}

async function loadSide(
  { name, ref, root, request: given }: SideRequest,
  { documents, memory, filters }: Reading,
  reporter: Reporter,
): Promise<LoadedSide> {
  const requirements = { reads: 'configuration', filters } as const

  async function loadFrom(request: InputRequest): Promise<LoadedSide> {
    memory.own(FileVersions).readFrom(root)
    const mesh: ReadMesh = await read(request, requirements, reporter)
    documents.add([...mesh.documents, ...(mesh.over ?? [])])
    const objects = objectsOf(mesh, request, [])
    const loaded = await loadedFrom(mesh, request, reporter, requirements)
    const meshOf = (some: readonly RawObject[]): Snapshot => loaded.of(some.map((object) => documents.of(object)))
    return { loaded: { ...loaded, namespace: namespaceOf(mesh) }, objects, meshOf }
  }

  const request = { ...given, memory }
  if (ref === undefined) return loadFrom(request)
  return inputAtCommit(ref, request, reporter, loadFrom, { label: name, of: () => name })
}

/** @throws UserError for a side without anything that can be compared */
async function checkSide(
  { name }: SideRequest,
  { objects }: LoadedSide,
  failed: boolean,
  reporter: Reporter,
): Promise<void> {
  if (!failed) return
  if (objects.length === 0) throw new UserError(`diff: ${name} cannot be read, so nothing is compared`)
  await reporter.warn(`not all of ${name} can be read: what is missing there is shown as a change`)
}

/**
 * Reads two inputs. What is the same in both is decoded once.
 * @throws UserError, LiveError when one of them cannot be read at all
 */
export async function loadSides(
  { before, after }: { readonly before: SideRequest; readonly after: SideRequest },
  reporter: Reporter,
): Promise<{ readonly before: LoadedSide; readonly after: LoadedSide }> {
  const reading: Reading = { documents: new Documents(), memory: new Memory(), filters: true }
  const reporters = { before: new SideReporter(reporter), after: new SideReporter(reporter) }
  let isTold = false
  const tell = async (): Promise<void> => {
    if (isTold) return
    isTold = true
    await reporters.after.tell(undefined, after.fileOf)
    await reporters.before.tell(reporters.after, before.fileOf)
  }
  try {
    const first = await loadSide(before, reading, reporters.before)
    const second = await loadSide(after, reading, reporters.after)
    await tell()
    const failed = { before: reporters.before.failed, after: reporters.after.failed }
    await checkSide(before, first, failed.before, reporter)
    await checkSide(after, second, failed.after, reporter)
    return { before: first, after: second }
  } catch (error) {
    // What was found until then may explain it.
    await tell()
    throw error
  }
}
