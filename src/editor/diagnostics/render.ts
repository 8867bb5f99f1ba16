/** Findings and problems as the diagnostics of files. */
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  type Range,
} from 'vscode-languageserver/node'
import { Places, type ReportedFinding, reportedFindings } from '../../answers/lint/report.ts'
import { environmentsText, namespacesText, pageUrl } from '../../answers/lint/words.ts'
import { append } from '../../common/collections.ts'
import type { LintFinding, Severity } from '../../findings/lint/rule.ts'
import { clean } from '../../formats/clean.ts'
import { statOf } from '../../input/files/names.ts'
import type { ProblemSeverity, SourceFile, SourceProblem } from '../../sources/document.ts'
import { lineText, offsetOf } from '../../sources/lines.ts'
import type { OpenDocument } from '../text/open-document.ts'
import type { Positions, Span } from '../text/positions.ts'
import type { CheckResult } from '../workspace/project.ts'
import { Ranges, type Shown } from '../workspace/shown.ts'

const SOURCE = 'vipctl'

/** The range of a diagnostic that is not about a certain line. */
const TOP: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }

/** The diagnostics of files by path. */
export type DiagnosticsByPath = ReadonlyMap<string, readonly Diagnostic[]>

const LEVELS: Readonly<Record<Severity | ProblemSeverity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  note: DiagnosticSeverity.Information,
}

/** From a column, counted from 1, to the end of the line without its blanks. */
function restOfLine(file: SourceFile, line: number, column: number): Span {
  const start = offsetOf(file, line, column)
  const rest = lineText(file, line)
    .slice(column - 1)
    .trimEnd()
  return { start, end: start + Math.max(1, rest.length) }
}

/** What was checked: a finding says where it holds unless it holds everywhere. */
export interface FindingScope {
  /** Of the proxies. */
  readonly namespaces: readonly string[]
  readonly environments?: readonly string[] | undefined
}

/** `found in staging`; undefined for a finding of all environments. */
const someEnvironments = (finding: LintFinding, all: readonly string[]): string | undefined =>
  finding.environments?.length === all.length ? undefined : environmentsText(finding, all)

/** Diagnostics of one project's findings. */
class Renderer {
  readonly #shown: Shown
  readonly #version: string
  readonly #ranges: Ranges

  /** @param version of the program, whose rule pages are linked */
  constructor(shown: Shown, version: string) {
    this.#shown = shown
    this.#version = version
    this.#ranges = new Ranges(shown)
  }

