import { countsOf, type LintChanges, type LintReport, Places } from '../../answers/lint/report.ts'
import { countObjects, fileNames } from '../../answers/lint/scope.ts'
import { UserError } from '../../common/errors.ts'
import { notModelledClusters } from '../../findings/clusters/index.ts'
import {
  type LintFinding,
  type LintProxy,
  lint,
  type MeshFacts,
  SEVERITIES,
  type Severity,
} from '../../findings/lint/index.ts'
import { computationsFor, type ProofBasis, proveFixes } from '../../findings/lint/prove.ts'
import { type Loaded, load } from '../../input/load.ts'
import { warnOfExhaustion } from '../../input/proxy.ts'
import type { ViewRequest } from '../../input/request.ts'
import { packageVersion } from '../../package-version.ts'
import { computeMesh, type Mesh } from '../../pipeline.ts'
import { ProxyError } from '../../proxy/error.ts'
import { withClusterIps } from '../../resources/cluster-ips.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { checkMarks } from '../overlay-options.ts'
import { Progress } from '../progress.ts'
import { checkProxyOptions, istioVersion, viewRequest } from '../request.ts'
import { type Outcome, quietSession, type Session } from '../session.ts'
import { type LintConfig, loadConfig } from './config.ts'
import { keptOf, type Remaining, withoutIgnored } from './ignores.ts'
import { compareMeshes, type Marks } from './marks.ts'
import type { LintCommandOptions, OutputTarget } from './options.ts'
import { checkTargets, writeOutputs } from './outputs.ts'
import { namespacesOfProxies, type ProxyChooser, proxiesText, proxyChooser } from './proxies.ts'

type Config = LintConfig<LintCommandOptions>

const STDIN = '-'
const STDOUT_TEXT: readonly OutputTarget[] = [{ format: 'text', file: undefined }]

/** A mesh that was linted. */
interface Linted {
  readonly input: Loaded
  readonly mesh: Mesh
  readonly proxies: readonly LintProxy[]
  readonly findings: readonly LintFinding[]
  /** Those of the mesh without the files over it; undefined without such files, and where nobody asked for them. */
  readonly before: readonly LintFinding[] | undefined
  readonly basis: ProofBasis
}

/** What of the findings is reported, and what files over a mesh change. */
interface Chosen {
  readonly findings: readonly LintFinding[]
  /** undefined when no files lie over a mesh. */
  readonly marks: Marks | undefined
  /** How many were left out because the files do not bring them. */
  readonly unchanged: number
}

/** @throws UserError when what is there would not be all of it */
function checkWriteBaseline({ writeBaseline, fix, changedSince, onlyChanges }: LintCommandOptions): void {
  if (writeBaseline === undefined) return
  const others = [fix && '--fix', changedSince !== undefined && '--changed-since', onlyChanges && '--only-changes']
  const other = others.find((flag) => typeof flag === 'string')
  if (other) throw new UserError(`--write-baseline and ${other} exclude each other`, 'a baseline holds what is there')
}

/** @throws UserError for options that do not go together */
function checkOptions(options: LintCommandOptions): void {
  checkProxyOptions(options)
  checkMarks(options)
  istioVersion(options.fromVersion, '--from-version')
  if (options.dryRun && !options.fix) throw new UserError('--dry-run needs --fix: it shows what --fix would change')
  if (options.dryRun && (options.output ?? []).some(({ file }) => file === undefined)) {
    throw new UserError('--dry-run prints a diff in place of a report', 'take -o away, or write it into a file')
  }
  checkWriteBaseline(options)
  if (options.fix && !options.dryRun && ((options.filename ?? []).length === 0 || options.useKube)) {
    throw new UserError('--fix: a live cluster is only read', '--dry-run prints the changes instead')
  }
  if (options.fix && !options.dryRun && options.filename?.includes(STDIN)) {
    throw new UserError('--fix: standard input cannot be changed', '--dry-run prints the changes instead')
  }
}

/** Runs rules over meshes, always with the same options. */
class Linter {
  readonly #config: Config
  readonly #progress: Progress

  constructor(config: Config, progress: Progress) {
    this.#config = config
    this.#progress = progress
  }

