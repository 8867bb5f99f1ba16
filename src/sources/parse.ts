import { appendAll } from '../common/collections.ts'
import type { JsonValue, SourceDocument, SourceFile, SourceProblem } from './document.ts'
import { findDuplicateKeys } from './duplicates.ts'
import { jsonExtents, looksLikeJson, parseJson } from './json.ts'
import { type Limits, withDefaults, withThousands } from './limits.ts'
import { positionAt } from './lines.ts'
import { NODES_PER_CHARACTER, sizeRefusal } from './size.ts'
import { holdsDocument, type Slice, splitDocuments } from './split.ts'
import { blockReader } from './yaml/block.ts'
import { type Constructed, construct, type FileBudget } from './yaml/construct.ts'
import { ConstructError } from './yaml/construct-errors.ts'
import { type Diagnosis, depthDiagnosis, diagnose } from './yaml/errors.ts'
import { eventStart } from './yaml/nodes.ts'
import { byDocument, type Event, ParseError, parseYaml } from './yaml/parser.ts'

export interface ParsedFile {
  readonly documents: SourceDocument[]
  readonly problems: SourceProblem[]
}

/** The documents of a slice whose text was read before; undefined for one that must be read. */
export type KnownDocuments = (slice: Slice) => readonly SourceDocument[] | undefined

/** A parsed file, and how its documents depend on each other. */
export interface ParsedSlices extends ParsedFile {
  /** Offsets of problems. */
  readonly reported: readonly number[]
  /** Whether a document's slice alone decides how it is read. Merge keys share a limit in a file. */
  readonly areSeparate: boolean
}

/** More duplicates than this in one document would not help the user. */
const MOST_DUPLICATES_NAMED = 20

/** A message quotes the text, which may be a single word of megabytes. */
const LONGEST_MESSAGE = 300

/** The name of a value's type in messages. */
function nameOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** The size of a batch, in characters, or one longer document: starting the parser takes microseconds. */
const BATCH_LENGTH = 32_768

/** A document and the text it was parsed from, which may include neighbouring documents. */
interface Piece {
  readonly slice: Slice
  readonly source: string
  /** Where `source` begins in the file. */
  readonly base: number
  /** The events of this document only, with offsets into `source`. */
  readonly events: readonly Event[]
}

/** Why a document cannot be built from its events or text. */
function diagnosisOf(source: string, error: unknown, depth: number): Diagnosis {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ConstructError) {
    const { offset, hint } = error
    return hint === undefined ? { message, offset } : { message, offset, hint }
  }
  if (!(error instanceof ParseError)) return { message: `the document cannot be read: ${message}`, offset: 0 }
  return depthDiagnosis(message, error.offset, depth) ?? diagnose(source, message, error.offset)
}

class FileParser {
  readonly #documents: SourceDocument[] = []
  readonly #problems: SourceProblem[] = []
  readonly #budget: FileBudget = { mergedKeys: 0 }
  readonly #file: SourceFile
  readonly #cluster: string
  readonly #limits: Limits
  readonly #batchLength: number
  readonly #known: KnownDocuments | undefined
  /** Where problems are. */
  readonly #reported: number[] = []
  #count = 0

  constructor(file: SourceFile, cluster: string, limits: Limits, known?: KnownDocuments) {
    this.#known = known
    this.#file = file
    this.#cluster = cluster
    this.#limits = limits
    // So that no document of a batch can exceed a limit of documents.
    this.#batchLength = Math.min(BATCH_LENGTH, limits.documentLength, limits.documentNodes / NODES_PER_CHARACTER)
  }

