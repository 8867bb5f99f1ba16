import { ConstructError, type Constructed, construct, type FileBudget } from './construct.ts'
import type { JsonValue, SourceDocument, SourceFile, SourceProblem } from './document.ts'
import { findDuplicateKeys } from './duplicates.ts'
import { jsonExtents, looksLikeJson, parseJson } from './json.ts'
import { type Limits, withDefaults, withThousands } from './limits.ts'
import { positionAt } from './lines.ts'
import { eventStart } from './nodes.ts'
import { type Slice, splitDocuments } from './split.ts'
import { type Diagnosis, depthDiagnosis, diagnose } from './yaml-errors.ts'
import { type Event, ParseError, parseYaml } from './yaml-parser.ts'

export interface ParsedFile {
  readonly documents: SourceDocument[]
  readonly problems: SourceProblem[]
}

/** Nobody reads more of these about one document. */
const MOST_DUPLICATES_NAMED = 20

/** Shorter documents cannot hold more nodes than the limit, so nobody counts. */
const NODES_PER_CHARACTER = 2

/** What a mapping or sequence is called in messages. */
function nameOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** What separates nodes: in flow style a comma, colon or bracket, in block style a colon, a dash or a question mark. */
const SEPARATOR = /[,[{]|:[\s"'[{]|[-?]\s/g

/** At least as many nodes as the text can hold, and not many more in ordinary manifests. */
function estimateNodes(text: string): number {
  let nodes = 2
  SEPARATOR.lastIndex = 0
  while (SEPARATOR.test(text)) nodes += NODES_PER_CHARACTER
  return nodes
}

class FileParser {
  private readonly documents: SourceDocument[] = []
  private readonly problems: SourceProblem[] = []
  private readonly budget: FileBudget = { mergedKeys: 0 }
  private readonly file: SourceFile
  private readonly cluster: string
  private readonly limits: Limits
  private count = 0

  constructor(file: SourceFile, cluster: string, limits: Limits) {
    this.file = file
    this.cluster = cluster
    this.limits = limits
  }

  run(): ParsedFile {
    for (const slice of splitDocuments(this.file.text)) this.slice(slice)
    return { documents: this.documents, problems: this.problems }
  }

  private slice(slice: Slice): void {
    if (!looksLikeJson(this.file.text, slice) || !this.json(slice)) this.yaml(slice)
  }

  /**
   * Reads a text that begins like JSON; false when it is better read as one YAML document. A file may string several
   * JSON documents together, of which a broken one must not hide the others.
   */
  private json(slice: Slice): boolean {
    const extents = jsonExtents(this.file.text, slice)
    if (extents === undefined || extents.some(({ start, end }) => end - start > this.limits.documentLength))
      return false
    const values = extents.map((extent) => parseJson(this.file.text, extent, this.limits))
    if (extents.length === 1 && values[0] === undefined) return false
    if (values.every((value) => value === undefined) && this.isYaml(slice)) return false
    extents.forEach((extent, i) => {
      const value = values[i]
      if (value === undefined) this.yaml(extent)
      else this.take(extent, value, extent.start)
    })
    return true
  }

  private isYaml(slice: Slice): boolean {
    try {
      this.events(this.file.text.slice(slice.start, slice.end))
      return true
    } catch {
      return false
    }
  }

  private events(source: string): Event[] {
    // The parser counts a scalar as a level of its own.
    return parseYaml(source, this.limits.depth + 1)
  }

  private yaml(slice: Slice): void {
    const refusal = this.tooLarge(slice)
    if (refusal !== undefined) {
      this.count++
      this.report('error', refusal, slice.start, 'Split the document; a List may be cut into several documents.')
      return
    }
    const source = this.file.text.slice(slice.start, slice.end)
    try {
      this.construct(slice, source, this.events(source))
    } catch (error) {
      this.count++
      this.refuse(slice, this.diagnosis(source, error))
    }
  }

  private tooLarge({ start, end }: Slice): string | undefined {
    const { documentLength, documentNodes } = this.limits
    if (end - start > documentLength) {
      return `the document is longer than the limit of ${withThousands(documentLength)} characters`
    }
    if ((end - start) * NODES_PER_CHARACTER <= documentNodes) return undefined
    if (estimateNodes(this.file.text.slice(start, end)) <= documentNodes) return undefined
    return `the document holds more than the limit of ${withThousands(documentNodes)} values`
  }

  private construct(slice: Slice, source: string, events: readonly Event[]): void {
    if (events.length === 0) return
    const constructed = construct(source, events, this.limits, this.budget)
    if (constructed.value === null) return
    this.warn(slice, source, events, constructed)
    this.take(slice, constructed.value, slice.start + (eventStart(source, events[1] as Event) ?? 0))
  }

  /** Keeps an object; anything else at the top of a document is said to be none. */
  private take(slice: Slice, value: JsonValue, contentStart: number): void {
    this.count++
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      this.documents.push({ file: this.file, cluster: this.cluster, start: slice.start, end: slice.end, value })
      return
    }
    const hint = Array.isArray(value)
      ? 'Put each object in a document of its own, or use kind: List with items.'
      : undefined
    this.report('error', `document ${this.count} is ${nameOf(value)}, not an object`, contentStart, hint)
  }

  private warn(slice: Slice, source: string, events: readonly Event[], constructed: Constructed): void {
    if (constructed.hasDuplicateKeys) this.warnDuplicates(slice, source, events)
    for (const { key, offset } of constructed.lateMerges) {
      this.report(
        'warning',
        `this merge key comes after "${key}", which it brings too: the explicit value counts here`,
        slice.start + offset,
        'Kubernetes takes the merged value when << comes last: put << first.',
      )
    }
  }

  private warnDuplicates(slice: Slice, source: string, events: readonly Event[]): void {
    const duplicates = findDuplicateKeys(source, events)
    for (const { key, offset, firstOffset } of duplicates.slice(0, MOST_DUPLICATES_NAMED)) {
      const { line } = positionAt(this.file, slice.start + firstOffset)
      const message = `duplicate key "${key}" (first on line ${line}): the later one counts`
      this.report('warning', message, slice.start + offset)
    }
    const more = duplicates[MOST_DUPLICATES_NAMED]
    if (more === undefined) return
    const rest = duplicates.length - MOST_DUPLICATES_NAMED
    this.report('warning', `${withThousands(rest)} more duplicate keys in this document`, slice.start + more.offset)
  }

  private diagnosis(source: string, error: unknown): Diagnosis {
    if (error instanceof ConstructError) {
      const { message, offset, hint } = error
      return hint === undefined ? { message, offset } : { message, offset, hint }
    }
    if (error instanceof ParseError) {
      const { message, offset } = error
      return depthDiagnosis(message, offset, this.limits.depth) ?? diagnose(source, message, offset)
    }
    return {
      message: `the document cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      offset: 0,
    }
  }

  private refuse(slice: Slice, { message, offset, hint }: Diagnosis): void {
    this.report('error', message, slice.start + offset, hint)
  }

  private report(severity: SourceProblem['severity'], message: string, offset: number, hint?: string): void {
    const at = positionAt(this.file, offset)
    this.problems.push(hint === undefined ? { severity, message, at } : { severity, message, at, hint })
  }
}

/**
 * Reads the documents of one text, YAML 1.1 as Kubernetes reads it, or JSON. A document that cannot be read becomes a
 * problem and hides no other; empty ones are skipped.
 * @param cluster '' for the config cluster, else a remote cluster's id
 * @returns the documents in the order of the text, and what is wrong with the rest
 * @throws never
 */
export function parseDocuments(file: SourceFile, cluster: string, limits?: Partial<Limits>): ParsedFile {
  return new FileParser(file, cluster, withDefaults(limits)).run()
}
