/** Findings of lint, and their fixes. */
import {
  countsOf,
  type LintReport,
  plainReport,
  type ReportedFinding,
  reportedFindings,
} from '../../answers/lint/report.ts'
import { resultOf } from '../../answers/lint/results.ts'
import { fileNames, namespacesOfProxies } from '../../answers/lint/scope.ts'
import { UserError } from '../../common/errors.ts'
import { EditError, editManifests } from '../../findings/edits/index.ts'
import { changeSet } from '../../findings/fixes/index.ts'
import { changeText } from '../../findings/fixes/text.ts'
import { secretsOf } from '../../findings/gateways/index.ts'
import { filterIgnored } from '../../findings/lint/ignores.ts'
import { isRuleId, type LintFinding, lint, ruleEntry, syntheticProxies } from '../../findings/lint/index.ts'
import { computationsFor, proveFixes, sizeOf } from '../../findings/lint/prove.ts'
import { computeMesh, type Mesh } from '../../pipeline.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { FixAnswer, LintAnswer, PageFinding, PageFix } from '../messages.ts'
import type { PageMesh } from './mesh.ts'

/** More findings than this are counted only. */
const MOST_FINDINGS = 1_000

/** The version of the program is for links, which the page does not have. */
const NO_VERSION = ''

function pageFinding(reported: ReportedFinding, report: LintReport): PageFinding {
  const { rule, level, message, object, place, related, notes } = resultOf(reported, report)
  const entry = isRuleId(rule) ? ruleEntry(rule) : undefined
  return {
    rule,
    level,
    message,
    object,
    place,
    related,
    notes,
    title: entry?.title ?? rule,
    howToFix: entry?.howToFix ?? '',
  }
}

/** The findings of one mesh, as sidecars of all its namespaces see it. */
export class Findings {
  readonly #page: PageMesh
  readonly #all: readonly LintFinding[]
  readonly #report: LintReport
  readonly #shown: readonly ReportedFinding[]
  #proven: readonly LintFinding[] = []

  constructor(page: PageMesh) {
    this.#page = page
    const { mesh, documents } = page
    const proxies = syntheticProxies(mesh.scope, page.settings.capture)
    this.#all = this.#lint(mesh)
    const findings = filterIgnored(this.#all, [], (file) => file).kept
    this.#report = plainReport(NO_VERSION, findings, {
      files: fileNames(documents),
      objects: 0,
      notChecked: new Map(),
      namespaces: namespacesOfProxies(proxies),
      proxies: '',
      release: mesh.snapshot.release,
    })
    this.#shown = [...reportedFindings(findings.slice(0, MOST_FINDINGS), this.#report)]
  }

  #lint(mesh: Mesh): readonly LintFinding[] {
    const { registry, scope, snapshot } = mesh
    const { documents, settings } = this.#page
    const { clusters, istio } = snapshot
    const secrets = istio.gateways.length > 0 ? secretsOf(documents, clusters[0].id, 'default') : undefined
    const facts = { registry, scope, fromVersion: undefined, secrets }
    return lint(facts, { proxies: syntheticProxies(scope, settings.capture), severities: new Map() })
  }

  answer(conflicts: number): LintAnswer {
    const report = this.#report
    return {
      findings: this.#shown.map((reported) => pageFinding(reported, report)),
      counts: countsOf(report.findings),
      conflicts,
    }
  }

  /** Proves fixes within the budget of `vipctl lint`; large meshes get none. */
  fixes(): readonly PageFix[] {
    const { mesh } = this.#page
    const budget = computationsFor('auto', sizeOf(mesh.registry, this.#all))
    if (budget === 0 || this.#shown.length === 0) return []
    const relint = (snapshot: Snapshot) => this.#lint(computeMesh(snapshot))
    const findings = this.#shown.map(({ finding }) => finding)
    this.#proven = proveFixes(findings, mesh.snapshot, { before: this.#all, relint }, budget).findings
    return this.#proven.flatMap(({ fix }, finding) =>
      fix ? { finding, title: fix.title, change: changeText(fix.changes) } : [],
    )
  }

  /**
   * The edits that make a proven fix.
   * @throws UserError when the text of a manifest cannot be edited
   */
  fix(finding: number): FixAnswer {
    const fix = this.#proven[finding]?.fix
    if (!fix) throw new UserError('this fix is not known any more')
    try {
      const { replaced, added } = editManifests(changeSet(fix.changes), this.#page.mesh.snapshot)
      const edits = [...replaced].map(([file, parts]) => ({
        file: file.name,
        parts: parts.map(({ start, end, text }) => ({ from: start, to: end, insert: text })),
      }))
      return { edits, added }
    } catch (error) {
      if (error instanceof EditError) throw new UserError(error.message, 'change it by hand')
      throw error
    }
  }
}
