/** Findings as a SARIF 2.1.0 log (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EditError, type EditedManifests, editManifests, type ReplacedPart } from '../../findings/edits/index.ts'
import { changeSet } from '../../findings/fixes/change.ts'
import { isRuleId, ruleEntry } from '../../findings/lint/catalogue/index.ts'
import { fingerprintsOf } from '../../findings/lint/fingerprint.ts'
import type { IgnoredFinding } from '../../findings/lint/ignores.ts'
import type { LintFinding, LintFix, RuleEntry, Severity } from '../../findings/lint/rule.ts'
import { packageVersion } from '../../package-version.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { SourceFile } from '../../sources/document.ts'
import { positionAt } from '../../sources/index.ts'
import { type LintReport, type Place, type ReportedFinding, reportedFindings } from './report.ts'
import { objectText, pageUrl } from './words.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
const PROJECT = 'https://www.npmjs.com/package/vipctl'
/** What relative addresses of files start from, as GitHub and others call it. */
const ROOT = '%SRCROOT%'
/** Changes when fingerprints are made otherwise. */
const FINGERPRINT = 'vipctlFinding/v1'

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }
/** The words of GitHub for the severity of a rule. */
const GITHUB_SEVERITIES: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'recommendation',
}

/** What the log is made for. */
export interface SarifContext {
  readonly cwd: string
  readonly snapshot: Snapshot
  /** Nothing was wrong with the input. */
  readonly successful: boolean
}

/** Whatever is no Unicode is replaced, as UTF-8 has no form for it. */
const wellFormed = (text: string): string => Buffer.from(text).toString()

function artifactLocation(file: string, cwd: string): object {
  const path = resolve(cwd, file)
  const way = relative(cwd, path)
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return { uri: pathToFileURL(path).href }
  return { uri: wellFormed(way).split(sep).map(encodeURIComponent).join('/'), uriBaseId: ROOT }
}

function ruleMessage(id: string): object {
  if (!isRuleId(id)) return { id }
  const { severity, title, description, howToFix, answersTo }: RuleEntry = ruleEntry(id)
  return {
    id,
    name: id,
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: {
      text: `${description}\n\nHow to fix: ${howToFix}`,
      markdown: `${description}\n\n**How to fix**: ${howToFix}\n\n[More about ${id}](${pageUrl(id)})`,
    },
    helpUri: pageUrl(id),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['istio', ...answersTo],
      precision: 'very-high',
      'problem.severity': GITHUB_SEVERITIES[severity],
    },
  }
}

/** How many characters two texts have in common at their beginnings, as whole lines. */
function commonStart(before: string, after: string): number {
  let length = 0
  while (length < before.length && length < after.length && before[length] === after[length]) length++
  return before.lastIndexOf('\n', length - 1) + 1
}

/** How many characters two texts have in common at their ends, as whole lines, behind what they begin with. */
function commonEnd(before: string, after: string, start: number): number {
  const most = Math.min(before.length, after.length) - start
  let length = 0
  while (length < most && before[before.length - 1 - length] === after[after.length - 1 - length]) length++
  const newline = before.indexOf('\n', before.length - length)
  return newline < 0 ? 0 : before.length - newline - 1
}

function replacement(file: SourceFile, { start, end, text }: ReplacedPart): object {
  const before = file.text.slice(start, end)
  const first = commonStart(before, text)
  const last = commonEnd(before, text, first)
  const from = positionAt(file, start + first)
  const to = positionAt(file, end - last)
  return {
    deletedRegion: { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column },
    insertedContent: { text: text.slice(first, text.length - last) },
  }
}

function editedBy({ changes }: LintFix, snapshot: Snapshot): EditedManifests | undefined {
  try {
    return editManifests(changeSet(changes), snapshot)
  } catch (error) {
    if (error instanceof EditError) return undefined
    throw error
  }
}

/** What is to be changed in files; a fix that no edit of them carries out has none. */
function fixesOf({ fix }: LintFinding, { cwd, snapshot }: SarifContext): readonly object[] | undefined {
  const edited = fix && editedBy(fix, snapshot)
  if (!fix || !edited || edited.added || edited.replaced.size === 0) return undefined
  const artifactChanges = [...edited.replaced].map(([file, parts]) => ({
    artifactLocation: artifactLocation(file.name, cwd),
    replacements: parts.map((part) => replacement(file, part)),
  }))
  return [{ description: { text: fix.title }, artifactChanges }]
}

