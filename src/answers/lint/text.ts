/** Findings for people: by file, with the line of the manifest, related locations, and how to fix them. */
import { isRuleId, ruleEntry } from '../../findings/lint/catalogue/list.ts'
import type { LintFinding } from '../../findings/lint/rule.ts'
import { clean } from '../../formats/clean.ts'
import { snippetLines } from '../../formats/snippet.ts'
import { type Line, type Span, type Style, styled } from '../../formats/spans.ts'
import { wrap } from '../../formats/wrap.ts'
import { releaseLine } from '../release.ts'
import { type Overview, overviewOfMany } from './overview.ts'
import { type LintReport, type ReportedFinding, reportedFindings } from './report.ts'
import {
  environmentsText,
  fixText,
  namespacesText,
  objectText,
  pageUrl,
  SEVERITY_STYLES,
  summaryText,
} from './words.ts'

export interface LintTextStyle {
  /** The terminal's width; undefined for unlimited lines. */
  readonly width: number | undefined
  /** Print everything in full. */
  readonly verbose: boolean
}

/** At most this many findings per rule are shown in full; others take one line. */
const MOST_IN_FULL = 10
const INDENT = '  '
const BODY = '    '
/** The length of `warning`. */
const SEVERITY_WIDTH = 7

/** Lines of prose below a finding's first line; continuation lines are indented. */
function* prose(text: string, width: number | undefined, style?: Style): Iterable<Line> {
  const inner = width === undefined ? undefined : width - BODY.length - INDENT.length
  for (const [index, line] of wrap(text, inner).entries()) {
    const indent = index === 0 ? BODY : BODY + INDENT
    yield [indent, style ? styled(style, line) : line]
  }
}

class LintText {
  readonly #style: LintTextStyle
  readonly #report: LintReport
  readonly #shown = new Map<string, number>()

  constructor(style: LintTextStyle, report: LintReport) {
    this.#style = style
    this.#report = report
  }

  #isInFull({ rule }: LintFinding): boolean {
    const shown = this.#shown.get(rule) ?? 0
    this.#shown.set(rule, shown + 1)
    return this.#style.verbose || shown < MOST_IN_FULL
  }

  *lines(): Iterable<Line> {
    const report = this.#report
    let file: string | undefined
    let wasInFull = true
    for (const reported of reportedFindings(report.findings, report)) {
      const { finding, place } = reported
      const isInFull = this.#isInFull(finding)
      if (place.file !== file) {
        if (file !== undefined && !wasInFull) yield []
        yield [styled('heading', place.file)]
        file = place.file
      } else if (isInFull && !wasInFull) yield []
      wasInFull = isInFull
      if (isInFull) yield* this.#full(reported)
      else yield* this.#short(reported, this.#head(reported))
    }
    if (!wasInFull) yield []
    yield* this.#gone()
  }

  /** Findings that files over a mesh remove, one per line. */
  *#gone(): Iterable<Line> {
    const gone = this.#report.changes?.gone ?? []
    if (gone.length === 0) return
    yield [styled('heading', 'no longer found with the files')]
    for (const reported of reportedFindings(gone, this.#report)) {
      const { file, line, column } = reported.place
      yield* this.#short(reported, this.#headAt(reported, `${file}:${line}:${column}`, styled('good', '- ')))
    }
    yield []
  }

  #head(reported: ReportedFinding): Line {
    const { finding, place } = reported
    const isNew = this.#report.changes?.brought.has(finding)
    const mark = isNew ? styled(SEVERITY_STYLES[finding.severity], '+ ') : INDENT
    return this.#headAt(reported, `${place.line}:${place.column}`, mark)
  }

  #headAt({ finding }: ReportedFinding, at: string, mark: Span): Line {
    const { severity, rule } = finding
    return [mark, at, INDENT, styled(SEVERITY_STYLES[severity], severity), INDENT, styled('name', rule)]
  }

  *#short({ finding }: ReportedFinding, head: Line): Iterable<Line> {
    const { width } = this.#style
    const environments = environmentsText(finding, this.#report.scope.environments)
    const where = environments === undefined ? '' : ` (${environments})`
    const message = `${objectText(finding.resource)}: ${finding.message}${where}`
    if (width === undefined) yield [...head, INDENT, message]
    else {
      yield head
      yield* prose(message, width)
    }
  }

  *#full(reported: ReportedFinding): Iterable<Line> {
    const { width, verbose } = this.#style
    const { finding, place, line } = reported
    yield [...this.#head(reported), INDENT, objectText(finding.resource)]
    yield* prose(finding.message, width)
    const snippet = { text: line, number: place.line, column: place.column, length: place.length }
    const room = width === undefined ? undefined : width - BODY.length
    for (const part of snippetLines(snippet, room)) yield [BODY, ...part]
    for (const { message, place: at } of reported.related) yield* prose(`${at.file}:${at.line}: ${message}`, width)
    const fix = fixText(finding)
    if (fix !== undefined) yield* prose(`fix: ${fix}`, width, 'good')
    const namespaces = namespacesText(
      finding,
      this.#report.scope.namespaces,
      verbose ? Number.POSITIVE_INFINITY : undefined,
    )
    if (namespaces !== undefined) yield* prose(namespaces, width, 'dim')
    const environments = environmentsText(finding, this.#report.scope.environments)
    if (environments !== undefined) yield* prose(environments, width, 'dim')
    if (verbose) yield* this.#rule(finding)
    yield []
  }

  *#rule({ rule }: LintFinding): Iterable<Line> {
    if (!isRuleId(rule)) return
    const { width } = this.#style
    const { title, howToFix } = ruleEntry(rule)
    yield* prose(`rule: ${title}`, width, 'dim')
    yield* prose(`how to fix: ${howToFix}`, width, 'dim')
    yield* prose(`more: vipctl lint --explain ${rule}, ${pageUrl(rule, this.#report.version)}`, width, 'dim')
  }
}