  run(slices: readonly Slice[] = splitDocuments(this.#file.text)): ParsedFile {
    let batch: Slice[] = []
    const readBlock = blockReader(this.#file.text)
    const flush = (): void => {
      if (batch.length > 0) this.#batch(batch)
      batch = []
    }
    for (const slice of slices) {
      const known = this.#known?.(slice)
      if (known) {
        flush()
        this.#keep(known)
        continue
      }
      const value = this.#isSmall(slice) ? readBlock(slice) : undefined
      if (value !== undefined) {
        flush()
        this.#take(slice, value, slice.start)
        continue
      }
      const isJson = looksLikeJson(this.#file.text, slice)
      if (isJson || slice.end - (batch[0] ?? slice).start > this.#batchLength) flush()
      if (isJson) this.#jsonOrYaml(slice)
      else batch.push(slice)
    }
    flush()
    return { documents: this.#documents, problems: this.#problems }
  }

  /** Whether a document cannot exceed a limit, or does not. */
  #isSmall(slice: Slice): boolean {
    if (slice.end - slice.start <= this.#batchLength) return true
    return sizeRefusal(this.#file.text, slice, this.#limits) === undefined
  }

  runSlices(slices: readonly Slice[]): ParsedSlices {
    return { ...this.run(slices), reported: this.#reported, areSeparate: this.#budget.mergedKeys === 0 }
  }

  #keep(documents: readonly SourceDocument[]): void {
    this.#count += documents.length
    appendAll(this.#documents, documents)
  }

  /** Parses neighbouring documents together, or separately if any of them is not YAML. */
  #batch(slices: readonly Slice[]): void {
    const pieces = slices.length > 1 ? this.#together(slices) : undefined
    if (pieces) for (const piece of pieces) this.#construct(piece)
    else for (const slice of slices) this.#yaml(slice)
  }

  #together(slices: readonly Slice[]): Piece[] | undefined {
    const text = this.#file.text
    const base = (slices[0] as Slice).start
    const source = text.slice(base, slices.at(-1)?.end)
    const holders = slices.filter((slice) => holdsDocument(text, slice))
    const documents = this.#parsed(source)
    if (documents?.length !== holders.length) return undefined
    return holders.map((slice, i) => ({ slice, source, base, events: documents[i] as Event[] }))
  }

  /** The events of each document of a text; undefined when it is not YAML. */
  #parsed(source: string): Event[][] | undefined {
    try {
      return byDocument(this.#events(source))
    } catch {
      return undefined
    }
  }

  #jsonOrYaml(slice: Slice): void {
    if (!this.#json(slice)) this.#yaml(slice)
  }

  /**
   * Reads a text that begins like JSON; false when it should be read as one YAML document instead. A file may contain
   * several JSON documents in a row, and a broken one must not hide the others.
   */
  #json(slice: Slice): boolean {
    const extents = jsonExtents(this.#file.text, slice)
    if (extents === undefined || extents.some(({ start, end }) => end - start > this.#limits.documentLength))
      return false
    const values = extents.map((extent) => parseJson(this.#file.text, extent, this.#limits))
    if (extents.length === 1 && values[0] === undefined) return false
    const isYaml = (): boolean => this.#parsed(this.#file.text.slice(slice.start, slice.end)) !== undefined
    if (values.every((value) => value === undefined) && isYaml()) return false
    extents.forEach((extent, i) => {
      const value = values[i]
      if (value === undefined) this.#yaml(extent)
      else this.#take(extent, value, extent.start)
    })
    return true
  }

  #events(source: string): Event[] {
    // The parser counts a scalar as a level.
    return parseYaml(source, this.#limits.depth + 1)
  }

  #yaml(slice: Slice): void {
    const refusal = sizeRefusal(this.#file.text, slice, this.#limits)
    if (refusal !== undefined) {
      this.#count++
      const { raisedBy } = this.#limits
      const hint = 'Split the document; a List can be split into several documents.'
      this.#report('error', refusal, slice.start, raisedBy === undefined ? hint : `${hint} ${raisedBy}.`)
      return
    }
    const source = this.#file.text.slice(slice.start, slice.end)
    try {
      this.#construct({ slice, source, base: slice.start, events: this.#events(source) })
    } catch (error) {
      this.#refuse(source, slice.start, error)
    }
  }

  #construct(piece: Piece): void {
    const { slice, source, base, events } = piece
    if (events.length === 0) return
    try {
      const constructed = construct(source, events, this.#limits, this.#budget)
      if (constructed.value === null) return
      this.#warn(piece, constructed)
      const at = base + (eventStart(source, events[1] as Event) ?? 0)
      this.#take(slice, constructed.value, at, constructed.hasSurprises)
    } catch (error) {
      this.#refuse(source, base, error)
    }
  }

  /** Keeps an object; any other value at the top of a document is reported. */
  #take(slice: Slice, value: JsonValue, contentStart: number, hasSurprises = false): void {
    this.#count++
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const { start, end } = slice
      const place = { file: this.#file, cluster: this.#cluster, start, end }
      const document = { ...place, value, place }
      this.#documents.push(hasSurprises ? { ...document, hasSurprises } : document)
      return
    }
    const hint = Array.isArray(value)
      ? 'Put each object in a document of its own, or use kind: List with items.'
      : undefined
    this.#report('error', `document ${this.#count} is ${nameOf(value)}, not an object`, contentStart, hint)
  }

  #warn(piece: Piece, constructed: Constructed): void {
    if (constructed.hasDuplicateKeys) this.#warnDuplicates(piece)
    for (const { key, offset } of constructed.lateMerges) {
      this.#report(
        'warning',
        `this merge key comes after "${key}", which it brings too: Kubernetes takes the merged value`,
        piece.base + offset,
        'Put << first, so that the explicit value wins.',
      )
    }
  }

  #warnDuplicates({ source, base, events }: Piece): void {
    const duplicates = findDuplicateKeys(source, events)
    for (const { key, offset, firstOffset } of duplicates.slice(0, MOST_DUPLICATES_NAMED)) {
      const { line } = positionAt(this.#file, base + firstOffset)
      this.#report('error', `duplicate key "${key}" (first on line ${line}): the later one wins`, base + offset)
    }
    const more = duplicates[MOST_DUPLICATES_NAMED]
    if (more === undefined) return
    const rest = duplicates.length - MOST_DUPLICATES_NAMED
    this.#report('error', `${withThousands(rest)} more duplicate keys in this document`, base + more.offset)
  }

  #refuse(source: string, base: number, error: unknown): void {
    this.#count++
    const { message, offset, hint } = diagnosisOf(source, error, this.#limits.depth)
    this.#report('error', message, base + offset, hint)
  }

  #report(severity: SourceProblem['severity'], message: string, offset: number, hint?: string): void {
    const at = positionAt(this.#file, offset)
    this.#reported.push(offset)
    const short = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message
    this.#problems.push(hint === undefined ? { severity, message: short, at } : { severity, message: short, at, hint })
  }
}

/**
 * Reads the documents of one text: YAML 1.1 as Kubernetes reads it, or JSON. A document that cannot be read becomes a
 * problem without affecting the others; empty ones are skipped.
 * @param cluster '' for the config cluster, else a remote cluster's ID
 * @returns the documents in text order, and the problems with the rest
 * @throws never
 */
export function parseDocuments(file: SourceFile, cluster: string, limits?: Partial<Limits>): ParsedFile {
  return new FileParser(file, cluster, withDefaults(limits)).run()
}

/**
 * As `parseDocuments`, of some slices of a text.
 * @param known documents are not read again
 */
export function parseSlices(
  file: SourceFile,
  slices: readonly Slice[],
  cluster: string,
  limits: Limits,
  known?: KnownDocuments,
): ParsedSlices {
  return new FileParser(file, cluster, limits, known).runSlices(slices)
}
