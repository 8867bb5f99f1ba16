/**
 * Reads the files of an input again after some of them changed. A document whose text is the same stays the same
 * object, so what was computed from it can be kept; if it moved in its file, its place moves with it.
 */
import { append } from '../common/collections.ts'
import { once } from '../common/once.ts'
import { type Common, commonOf } from './common-text.ts'
import type { DocumentPlace, JsonValue, SourceDocument, SourceFile } from './document.ts'
import { type Limits, withDefaults } from './limits.ts'
import { type KnownDocuments, type ParsedFile, parseDocuments, parseSlices } from './parse.ts'
import { DECIDING, looksAhead, type Slice, splitDocuments, splitFrom } from './split.ts'

/** Where a document is in the newest version of its file that has it. */
class MovingPlace implements DocumentPlace {
  file: SourceFile
  readonly cluster: string
  start: number
  end: number
  #found: Map<string, number | string | undefined> | undefined

  constructor({ file, cluster, start, end }: DocumentPlace) {
    this.file = file
    this.cluster = cluster
    this.start = start
    this.end = end
  }

  /** Its text stays the same. */
  get found(): Map<string, number | string | undefined> {
    this.#found ??= new Map()
    return this.#found
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
  /** In text order. */
  readonly documents: MovingDocument[]
  /** Where slices begin; each ends where the next one begins, the last one with the text. */
  readonly starts: readonly number[]
  /** Whether each document depends on nothing but the text of its slice, and no slice has a problem. */
  readonly areSeparate: boolean
  /** Those that need not be read again while the text of their slice is the same. Asked before any of them moves. */
  readonly bySlice: () => DocumentsBySlice
}

/** Slices between the first and the last change of a text, by their texts. */
class ChangedRegion {
  readonly #startsByText = new Map<string, number[]>()

