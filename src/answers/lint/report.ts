/** Findings with their places: what every format of a report is made of. */
import type { IgnoredFinding } from '../../findings/lint/ignores.ts'
import type { LintFinding, RelatedPlace, Severity } from '../../findings/lint/rule.ts'
import type { Place, Related } from '../../formats/results/result.ts'
import type { Release } from '../../resources/mesh/release.ts'
import type { Position } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { lineText } from '../../sources/positions.ts'

/** A finding with its places. */
export interface ReportedFinding {
  readonly finding: LintFinding
  readonly place: Place
  readonly related: readonly Related[]
  /** The line of the manifest, without its line break. */
  readonly line: string
}

/** What was looked at. */
export interface Scope {
  /** Names of the files that were read, in the order of the input. */
  readonly files: readonly string[]
  readonly objects: number
  /** Namespaces whose proxies were considered, sorted. */
  readonly namespaces: readonly string[]
  /** The proxies in words. */
  readonly proxies: string
  readonly release: Release
}

/** What files over a mesh change in its findings. */
export interface LintChanges {
  /** Those that the mesh without the files does not have; ignored ones among them. */
  readonly brought: ReadonlySet<LintFinding>
  /** Those that only the mesh without the files has. */
  readonly gone: readonly LintFinding[]
  /** How many were left out because the mesh without the files has them, too. */
  readonly unchanged: number
}

export interface LintReport {
  /** Of the program: rule pages are those of this version. */
  readonly version: string
  readonly findings: readonly LintFinding[]
  /** What annotations and the configuration keep out. */
  readonly ignored: readonly IgnoredFinding[]
  /** How many findings a baseline or an earlier version has, too. */
  readonly known: number
  /** undefined when no files lie over a mesh. */
  readonly changes: LintChanges | undefined
  /** Not all proposals for fixes were tried: it would have taken too long. */
  readonly untriedFixes: boolean
  /** Of these severities findings fail a run. */
  readonly failing: ReadonlySet<Severity>
  readonly scope: Scope
  readonly places: Places
}

export type Counts = Readonly<Record<Severity, number>>

export function countsOf(findings: Iterable<LintFinding>): Counts {
  const counts = { error: 0, warning: 0, info: 0 }
  for (const { severity } of findings) counts[severity]++
  return counts
}

/** Number of findings that `--fix` would get rid of. */
export function fixableOf(findings: readonly LintFinding[]): number {
  let count = 0
  for (const { fix } of findings) if (fix?.safe) count++
  return count
}

/** Of a minified manifest, a line may be all of it. */
const LONGEST = 200
const LINE_BREAK = /[\r\n]/
const TRAILING_COMMENT = /\s+#.*$/

/** How much of its first line a value takes: a scalar as it is written, of anything else what stands in the line. */
function lengthOf(location: Location, { line, column }: Position): number {
  const scalar = location.scalarText()?.split(LINE_BREAK, 1)[0]
  const start = column - 1
  const written =
    scalar ??
    lineText(location.document.file, line)
      .slice(start, start + LONGEST)
      .replace(TRAILING_COMMENT, '')
  return Math.min(LONGEST, Math.max(1, written.trimEnd().length))
}

/** By file and document, so that each document's text is read again once and not for each of its places. */
function byDocument(a: Location, b: Location): number {
  if (a.document === b.document) return 0
  const [left, right] = [a.document, b.document]
  if (left.file !== right.file) return left.file.name < right.file.name ? -1 : 1
  return left.start - right.start
}

/** The places of locations, each computed once, whichever formats ask for it. */
export class Places {
  readonly #places = new Map<Location, Place>()

  /** Computes those that are not known yet, document by document. */
  locate(locations: Iterable<Location>): void {
    const missing = [...new Set(locations)].filter((location) => !this.#places.has(location))
    for (const location of missing.sort(byDocument)) {
      const position = location.position()
      this.#places.set(location, { ...position, length: lengthOf(location, position) })
    }
  }

  /** The place of a location that `locate` was asked for. */
  of(location: Location): Place {
    const place = this.#places.get(location)
    if (!place) throw new Error(`no place was computed for ${location}`)
    return place
  }
}

const locationsOf = ({ location, related }: LintFinding): readonly Location[] => [
  location,
  ...related.map((place) => place.location),
]

/** Findings of so many are located together. */
const BATCH = 20_000

function* located(findings: readonly LintFinding[], places: Places): Iterable<ReportedFinding> {
  places.locate(findings.flatMap(locationsOf))
  const relatedOf = ({ message, location }: RelatedPlace): Related => ({ message, place: places.of(location) })
  for (const finding of inLines(findings, places)) {
    const place = places.of(finding.location)
    const line = lineText(finding.location.document.file, place.line)
    yield { finding, place, related: finding.related.map(relatedOf), line }
  }
}

/** Findings of each document in the order of its lines; their paths alone have another one. */
function inLines(findings: readonly LintFinding[], places: Places): readonly LintFinding[] {
  const byLine = (a: LintFinding, b: LintFinding): number => {
    const [left, right] = [places.of(a.location), places.of(b.location)]
    return left.line - right.line || left.column - right.column
  }
  const out: LintFinding[] = []
  for (let start = 0; start < findings.length; ) {
    const document = findings[start]?.location.document
    let end = start + 1
    while (end < findings.length && findings[end]?.location.document === document) end++
    out.push(...(end === start + 1 ? findings.slice(start, end) : findings.slice(start, end).sort(byLine)))
    start = end
  }
  return out
}

/** Findings by files, documents and lines, with their places, which are computed while they are read. */
export function* reportedFindings(findings: readonly LintFinding[], { places }: LintReport): Iterable<ReportedFinding> {
  for (let start = 0; start < findings.length; start += BATCH) {
    yield* located(findings.slice(start, start + BATCH), places)
  }
}
