/** Findings as workflow commands of GitHub Actions, which make annotations of them. */
import { relative, resolve } from 'node:path'
import type { LintFinding, Severity } from '../../findings/lint/rule.ts'
import { clean } from '../../formats/clean.ts'
import { type LintReport, type ReportedFinding, reportedFindings } from './report.ts'
import { fixText, namespacesText, objectText } from './words.ts'

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

const DATA_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['%', '%25'],
  ['\r', '%0D'],
  ['\n', '%0A'],
])
const PROPERTY_ESCAPES: ReadonlyMap<string, string> = new Map([...DATA_ESCAPES, [':', '%3A'], [',', '%2C']])

/** Line breaks are those between lines; one inside a line was made visible before. */
const data = (lines: readonly string[]): string =>
  lines
    .map(clean)
    .join('\n')
    .replace(/[%\r\n]/g, (character) => DATA_ESCAPES.get(character) ?? character)

const property = (text: string): string =>
  clean(text).replace(/[%\r\n:,]/g, (character) => PROPERTY_ESCAPES.get(character) ?? character)

function messageLines({ finding, related }: ReportedFinding, namespaces: readonly string[]): string[] {
  const fix = fixText(finding)
  const seen = namespacesText(finding, namespaces)
  return [
    finding.message,
    ...related.map(({ message, place }) => `${place.file}:${place.line}: ${message}`),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
    ...(seen === undefined ? [] : [seen]),
  ]
}

function titleOf({ rule, resource }: LintFinding): string {
  return `${rule}: ${objectText(resource)}`
}

/** Where the names of files start, and where the annotations' are to start. */
export interface Folders {
  readonly cwd: string
  /** Absolute: the top of the checkout. */
  readonly workspace: string
}

/** A command a finding. Files are named from the top of the checkout, as annotations want them. */
export function* githubText(report: LintReport, { cwd, workspace }: Folders): Iterable<string> {
  const { findings, scope } = report
  for (const reported of reportedFindings(findings, report)) {
    const { finding, place } = reported
    const file = relative(workspace, resolve(cwd, place.file))
    const properties = [
      `file=${property(file)}`,
      `line=${place.line}`,
      `col=${place.column}`,
      `endColumn=${place.column + place.length}`,
      `title=${property(titleOf(finding))}`,
    ].join(',')
    yield `::${COMMANDS[finding.severity]} ${properties}::${data(messageLines(reported, scope.namespaces))}\n`
  }
}