/** A table without borders: number, severity, rule and what the rule finds. */
function* overviewLines({ rules, changes }: Overview, width: number | undefined): Iterable<Line> {
  const digits = String(Math.max(...rules.map(({ count }) => count))).length
  const longest = Math.max(...rules.map(({ rule }) => rule.length))
  yield [styled('heading', 'by rule')]
  for (const { rule, severity, count, title } of rules) {
    const start = `${INDENT}${String(count).padStart(digits)}  `
    const name = severity.padEnd(SEVERITY_WIDTH)
    const room = width === undefined ? undefined : width - start.length - SEVERITY_WIDTH - longest - 2 * INDENT.length
    const what = room !== undefined && title.length > room ? '' : title
    yield [
      start,
      styled(SEVERITY_STYLES[severity], name),
      INDENT,
      styled('name', what === '' ? rule : rule.padEnd(longest)),
      what === '' ? '' : `${INDENT}${what}`,
    ]
  }
  yield []
  if (changes.length === 0) return
  yield [styled('heading', 'changes that end most findings')]
  const most = String(Math.max(...changes.map(({ count }) => count))).length
  for (const { change, count } of changes) {
    const start = `${INDENT}${String(count).padStart(most)}  `
    const lines = wrap(change, width === undefined ? undefined : width - start.length)
    for (const [index, line] of lines.entries()) {
      yield [index === 0 ? start : ' '.repeat(start.length), styled('good', line)]
    }
  }
  yield []
}

function summaryStyle({ findings }: LintReport): Style {
  if (findings.some(({ severity }) => severity === 'error')) return 'error'
  return findings.length > 0 ? 'warning' : 'good'
}

/** The report as people read it. */
export function* lintText(report: LintReport, style: LintTextStyle): Iterable<Line> {
  const { scope } = report
  yield releaseLine(scope.release)
  for (const line of wrap(`# proxies: ${scope.proxies}`, style.width)) yield [styled('dim', line)]
  yield []
  yield* new LintText(style, report).lines()
  const overview = overviewOfMany(report.findings)
  if (overview) yield* overviewLines(overview, style.width)
  for (const line of wrap(summaryText(report), style.width)) yield [styled(summaryStyle(report), line)]
}

/** Errors only, one per line: `FILE:LINE:COLUMN: error: OBJECT: MESSAGE [RULE]`. */
export function* quietText(report: LintReport): Iterable<string> {
  const errors = report.findings.filter(({ severity }) => severity === 'error')
  for (const { finding, place } of reportedFindings(errors, report)) {
    const { file, line, column } = place
    const { rule, message, resource } = finding
    yield `${clean(`${file}:${line}:${column}: error: ${objectText(resource)}: ${message} [${rule}]`)}\n`
  }
}
