/** Checks a folder for an editor in the same way as `vipctl lint` does. */
import { basename, relative, resolve, sep } from 'node:path'
import { UserError } from '../../common/errors.ts'
import type { Checked, CheckResult, Project } from '../../editor/workspace/project.ts'
import type { SourceFile, SourceProblem } from '../../index.ts'
import { CONFIG_NAMES } from '../../input/config/read.ts'
import { fileState } from '../../input/files/follow-files.ts'
import { statOf } from '../../input/files/names.ts'
import { pathsOf } from '../../input/request.ts'
import { checkOptions } from '../lint/check-options.ts'
import { combinedReport, type NamedReport } from '../lint/combined.ts'
import { loadConfigs } from '../lint/config/load.ts'
import { withInput } from '../lint/input.ts'
import type { LintCommandOptions } from '../lint/options.ts'
import { withoutForbidden } from '../renders.ts'
import { viewRequest } from '../request.ts'
import { heardSession, type Session } from '../session.ts'
import { Environment } from './environment.ts'

/** What to check, and what was said about the configuration. */
interface Setup {
  /** Several with `--env all`. */
  readonly environments: readonly Environment[]
  readonly problems: readonly SourceProblem[]
}

function problemOf({ message, hint }: UserError, environment: string | undefined): SourceProblem {
  const text = environment === undefined ? message : `environment ${environment}: ${message}`
  return { severity: 'error', message: text, ...(hint !== undefined && { hint }) }
}

export class LintProject implements Project {
  readonly folder: string
  readonly #file: string | undefined
  readonly #options: LintCommandOptions
  readonly #session: Session
  #setup: Setup | undefined
  /** Of the files when `refresh` was called. */
  #state: { readonly config: string; readonly files: string } | undefined

  /** @param file the only file to check, absolute */
  constructor(folder: string, file: string | undefined, options: LintCommandOptions, session: Session) {
    this.folder = folder
    this.#file = file
    this.#options = options
    this.#session = session
  }

  readonly nameOf = (path: string): string => {
    const name = relative(this.folder, path)
    return sep === '/' ? name : name.replaceAll(sep, '/')
  }

  pathOf(name: string): string {
    return resolve(this.folder, name)
  }

  changed(path: string, kind: 'content' | 'existence'): void {
    if (CONFIG_NAMES.some((each) => each === basename(path))) this.#setup = undefined
    for (const environment of this.#setup?.environments ?? []) environment.changed(path, kind)
  }

  refresh(): boolean {
    const environments = this.#setup?.environments ?? []
    const config = CONFIG_NAMES.map((name) => statOf(resolve(this.folder, name))?.mtimeMs).join()
    const inputs = environments.map(({ request }) => request.input)
    const files = inputs.map((input) => fileState({ ...input, paths: pathsOf(input) })).join()
    const before = this.#state
    this.#state = { config, files }
    if (before === undefined || (before.config === config && before.files === files)) return false
    if (before.config !== config) this.#setup = undefined
    for (const environment of environments) environment.forget()
    return true
  }

  async check(buffers: ReadonlyMap<string, SourceFile>, onStep: (text: string) => void): Promise<CheckResult> {
    const problems: SourceProblem[] = []
    const session = await heardSession(this.#session, this.folder, (problem) => problems.push(problem))
    try {
      this.#setup ??= await this.#makeSetup(session, problems)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return { meshes: [], findings: [], problems: [...problems, problemOf(error, undefined)] }
    }
    const setup = this.#setup
    // Those about the configuration are in both if it was read just now.
    const heard = () => [...new Set([...setup.problems, ...problems])]
    const meshes: Checked[] = []
    const reports: NamedReport[] = []
    for (const environment of setup.environments) {
      try {
        const { checked, report } = await environment.check(buffers, session, onStep)
        meshes.push(checked)
        reports.push({ name: environment.name ?? '', report })
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        problems.push(problemOf(error, setup.environments.length > 1 ? environment.name : undefined))
      }
    }
    if (reports.length < 2) return { meshes, findings: meshes[0]?.findings ?? [], problems: heard() }
    const { findings, scope } = combinedReport(reports)
    return { meshes, findings, environments: scope.environments, problems: heard() }
  }

  /** @param problems what was said about the configuration when this returns */
  async #makeSetup(session: Session, problems: readonly SourceProblem[]): Promise<Setup> {
    const filename = this.#file === undefined ? undefined : [this.nameOf(this.#file)]
    const { env, ...options } = this.#options
    // A file alone is in no environment.
    const own = filename ? { ...options, filename } : { ...options, ...(env !== undefined && { env }) }
    const given: LintCommandOptions = { ...own, fixes: 'none' }
    const environments: Environment[] = []
    for (const each of await loadConfigs(given, session)) {
      const loaded = withInput(each, given)
      const config = { ...loaded, options: await withoutForbidden(loaded.options, session), isImplicit: false }
      checkOptions(config.options)
      const request = await viewRequest(config.options, session)
      environments.push(
        new Environment({ name: each.environment, config, request, file: this.#file, nameOf: this.nameOf }),
      )
    }
    return { environments, problems: [...problems] }
  }
}
