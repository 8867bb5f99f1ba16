/**
 * Reads the files of an input again after some of them changed. A document whose text is the same stays the same
 * object, so what was computed from it can be kept; if it moved in its file, its place moves with it.
 */
import { append } from '../common/collections.ts'
import { once } from '../common/once.ts'
import type { DocumentPlace, JsonValue, SourceDocument, SourceFile } from './document.ts'
import { type Limits, withDefaults } from './limits.ts'
import { type KnownDocuments, type ParsedFile, type ParsedSlices, parseDocuments, parseSlices } from './parse.ts'
import type { Slice } from './split.ts'

/** Where a document is in the newest version of its file that has it. */
class MovingPlace implements DocumentPlace {
  file: SourceFile
  readonly cluster: string
  start: number
  end: number

  constructor({ file, cluster, start, end }: DocumentPlace) {
    this.file = file
    this.cluster = cluster
    this.start = start
    this.end = end
  }

  moveTo(file: SourceFile, distance: number): void {
    this.file = file
    this.start += distance
    this.end += distance
  }
}

class MovingDocument implements SourceDocument {
  readonly place: MovingPlace
  readonly value: JsonValue
  readonly hasSurprises?: true

  constructor(document: SourceDocument) {
    this.place = new MovingPlace(document)
    this.value = document.value
    if (document.hasSurprises) this.hasSurprises = true
  }

  get file(): SourceFile {
    return this.place.file
  }

  get cluster(): string {
    return this.place.cluster
  }

  get start(): number {
    return this.place.start
  }

  get end(): number {
    return this.place.end
  }
}

/** By the start of the slice. */
type DocumentsBySlice = ReadonlyMap<number, { readonly end: number; readonly documents: readonly MovingDocument[] }>

/** One version of a file. */
interface Version extends ParsedFile {
  readonly file: SourceFile
  readonly documents: MovingDocument[]
  /** Those that need not be read again while the text of their slice is the same. */
  readonly bySlice: DocumentsBySlice
}

const CHUNK = 65_536

/** The length of the longest common beginning. */
export function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let at = 0
  while (at + CHUNK <= most && a.slice(at, at + CHUNK) === b.slice(at, at + CHUNK)) at += CHUNK
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++
  return at
}

/** The length of the longest common end, which does not overlap the beginning. */
export function commonSuffix(a: string, b: string, prefix: number): number {
  const most = Math.min(a.length, b.length) - prefix
  const endOf = (text: string, from: number, to: number): string => text.slice(text.length - to, text.length - from)
  let length = 0
  while (length + CHUNK <= most && endOf(a, length, length + CHUNK) === endOf(b, length, length + CHUNK)) {
    length += CHUNK
  }
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++
  return length
}

/** Slices between the first and the last change of a text, by their texts. */
class ChangedRegion {
  readonly #startsByText = new Map<string, number[]>()

  constructor({ file: { text }, bySlice }: Version, prefix: number, suffix: number) {
    for (const [start, { end }] of bySlice) {
      if (end > prefix && start < text.length - suffix) append(this.#startsByText, text.slice(start, end), start)
    }
    // The first one is the last of its list.
    for (const starts of this.#startsByText.values()) starts.reverse()
  }

  /** The start of a slice with this text, each once. */
  take(text: string): number | undefined {
    return this.#startsByText.get(text)?.pop()
  }
}

/** The documents of the version before whose slice has the same text now. */
function knownDocuments(before: Version, file: SourceFile): KnownDocuments {
  const { text } = file
  const old = before.file.text
  const prefix = commonPrefix(old, text)
  const suffix = commonSuffix(old, text, prefix)
  const distance = text.length - old.length
  const region = once(() => new ChangedRegion(before, prefix, suffix))
  const moved = (documents: readonly MovingDocument[], by: number): readonly MovingDocument[] => {
    for (const { place } of documents) place.moveTo(file, by)
    return documents
  }
  return ({ start, end }: Slice) => {
    const isChanged = end > prefix && start < text.length - suffix
    const from = isChanged ? region().take(text.slice(start, end)) : start - (end <= prefix ? 0 : distance)
    const known = from === undefined ? undefined : before.bySlice.get(from)
    return known && from !== undefined && known.end - from === end - start
      ? moved(known.documents, start - from)
      : undefined
  }
}

/** The documents of each slice that reported no problem, by the start of the slice. */
function documentsBySlice(documents: readonly MovingDocument[], { slices, reported }: ParsedSlices): DocumentsBySlice {
  const out = new Map<number, { end: number; documents: MovingDocument[] }>()
  const offsets = [...reported, Number.POSITIVE_INFINITY].sort((a, b) => a - b)
  let next = 0
  let offset = 0
  for (const { start, end } of slices) {
    const first = next
    while ((documents[next]?.start ?? end) < end) next++
    while ((offsets[offset] ?? end) < start) offset++
    if (next > first && (offsets[offset] ?? end) > end) out.set(start, { end, documents: documents.slice(first, next) })
  }
  return out
}

const NOTHING: DocumentsBySlice = new Map()

function versionOf(file: SourceFile, cluster: string, limits: Limits, before: Version | undefined): Version {
  const parsed = parseSlices(file, cluster, limits, before && knownDocuments(before, file))
  const documents = parsed.documents.map((document) =>
    document instanceof MovingDocument ? document : new MovingDocument(document),
  )
  const bySlice = parsed.areSeparate ? documentsBySlice(documents, parsed) : NOTHING
  return { file, documents, problems: parsed.problems, bySlice }
}

/** The files of an input, read again and again. */
export class FileVersions {
  readonly #before = new Map<string, ReadonlyMap<string, Version>>()
  readonly #now = new Map<string, Map<string, Version>>()
  #root = ''

  /**
   * Files that are read from now on are versions of those that have the same name below another root.
   * @param root how their names begin; '' for whole names
   */
  readFrom(root: string): void {
    this.#root = root
  }

  #nameOf({ name }: SourceFile): string {
    return name.startsWith(this.#root) ? name.slice(this.#root.length) : name
  }

  /** Begins to read all files of a cluster again. */
  begin(cluster: string): void {
    this.#before.set(cluster, this.#now.get(cluster) ?? new Map())
    this.#now.set(cluster, new Map())
  }

  /** As `parseDocuments`, always with the same limits. The places of documents that earlier calls returned move with them. */
  parse(file: SourceFile, cluster: string, limits?: Partial<Limits>): ParsedFile {
    const now = this.#now.get(cluster)
    const name = this.#nameOf(file)
    // Two files of one name cannot be told apart the next time.
    if (!now || now.has(name)) return parseDocuments(file, cluster, limits)
    const before = this.#before.get(cluster)?.get(name)
    const isSame =
      before?.file.text === file.text && before.file.encoding === file.encoding && before.file.name === file.name
    const version = isSame ? before : versionOf(file, cluster, withDefaults(limits), before)
    now.set(name, version)
    return version
  }
}
