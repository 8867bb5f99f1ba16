/** From findings to the report: removes ignored, known and unwanted findings. */
import { countsOf, type LintChanges, type LintReport, Places } from '../../answers/lint/report.ts'
import { countNotChecked, countObjects, fileNames, namespacesOfProxies, proxiesText } from '../../answers/lint/scope.ts'
import {
  compareMeshes,
  computationsFor,
  failingSeverities,
  groupByCause,
  type LintFinding,
  type Marks,
  proveFixes,
  type Remaining,
  sizeOf,
} from '../../index.ts'
import type { ViewRequest } from '../../input/request.ts'
import { packageVersion } from '../../own-program.ts'
import type { Progress } from '../progress.ts'
import type { Session } from '../session.ts'
import type { LintConfig } from './config/load.ts'
import { applyIgnores, withoutIgnored } from './ignores.ts'
import { type LintBase, withoutKnown } from './known.ts'
import type { Linted, Linter } from './linter.ts'
import type { LintCommandOptions } from './options.ts'

/** The findings to report, and the changes by files over a mesh. */
interface Chosen {
  readonly findings: readonly LintFinding[]
  /** undefined without files over a mesh. */
  readonly marks: Marks | undefined
  /** How many were omitted because the files do not add them. */
  readonly unchanged: number
}

/**
 * Marks the findings of a report.
 * @param fixed the same as `findings`, in the same order; those with a fix are new objects
 */
function changesOf(
  { marks, unchanged }: Chosen,
  findings: readonly LintFinding[],
  fixed: readonly LintFinding[],
): LintChanges | undefined {
  if (!marks) return undefined
  const brought = new Set(marks.brought)
  for (const [index, finding] of fixed.entries()) {
    const original = findings[index]
    if (original && marks.brought.has(original)) brought.add(finding)
  }
  return { brought, gone: marks.gone, unchanged }
}

/** A finding that stands for several is new if they are. */
function withGroups(changes: LintChanges, members: ReadonlyMap<LintFinding, readonly LintFinding[]>): LintChanges {
  const brought = new Set(changes.brought)
  for (const [one, group] of members) if (group.some((finding) => brought.has(finding))) brought.add(one)
  return { ...changes, brought }
}

/** A report before the end of the run, when the errors of the input are not all known. */
export type PartialReport = Omit<LintReport, 'failures'>

/** Creates reports of findings, with the same options each time. */
export class Reports {
  readonly #config: LintConfig<LintCommandOptions>
  readonly #request: ViewRequest
  readonly #linter: Linter
  readonly #progress: Progress

  /** @param linter also lints an earlier commit */
  constructor(config: LintConfig<LintCommandOptions>, request: ViewRequest, linter: Linter, progress: Progress) {
    this.#config = config
    this.#request = request
    this.#linter = linter
    this.#progress = progress
  }

  /** Removes known and unwanted findings, and looks for fixes of the others. */
  async of(linted: Linted, session: Session): Promise<PartialReport> {
    const { options } = this.#config
    const { input, proxies } = linted
    const remaining = await withoutIgnored(linted.findings, input.snapshot, this.#config, session)
    const chosen = this.#chosen(remaining, linted.before, session)
    const lintBase = this.#lintBase(session)
    const fresh = await withoutKnown(chosen.findings, options, this.#request, lintBase, session)
    const { findings: fixed, incomplete } = await this.#withFixes(fresh, linted)
    const changes = changesOf(chosen, fresh, fixed)
    const { findings, members } = groupByCause(fixed, (finding) => (changes?.brought.has(finding) ? 'new' : ''))
    return {
      version: packageVersion(),
      findings,
      ignored: remaining.ignored,
      known: chosen.findings.length - fresh.length,
      changes: changes && withGroups(changes, members),
      untriedFixes: incomplete && options.fixes !== 'none',
      failing: failingSeverities(countsOf(findings).warning, options.failOn, options.maxWarnings),
      scope: {
        files: fileNames(input.documents),
        objects: countObjects(input.snapshot),
        notChecked: countNotChecked(input.snapshot),
        namespaces: namespacesOfProxies(proxies),
        proxies: proxiesText(proxies, {
          isNamed: options.proxy !== undefined || options.node !== undefined,
          bothCaptures: options.dnsCapture === 'both',
        }),
        release: input.snapshot.release,
      },
      places: new Places(),
    }
  }

  /** With --only-changes, removes findings that files over a mesh do not add. */
  #chosen(now: Remaining, before: readonly LintFinding[] | undefined, { io }: Session): Chosen {
    const { kept } = now
    if (!before) return { findings: kept, marks: undefined, unchanged: 0 }
    const marks = compareMeshes(now, applyIgnores(before, this.#config, io.cwd))
    if (!this.#config.options.onlyChanges) return { findings: kept, marks, unchanged: 0 }
    const findings = kept.filter((finding) => marks.brought.has(finding))
    return { findings, marks, unchanged: kept.length - findings.length }
  }

  #lintBase({ io }: Session): LintBase {
    return async ({ request, session }) => {
      const { findings } = await this.#linter.run(request, session, false)
      return applyIgnores(findings, this.#config, io.cwd).kept
    }
  }

  async #withFixes(findings: readonly LintFinding[], { input, mesh, basis }: Linted) {
    const { fixes = 'auto' } = this.#config.options
    const computations = computationsFor(fixes, sizeOf(mesh.registry, findings))
    if (computations > 0 && findings.length > 0) await this.#progress.show('looking for fixes')
    const proofs = proveFixes(findings, input.snapshot, basis, computations)
    await this.#progress.clear()
    return proofs
  }
}