  constructor(text: string, bySlice: DocumentsBySlice, { prefix, suffix }: Common) {
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
class Unchanged {
  readonly #file: SourceFile
  readonly #common: Common
  readonly #bySlice: DocumentsBySlice
  readonly #region: () => ChangedRegion
  readonly #moves: { readonly documents: readonly MovingDocument[]; readonly by: number }[] = []

  constructor(before: SourceFile, bySlice: DocumentsBySlice, file: SourceFile, common: Common) {
    this.#file = file
    this.#common = common
    this.#bySlice = bySlice
    this.#region = once(() => new ChangedRegion(before.text, bySlice, common))
  }

  readonly in: KnownDocuments = ({ start, end }) => {
    const { text } = this.#file
    const { prefix, suffix, distance } = this.#common
    const isChanged = end > prefix && start < text.length - suffix
    const from = isChanged ? this.#region().take(text.slice(start, end)) : start - (end <= prefix ? 0 : distance)
    const known = from === undefined ? undefined : this.#bySlice.get(from)
    if (!known || from === undefined || known.end - from !== end - start) return undefined
    this.#moves.push({ documents: known.documents, by: start - from })
    return known.documents
  }

  /** Moves what was found to the new text. */
  move(): void {
    for (const { documents, by } of this.#moves) moveAll(documents, this.#file, by)
  }
}

function moveAll(documents: readonly MovingDocument[], file: SourceFile, distance: number): void {
  for (const { place } of documents) place.moveTo(file, distance)
}

/** The documents of each slice that reported no problem, by the start of the slice. */
function documentsBySlice(
  documents: readonly MovingDocument[],
  slices: readonly Slice[],
  reported: readonly number[],
): DocumentsBySlice {
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

const moving = (documents: readonly SourceDocument[]): MovingDocument[] =>
  documents.map((document) => (document instanceof MovingDocument ? document : new MovingDocument(document)))

/** Some slices of a text, of those that begin at `starts`. */
function slicesOf(starts: readonly number[], length: number, first = 0, next = starts.length): Slice[] {
  return starts.slice(first, next).map((start, index) => ({ start, end: starts[first + index + 1] ?? length }))
}

function wholeVersion(file: SourceFile, cluster: string, limits: Limits, before: Version | undefined): Version {
  const slices = splitDocuments(file.text)
  const known = before && new Unchanged(before.file, before.bySlice(), file, commonOf(before.file.text, file.text))
  const { reported, areSeparate, ...parsed } = parseSlices(file, slices, cluster, limits, known?.in)
  known?.move()
  const documents = moving(parsed.documents)
  return {
    file,
    documents,
    problems: parsed.problems,
    starts: slices.map(({ start }) => start),
    areSeparate: areSeparate && reported.length === 0,
    bySlice: () => (areSeparate ? documentsBySlice(documents, slices, reported) : NOTHING),
  }
}

/** The index of the first item that is not below a limit, in an ascending list. */
function lowerBound<T>(list: readonly T[], limit: number, valueOf: (item: T) => number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (valueOf(list[middle] as T) < limit) low = middle + 1
    else high = middle
  }
  return low
}

const itself = (value: number): number => value

/** The part of a text in which slices have changed, by the indexes of slices. */
interface ChangedSlices {
  /** The first slice that has changed, before and now. */
  readonly first: number
  /** The next slice that has not, before. */
  readonly next: number
  /** Those between, now. */
  readonly slices: readonly Slice[]
}

/** The slices that `splitDocuments` would find between the unchanged ones. */
function changedSlices({ starts }: Version, text: string, { prefix, suffix, distance }: Common): ChangedSlices {
  // A slice is the same if the characters after it that end it are the same.
  const first = Math.max(0, lowerBound(starts, prefix - DECIDING + 1, itself) - 1)
  const indexOf = (start: number): number => lowerBound(starts, start - distance, itself)
  const isKnown = (start: number): boolean => {
    const index = indexOf(start)
    return start > text.length - suffix && index > first && starts[index] === start - distance
  }
  const slices = splitFrom(text, starts[first] ?? 0, isKnown)
  const end = slices.at(-1)?.end ?? text.length
  return { first, next: end < text.length ? indexOf(end) : starts.length, slices }
}

/**
 * The next version of a file. Only the slices that changed are searched for and read.
 * @returns undefined if a change may have an effect on other slices
 */
function changedVersion(file: SourceFile, cluster: string, limits: Limits, before: Version): Version | undefined {
  const { text: old } = before.file
  const { text } = file
  if (!before.areSeparate || looksAhead(old) || looksAhead(text)) return undefined
  const common = commonOf(old, text)
  const { first, next, slices } = changedSlices(before, text, common)
  const oldSlices = slicesOf(before.starts, old.length, first, next)
  const [from, to] = [before.starts[first] ?? 0, before.starts[next] ?? old.length]
  const [start, end] = [from, to].map((at) => lowerBound(before.documents, at, ({ start: at }) => at)) as [
    number,
    number,
  ]
  const gone = before.documents.slice(start, end)
  const known = new Unchanged(before.file, documentsBySlice(gone, oldSlices, []), file, common)
  const { documents: read, reported, areSeparate } = parseSlices(file, slices, cluster, limits, known.in)
  if (!areSeparate || reported.length > 0) return undefined
  known.move()
  moveAll(before.documents.slice(0, start), file, 0)
  moveAll(before.documents.slice(end), file, common.distance)
  const documents = [...before.documents.slice(0, start), ...moving(read), ...before.documents.slice(end)]
  const starts = [
    ...before.starts.slice(0, first),
    ...slices.map((slice) => slice.start),
    ...before.starts.slice(next).map((at) => at + common.distance),
  ]
  const bySlice = () => documentsBySlice(documents, slicesOf(starts, text.length), [])
  return { file, documents, problems: [], starts, areSeparate, bySlice }
}

function versionOf(file: SourceFile, cluster: string, limits: Limits, before: Version | undefined): Version {
  return (before && changedVersion(file, cluster, limits, before)) ?? wholeVersion(file, cluster, limits, before)
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