  /**
   * Reads the input and lints it.
   * @param comparing lints the mesh without the files over it, too, when there are such files
   */
  async run(request: ViewRequest, session: Session, comparing: boolean): Promise<Linted> {
    const progress = this.#progress
    await progress.show('reading manifests')
    const wants = { reads: 'everything', proxy: request.proxy.proxy, objectProblems: false, before: comparing } as const
    const read = await load(request.input, session, wants)
    const input = { ...read, snapshot: withClusterIps(read.snapshot) }
    await progress.show(`computing the mesh of ${countObjects(input.snapshot)} objects`)
    const mesh = computeMesh(input.snapshot)
    await progress.clear()
    await session.report(notModelledClusters(mesh.registry))
    await warnOfExhaustion(mesh.registry, session)
    const { dnsCapture = 'mesh' } = this.#config.options
    const choose = await proxyChooser(request, input.namespace, mesh, dnsCapture, session)
    await progress.show('checking what proxies see')
    const proxies = choose(mesh)
    const findings = this.#lint(mesh, proxies)
    if (read.before) await progress.show('checking what proxies see without the files')
    const before = read.before && this.#lintBefore(withClusterIps(read.before), choose, proxies)
    await progress.clear()
    const relint = (snapshot: Snapshot) => this.#relint(snapshot, choose)
    return { input, mesh, proxies, findings, before, basis: { before: findings, relint } }
  }

  /** A workload that only the files have is looked at as if it had been there already. */
  #lintBefore(snapshot: Snapshot, choose: ProxyChooser, now: readonly LintProxy[]): readonly LintFinding[] {
    try {
      return this.#relint(snapshot, choose)
    } catch (error) {
      if (error instanceof ProxyError) return this.#lint(computeMesh(snapshot), now)
      throw error
    }
  }

  #relint(snapshot: Snapshot, choose: ProxyChooser): readonly LintFinding[] {
    const mesh = computeMesh(snapshot)
    return this.#lint(mesh, choose(mesh))
  }

  #lint({ registry, scope }: Mesh, proxies: readonly LintProxy[]): readonly LintFinding[] {
    const { options, severities } = this.#config
    const facts: MeshFacts = { registry, scope, fromVersion: istioVersion(options.fromVersion, '--from-version') }
    return lint(facts, { proxies, severities })
  }
}

const countText = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** The severities that make the exit code 1. */
function failingSeverities(
  findings: readonly LintFinding[],
  { failOn = 'error', maxWarnings }: LintCommandOptions,
): ReadonlySet<Severity> {
  const failing = new Set(failOn === 'never' ? [] : SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1))
  if (maxWarnings !== undefined && countsOf(findings).warning > maxWarnings) failing.add('warning')
  return failing
}

/**
 * Marks the findings of a report.
 * @param fixed the same as `findings`, in the same order: where a fix was found, another object
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

/** One run, from findings to a report. */
class Run {
  readonly #config: Config
  readonly #request: ViewRequest
  readonly #session: Session
  readonly #progress: Progress
  readonly #linter: Linter

  constructor(config: Config, request: ViewRequest, session: Session) {
    this.#config = config
    this.#request = request
    this.#session = session
    this.#progress = new Progress(session)
    this.#linter = new Linter(config, this.#progress)
  }