function regionOf({ line, column, length }: Place): object {
  return { startLine: line, startColumn: column, endColumn: column + length }
}

const physicalLocation = (place: Place, cwd: string): object => ({
  artifactLocation: artifactLocation(place.file, cwd),
  region: regionOf(place),
})

function suppression({ by, reason }: IgnoredFinding): object {
  return {
    kind: by === 'annotation' ? 'inSource' : 'external',
    ...(reason !== undefined && { justification: reason }),
  }
}

class Log {
  readonly #report: LintReport
  readonly #context: SarifContext
  readonly #findings: readonly LintFinding[]
  readonly #suppressions: ReadonlyMap<LintFinding, object>
  readonly #gone: ReadonlySet<LintFinding>
  readonly #rules: readonly string[]

  constructor(report: LintReport, context: SarifContext) {
    this.#report = report
    this.#context = context
    const { findings, ignored, changes } = report
    const gone = changes?.gone ?? []
    this.#findings = [...findings, ...ignored.map(({ finding }) => finding), ...gone]
    this.#gone = new Set(gone)
    this.#suppressions = new Map(ignored.map((item) => [item.finding, suppression(item)]))
    this.#rules = [...new Set(this.#findings.map(({ rule }) => rule))].sort()
  }

  *#results(): Iterable<object> {
    const all = fingerprintsOf(this.#findings)
    const fingerprints = new Map(this.#findings.map((finding, index) => [finding, all[index] ?? '']))
    const indices = new Map(this.#rules.map((rule, index) => [rule, index]))
    for (const reported of reportedFindings(this.#findings, this.#report)) {
      const { finding } = reported
      yield this.#result(reported, indices.get(finding.rule) ?? 0, fingerprints.get(finding) ?? '')
    }
  }

  /** Either all results state it or none does: it is about the mesh without the files over it. */
  #baselineState(finding: LintFinding): string | undefined {
    const { changes } = this.#report
    if (!changes) return undefined
    if (this.#gone.has(finding)) return 'absent'
    return changes.brought.has(finding) ? 'new' : 'unchanged'
  }

  #result({ finding, place, related, line }: ReportedFinding, ruleIndex: number, fingerprint: string): object {
    const { cwd } = this.#context
    const { rule, severity, message, namespaces } = finding
    const text = line.slice(place.column - 1, place.column - 1 + place.length)
    const location = physicalLocation(place, cwd)
    const suppressed = this.#suppressions.get(finding)
    return {
      ruleId: rule,
      ruleIndex,
      level: LEVELS[severity],
      message: { text: message },
      locations: [
        {
          physicalLocation: { ...location, region: { ...regionOf(place), snippet: { text } } },
          logicalLocations: [{ fullyQualifiedName: objectText(finding.resource), kind: 'resource' }],
        },
      ],
      relatedLocations:
        related.length === 0
          ? undefined
          : related.map((item, id) => ({
              id,
              message: { text: item.message },
              physicalLocation: physicalLocation(item.place, cwd),
            })),
      baselineState: this.#baselineState(finding),
      partialFingerprints: { [FINGERPRINT]: fingerprint },
      fixes: fixesOf(finding, this.#context),
      // Either all results state suppressions or none does.
      suppressions: this.#suppressions.size === 0 ? undefined : suppressed ? [suppressed] : [],
      properties: { namespaces },
    }
  }

  message(): object {
    const version = packageVersion()
    return {
      $schema: SCHEMA,
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'vipctl',
              version,
              semanticVersion: version,
              informationUri: PROJECT,
              rules: this.#rules.map(ruleMessage),
            },
          },
          invocations: [{ executionSuccessful: this.#context.successful }],
          originalUriBaseIds: { [ROOT]: { description: { text: 'the folder that vipctl was run in' } } },
          columnKind: 'utf16CodeUnits',
          results: this.#results(),
          properties: { objects: this.#report.scope.objects, namespaces: this.#report.scope.namespaces },
        },
      ],
    }
  }
}

/** How many levels of the log are to be written item by item, so that its results are. */
export const SARIF_LEVELS = 3

/** The log; its results are made while they are written. */
export const sarifMessage = (report: LintReport, context: SarifContext): object => new Log(report, context).message()
