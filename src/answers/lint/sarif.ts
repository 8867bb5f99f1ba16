/** A report as a SARIF run, with the catalogue's rules, fixes as edits of files, and suppressed findings. */
import { EditError, type EditedManifests, editManifests } from '../../findings/edits/index.ts'
import { changeSet } from '../../findings/fixes/index.ts'
import { isRuleId, ruleEntry } from '../../findings/lint/catalogue/list.ts'
import { fingerprintsByFinding } from '../../findings/lint/fingerprint.ts'
import type { IgnoredFinding } from '../../findings/lint/ignores.ts'
import type { LintFinding, LintFix } from '../../findings/lint/rule.ts'
import type {
  FileAddress,
  SarifFix,
  SarifResult,
  SarifRule,
  SarifRun,
  Suppression,
} from '../../formats/results/sarif.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { releaseMessage } from '../release.ts'
import { type LintReport, type ReportedFinding, reportedFindings } from './report.ts'
import { resultOf } from './results.ts'
import { pageUrl } from './words.ts'

const PROJECT = 'https://www.npmjs.com/package/vipctl'
/** Change this when fingerprints are computed differently. */
const FINGERPRINT = 'vipctlFinding/v1'

/** The context of the log. */
export interface SarifContext {
  readonly snapshot: Snapshot
  readonly addressOf: (file: string) => FileAddress
  /** The input had no errors. */
  readonly successful: boolean
}

function sarifRule(id: string, version: string): SarifRule {
  if (!isRuleId(id)) return { id }
  const { severity, title, description, howToFix, answersTo } = ruleEntry(id)
  const tags = ['istio', ...answersTo]
  return { id, entry: { level: severity, title, description, howToFix, url: pageUrl(id, version), tags } }
}

function edited({ changes }: LintFix, snapshot: Snapshot): EditedManifests | undefined {
  try {
    return editManifests(changeSet(changes), snapshot)
  } catch (error) {
    if (error instanceof EditError) return undefined
    throw error
  }
}

/** The edits of a fix; undefined when it cannot be made in files. */
function sarifFix({ fix }: LintFinding, snapshot: Snapshot): SarifFix | undefined {
  const manifests = fix && edited(fix, snapshot)
  if (!fix || !manifests || manifests.added || manifests.replaced.size === 0) return undefined
  return { title: fix.title, edits: manifests.replaced }
}

const suppressionOf = ({ by, reason }: IgnoredFinding): Suppression => ({ inSource: by === 'annotation', reason })

/** All findings of a log: reported, ignored and removed ones. */
class Results {
  readonly #report: LintReport
  readonly #context: SarifContext
  readonly #findings: readonly LintFinding[]
  readonly #suppressions: ReadonlyMap<LintFinding, Suppression>
  readonly #gone: ReadonlySet<LintFinding>

  constructor(report: LintReport, context: SarifContext) {
    const { findings, ignored, changes } = report
    const gone = changes?.gone ?? []
    this.#report = report
    this.#context = context
    this.#findings = [...findings, ...ignored.map(({ finding }) => finding), ...gone]
    this.#suppressions = new Map(ignored.map((item) => [item.finding, suppressionOf(item)]))
    this.#gone = new Set(gone)
  }

  /** The IDs of their rules, sorted. */
  rules(): readonly string[] {
    return [...new Set(this.#findings.map(({ rule }) => rule))].sort()
  }

  *all(): Iterable<SarifResult> {
    const fingerprints = fingerprintsByFinding(this.#findings)
    for (const reported of reportedFindings(this.#findings, this.#report)) {
      yield this.#result(reported, fingerprints.get(reported.finding) ?? '')
    }
  }

  #result(reported: ReportedFinding, fingerprint: string): SarifResult {
    const { finding } = reported
    return {
      ...resultOf(reported, this.#report),
      fingerprints: { [FINGERPRINT]: fingerprint },
      fix: sarifFix(finding, this.#context.snapshot),
      state: this.#state(finding),
      suppressions: this.#suppressionsOf(finding),
      properties: { namespaces: finding.namespaces },
    }
  }

  /** Compared with the mesh without the files over it. */
  #state(finding: LintFinding): SarifResult['state'] {
    const { changes } = this.#report
    if (!changes) return undefined
    if (this.#gone.has(finding)) return 'absent'
    return changes.brought.has(finding) ? 'new' : 'unchanged'
  }

  #suppressionsOf(finding: LintFinding): readonly Suppression[] | undefined {
    if (this.#suppressions.size === 0) return undefined
    const suppression = this.#suppressions.get(finding)
    return suppression ? [suppression] : []
  }
}

/** The run of a report; its results are computed during iteration. */
export function sarifRun(report: LintReport, context: SarifContext): SarifRun {
  const { version, scope } = report
  const results = new Results(report, context)
  return {
    tool: {
      name: 'vipctl',
      version,
      informationUri: PROJECT,
      properties: { istio: releaseMessage(scope.release) },
    },
    rules: results.rules().map((id) => sarifRule(id, version)),
    results: results.all(),
    addressOf: context.addressOf,
    successful: context.successful,
    failures: report.failures,
    properties: { objects: scope.objects, namespaces: scope.namespaces },
  }
}
