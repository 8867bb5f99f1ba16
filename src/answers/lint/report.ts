/** Findings with their positions, the input of every report format. */
import type { IgnoredFinding } from '../../findings/lint/ignores.ts'
import type { LintFinding, RelatedPlace, Severity } from '../../findings/lint/rule.ts'
import type { Failure, Place, Related } from '../../formats/results/result.ts'
import type { Release } from '../../resources/mesh/release.ts'
import type { Position } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { lineText } from '../../sources/positions.ts'

/** A finding with its positions. */
export interface ReportedFinding {
  readonly finding: LintFinding
  readonly place: Place
  readonly related: readonly Related[]
  /** The line of the manifest, without its line break. */
  readonly line: string
}

/** What was checked. */
export interface Scope {
  /** Names of the files, in input order. */
  readonly files: readonly string[]
  readonly objects: number
  /** How many objects were not checked, by kind: what they do is not modelled. */
  readonly notChecked: ReadonlyMap<string, number>
  /** Namespaces of the checked proxies, sorted. */
  readonly namespaces: readonly string[]
  /** The proxies' description. */
  readonly proxies: string
  /** Names of the inputs that were checked one by one; absent for a single one. */
  readonly environments?: readonly string[]
  readonly release: Release
}

/** How files over a mesh change its findings. */
export interface LintChanges {
  /** Findings that the mesh without the files does not have, including ignored ones. */
  readonly brought: ReadonlySet<LintFinding>
  /** Findings of the mesh without the files only. */
  readonly gone: readonly LintFinding[]
  /** How many were omitted because the mesh without the files has them too. */
  readonly unchanged: number
}

export interface LintReport {
  /** The program's version, whose rule pages are linked. */
  readonly version: string
  readonly findings: readonly LintFinding[]
  /** Findings that annotations and the configuration ignore. */
  readonly ignored: readonly IgnoredFinding[]
  /** How many findings a baseline or an earlier version also has. */
  readonly known: number
  /** undefined without files over a mesh. */
  readonly changes: LintChanges | undefined
  /** Some proposals for fixes were not tried, because it would have taken too long. */
  readonly untriedFixes: boolean
  /** The severities that fail a run. */
  readonly failing: ReadonlySet<Severity>
  readonly scope: Scope
  readonly places: Places
  /** Errors of the input and the command line: what could not be checked. */
  readonly failures: readonly Failure[]
}

/** A report of findings alone: no baseline, no files over a mesh, no severity that fails a run. */
export const plainReport = (version: string, findings: readonly LintFinding[], scope: Scope): LintReport => ({
  version,
  findings,
  ignored: [],
  known: 0,
  changes: undefined,
  untriedFixes: false,
  failing: new Set(),
  scope,
  places: new Places(),
  failures: [],
})

export type Counts = Readonly<Record<Severity, number>>

export function countsOf(findings: Iterable<LintFinding>): Counts {
  const counts = { error: 0, warning: 0, info: 0 }
  for (const { severity } of findings) counts[severity]++
  return counts
}

/** The number of findings that `--fix` would fix. */
export function fixableOf(findings: readonly LintFinding[]): number {
  let count = 0
  for (const { fix } of findings) if (fix?.safe) count++
  return count
}

/** Minified manifests may be a single long line. */
const LONGEST = 200
const LINE_BREAK = /[\r\n]/
const TRAILING_COMMENT = /\s+#.*$/

/** The length of a value on its first line: a scalar as written, otherwise the rest of the line. */
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

/** By file and document, so that each document is read again only once. */
function byDocument(a: Location, b: Location): number {
  if (a.document === b.document) return 0
  const [left, right] = [a.document, b.document]
  if (left.file !== right.file) return left.file.name < right.file.name ? -1 : 1
  return left.start - right.start
}

/** The positions of locations, each computed once for all formats. */
export class Places {
  readonly #places = new Map<Location, Place>()

  /** Computes missing positions, document by document. */
  locate(locations: Iterable<Location>): void {
    const missing = [...new Set(locations)].filter((location) => !this.#places.has(location))
    for (const location of missing.sort(byDocument)) {
      const position = location.position()
      this.#places.set(location, { ...position, length: lengthOf(location, position) })
    }
  }

  /** The position of a location that was passed to `locate`. */
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

/** This many findings are located together. */
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

/** The findings of each document by line, which may differ from the order of their paths. */
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

/** Findings by file, document and line, with positions that are computed during iteration. */
export function* reportedFindings(
  findings: readonly LintFinding[],
  { places }: Pick<LintReport, 'places'>,
): Iterable<ReportedFinding> {
  for (let start = 0; start < findings.length; start += BATCH) {
    yield* located(findings.slice(start, start + BATCH), places)
  }
}