  finding(reported: ReportedFinding, { namespaces, environments = [] }: FindingScope): Diagnostic | undefined {
    const { finding, place } = reported
    const range = this.#ranges.of(finding.location.document.file, place)
    if (!range) return undefined
    const { rule, severity, message } = finding
    const seen = [namespacesText(finding, namespaces), someEnvironments(finding, environments)].flatMap(
      (text) => text ?? [],
    )
    const related = this.#related(reported)
    return {
      range,
      severity: LEVELS[severity],
      code: rule,
      codeDescription: { href: pageUrl(rule, this.#version) },
      source: SOURCE,
      message: clean([message, ...seen.map((text) => `(${text})`)].join(' ')),
      ...(related.length > 0 && { relatedInformation: related }),
    }
  }

  #related({ finding, related }: ReportedFinding): DiagnosticRelatedInformation[] {
    return related.flatMap(({ message, place }, index) => {
      const file = finding.related[index]?.location.document.file
      const range = file && this.#ranges.of(file, place)
      if (!file || !range) return []
      return {
        message: clean(message),
        location: { uri: this.#shown.uriOf(this.#shown.project.pathOf(file.name)), range },
      }
    })
  }
}

/** @param file the text that the problem is about, if it is known */
function problemRange({ at }: SourceProblem, file: SourceFile | undefined, positions: Positions): Range {
  if (at === undefined || !('line' in at)) return TOP
  if (file) return positions.rangeOf(file, restOfLine(file, at.line, at.column))
  const line = at.line - 1
  return { start: { line, character: at.column - 1 }, end: { line, character: at.column } }
}

function problemDiagnostic(problem: SourceProblem, file: SourceFile | undefined, positions: Positions): Diagnostic {
  const { severity, message, hint } = problem
  return {
    range: problemRange(problem, file, positions),
    severity: LEVELS[severity],
    source: SOURCE,
    message: hint === undefined ? clean(message) : `${clean(message)}\n${clean(hint)}`,
  }
}

const isFile = (path: string): boolean => statOf(path)?.isFile() ?? false

const keyOf = ({ range, message, code }: Diagnostic): string => JSON.stringify([range, code, message])

/** More diagnostics of one file do not help, and editors become slow. */
const MOST_IN_FILE = 1_000
/** More problems with the input are not located. */
const MOST_PROBLEMS = 2_000

/** One of each: several parts of a mesh may have the same to say about one place. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const all = [...new Map(diagnostics.map((each) => [keyOf(each), each])).values()]
  if (all.length <= MOST_IN_FILE) return all
  const worst = all.sort((a, b) => (a.severity ?? 0) - (b.severity ?? 0)).slice(0, MOST_IN_FILE)
  const message = `${all.length - MOST_IN_FILE} more findings in this file: vipctl lint prints all of them`
  return [...worst, { range: TOP, severity: DiagnosticSeverity.Information, source: SOURCE, message }]
}

export interface Rendered {
  readonly byPath: DiagnosticsByPath
  /** Errors and warnings that are about no file. */
  readonly elsewhere: readonly SourceProblem[]
}

/** A finding with its diagnostic. */
export interface ShownFinding {
  readonly finding: LintFinding
  /** Absolute. */
  readonly path: string
  readonly diagnostic: Diagnostic
}

/** Findings with their diagnostics, except for those in parts of the text that are being edited. */
export function* shownFindings(
  findings: readonly LintFinding[],
  scope: FindingScope,
  shown: Shown,
  version: string,
): Iterable<ShownFinding> {
  const renderer = new Renderer(shown, version)
  for (const reported of reportedFindings(findings, { places: new Places() })) {
    const { finding } = reported
    const diagnostic = renderer.finding(reported, scope)
    if (diagnostic) yield { finding, path: shown.project.pathOf(finding.location.document.file.name), diagnostic }
  }
}

/** All diagnostics of a project, and the problems that no file can show. */
export function rendered(
  { meshes, findings, environments, problems }: CheckResult,
  documents: readonly OpenDocument[],
  shown: Shown,
  version: string,
): Rendered {
  const { project, positions, open } = shown
  const byPath = new Map<string, Diagnostic[]>()
  const elsewhere: SourceProblem[] = []
  const namespaces = [...new Set(meshes.flatMap((mesh) => mesh.namespaces))]
  for (const { path, diagnostic } of shownFindings(findings, { namespaces, environments }, shown, version)) {
    append(byPath, path, diagnostic)
  }
  const broken = new Set(documents.filter(({ problems: own }) => own.length > 0).map(({ path }) => path))
  for (const problem of problems.filter(({ severity }) => severity !== 'note').slice(0, MOST_PROBLEMS)) {
    const path = problem.at && project.pathOf(problem.at.file)
    if (path === undefined || !(open(path) || isFile(path))) elsewhere.push(problem)
    else if (!broken.has(path)) append(byPath, path, problemDiagnostic(problem, open(path)?.file, positions))
  }
  return { byPath: new Map([...byPath].map(([path, list]) => [path, distinct(list)])), elsewhere }
}

/** Why the text of an open document cannot be read. */
export const syntaxDiagnostics = ({ problems, file }: OpenDocument, positions: Positions): readonly Diagnostic[] =>
  problems.map((problem) => problemDiagnostic(problem, file, positions))