  async outcome(targets: readonly OutputTarget[]): Promise<Outcome> {
    const { options } = this.#config
    let { linted, report } = await this.#pass(this.#session)
    let diff: readonly string[] | undefined
    if (options.fix) {
      const { fixesAsDiff, makeFixes, writeFixes } = await import('./fix.ts')
      await this.#progress.show('making fixes')
      const made = makeFixes(report.findings, linted.input.snapshot, linted.basis)
      await this.#progress.clear()
      if (options.dryRun) diff = await fixesAsDiff(made, this.#session)
      else await writeFixes(made, this.#session)
      // What is wrong with the input has been said.
      if (!options.dryRun && made.fixed.length > 0)
        ({ linted, report } = await this.#pass(await quietSession(this.#session)))
    }
    const findings = report.findings.some(({ severity }) => report.failing.has(severity))
    await this.#sayMaxWarnings(report)
    const context = { report, snapshot: linted.input.snapshot, session: this.#session }
    const output = await writeOutputs(targets, context)
    return { output: diff ?? output, findings }
  }

  async #pass(session: Session): Promise<{ linted: Linted; report: LintReport }> {
    const linted = await this.#linter.run(this.#request, session, true)
    return { linted, report: await this.#report(linted, session) }
  }

  /** Leaves out what is known or not wanted, and looks for fixes of the rest. */
  async #report(linted: Linted, session: Session): Promise<LintReport> {
    const { options } = this.#config
    const { input, proxies } = linted
    const remaining = await withoutIgnored(linted.findings, input.snapshot, this.#config, session)
    const chosen = this.#chosen(remaining, linted.before, session)
    const fresh = await this.#withoutKnown(await this.#withoutOld(chosen.findings, session), session)
    const { findings, incomplete } = await this.#withFixes(fresh, linted)
    return {
      version: packageVersion(),
      findings,
      ignored: remaining.ignored,
      known: chosen.findings.length - fresh.length,
      changes: changesOf(chosen, fresh, findings),
      untriedFixes: incomplete && options.fixes !== 'none',
      failing: failingSeverities(findings, options),
      scope: {
        files: fileNames(input.documents),
        objects: countObjects(input.snapshot),
        namespaces: namespacesOfProxies(proxies),
        proxies: proxiesText(proxies, options),
      },
      places: new Places(),
    }
  }

  /** With --only-changes, what files over a mesh do not bring is left out. */
  #chosen(now: Remaining, before: readonly LintFinding[] | undefined, { io }: Session): Chosen {
    const { kept } = now
    if (!before) return { findings: kept, marks: undefined, unchanged: 0 }
    const marks = compareMeshes(now, keptOf(before, this.#config, io.cwd))
    if (!this.#config.options.onlyChanges) return { findings: kept, marks, unchanged: 0 }
    const findings = kept.filter((finding) => marks.brought.has(finding))
    return { findings, marks, unchanged: kept.length - findings.length }
  }

  /** With --changed-since, what was there before is left out. */
  async #withoutOld(findings: readonly LintFinding[], session: Session): Promise<readonly LintFinding[]> {
    const { options } = this.#config
    const { changedSince } = options
    if (changedSince === undefined) return findings
    const { findingsSince, newFindings } = await import('./changed.ts')
    const { cwd } = session.io
    const before = await findingsSince(changedSince, this.#request, session, async (base) => {
      const linted = await this.#linter.run(base.request, base.session, false)
      return keptOf(linted.findings, this.#config, cwd).kept
    })
    const { fresh, gone } = newFindings(findings, before)
    if (gone > 0)
      await session.note(`${countText(gone, 'finding')} of ${changedSince} ${gone === 1 ? 'is' : 'are'} gone`)
    return fresh
  }

  /** With --write-baseline, everything is known; with --baseline, what is in it. */
  async #withoutKnown(findings: readonly LintFinding[], session: Session): Promise<readonly LintFinding[]> {
    const { baseline, writeBaseline } = this.#config.options
    if (writeBaseline !== undefined) return this.#writeBaseline(writeBaseline, findings, session)
    if (baseline === undefined) return findings
    const { againstBaseline, readBaseline } = await import('./baseline.ts')
    const { fresh, gone } = againstBaseline(findings, await readBaseline(baseline, session))
    if (gone > 0) {
      await session.note(
        `${countText(gone, 'finding')} of ${baseline} ${gone === 1 ? 'is' : 'are'} gone`,
        '--write-baseline makes it anew without them',
      )
    }
    return fresh
  }

  async #writeBaseline(path: string, findings: readonly LintFinding[], session: Session): Promise<readonly []> {
    const { writeBaseline } = await import('./baseline.ts')
    await writeBaseline(path, findings, session)
    await session.note(`wrote ${countText(findings.length, 'finding')} to ${path}`)
    return []
  }

  async #withFixes(findings: readonly LintFinding[], { input, mesh, basis }: Linted) {
    const { fixes = 'auto' } = this.#config.options
    const ports = mesh.registry.services.reduce((sum, service) => sum + service.ports.length, 0)
    const computations = computationsFor(fixes, ports + findings.length)
    if (computations > 0 && findings.length > 0) await this.#progress.show('looking for fixes')
    const proofs = proveFixes(findings, input.snapshot, basis, computations)
    await this.#progress.clear()
    return proofs
  }

  async #sayMaxWarnings({ findings }: LintReport): Promise<void> {
    const { maxWarnings } = this.#config.options
    const { warning } = countsOf(findings)
    if (maxWarnings === undefined || warning <= maxWarnings) return
    await this.#session.warn(`too many warnings: ${warning}, of which --max-warnings allows ${maxWarnings}`)
  }
}

/** `vipctl lint` */
export async function runLint(paths: readonly string[], given: LintCommandOptions, session: Session): Promise<Outcome> {
  const { explain, output } = given
  if (explain !== undefined) {
    return { output: await (await import('./rules.ts')).explainRule(explain, output, session) }
  }
  const filename = [...(given.filename ?? []), ...paths]
  if (given.live && filename.length > 0) {
    throw new UserError('--live lints the current cluster, and no files', '-k lays the files over it')
  }
  const stated = await loadConfig({ ...given, ...(filename.length > 0 && { filename }) }, session)
  const config = given.live ? { ...stated, options: { ...stated.options, filename: [], remote: given.remote } } : stated
  if (given.rules) {
    return { output: await (await import('./rules.ts')).listRules(config.severities, output, session) }
  }
  checkOptions(config.options)
  const targets = output ?? STDOUT_TEXT
  await checkTargets(targets, session)
  const request = await viewRequest(config.options, session)
  return new Run(config, request, session).outcome(targets)
}
