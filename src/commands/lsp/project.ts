/** Checks a folder for an editor in the same way as `vipctl lint` does. */
import { existsSync } from 'node:fs'
import { basename, relative, resolve, sep } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { namespacesOfProxies } from '../../answers/lint/scope.ts'
import { UserError } from '../../common/errors.ts'
import type { Checked, CheckResult, Project } from '../../editor/workspace/project.ts'
import { Memory, type SourceFile, type SourceProblem } from '../../index.ts'
import { CONFIG_NAMES } from '../../input/config/read.ts'
import { fileState } from '../../input/files/follow-files.ts'
import { statOf } from '../../input/files/names.ts'
import { StoredFiles } from '../../input/files/stored.ts'
import { wouldRead } from '../../input/files/would-read.ts'
import { pathsOf, type ViewRequest } from '../../input/request.ts'
import { checkOptions } from '../lint/check-options.ts'
import { type LintConfig, loadConfig } from '../lint/config/load.ts'
import { withInput } from '../lint/input.ts'
import { Linter } from '../lint/linter.ts'
import type { LintCommandOptions } from '../lint/options.ts'
import { locatorOf } from '../lint/rendering.ts'
import { Reports } from '../lint/report.ts'
import { Progress } from '../progress.ts'
import { withoutForbidden } from '../renders.ts'
import { viewRequest } from '../request.ts'
import { heardSession, type Session } from '../session.ts'

/** Passes the steps of a run on instead of printing them. */
class HeardProgress extends Progress {
  readonly #onStep: (text: string) => void

  constructor(session: Session, onStep: (text: string) => void) {
    super(session)
    this.#onStep = onStep
  }

  /** Other messages of the editor are read before the step, which may take long. */
  override async show(text: string): Promise<void> {
    this.#onStep(text)
    await nextTurn()
  }
}

/** What to read and which rules apply, and what was said about the configuration. */
interface Setup {
  readonly config: LintConfig<LintCommandOptions>
  readonly request: ViewRequest
  readonly problems: readonly SourceProblem[]
}

/** Files that decide which other files are read. */
const IGNORE_FILES: readonly string[] = ['.gitignore', '.vipctlignore']

export class LintProject implements Project {
  readonly folder: string
  readonly #file: string | undefined
  readonly #options: LintCommandOptions
  readonly #session: Session
  #memory = new Memory()
  #setup: Setup | undefined
  /** Texts of open files under the names of the input. */
  #named = new WeakMap<SourceFile, SourceFile>()
  /** Whether the files of open documents were on the disk the last time. */
  readonly #existed = new Map<string, boolean>()
  /** Of the files when `refresh` was called. */
  #state: { readonly config: string; readonly files: string } | undefined

  /** @param file the only file to check, absolute */
  constructor(folder: string, file: string | undefined, options: LintCommandOptions, session: Session) {
    this.folder = folder
    this.#file = file
    this.#options = options
    this.#session = session
  }

  nameOf(path: string): string {
    const name = relative(this.folder, path)
    return sep === '/' ? name : name.replaceAll(sep, '/')
  }

  pathOf(name: string): string {
    return resolve(this.folder, name)
  }

  changed(path: string, kind: 'content' | 'existence'): void {
    const name = basename(path)
    if (CONFIG_NAMES.some((each) => each === name)) this.#setup = undefined
    const stored = this.#memory.own(StoredFiles)
    stored.changed(path)
    if (kind === 'existence' || IGNORE_FILES.includes(name)) stored.moved()
  }

  refresh(): boolean {
    const config = CONFIG_NAMES.map((name) => statOf(resolve(this.folder, name))?.mtimeMs).join()
    const request = this.#setup?.request.input
    const files = request ? fileState({ ...request, paths: pathsOf(request) }) : ''
    const before = this.#state
    this.#state = { config, files }
    if (before === undefined || (before.config === config && before.files === files)) return false
    if (before.config !== config) this.#setup = undefined
    this.#memory.own(StoredFiles).forget()
    return true
  }

  async check(buffers: ReadonlyMap<string, SourceFile>, onStep: (text: string) => void): Promise<CheckResult> {
    const problems: SourceProblem[] = []
    const session = await heardSession(this.#session, this.folder, (problem) => problems.push(problem))
    const known = this.#setup
    try {
      const setup = known ?? (await this.#makeSetup(session, problems))
      this.#setup = setup
      return {
        checked: await this.#lint(setup, buffers, session, onStep),
        problems: [...(known?.problems ?? []), ...problems],
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const { message, hint } = error
      const failure: SourceProblem = { severity: 'error', message, ...(hint !== undefined && { hint }) }
      return { checked: undefined, problems: [...(known?.problems ?? []), ...problems, failure] }
    }
  }

  async #lint(
    { config, request: own }: Setup,
    buffers: ReadonlyMap<string, SourceFile>,
    session: Session,
    onStep: (text: string) => void,
  ): Promise<Checked> {
    const request = this.#with(buffers, own)
    const progress = new HeardProgress(session, onStep)
    const linter = new Linter(config, progress)
    const linted = await linter.run(request, session, false)
    // An editor cannot show what a program prints.
    const located = await locatorOf(request.input, ({ at }) => at)
    const found = located ? { ...linted, findings: located(linted.findings) } : linted
    const { findings } = await new Reports(config, request, linter, progress).of(found, session)
    const { input, mesh, proxies, basis } = linted
    return { loaded: input, mesh, proxies, findings, basis, namespaces: namespacesOfProxies(proxies) }
  }

  /** @param problems what was said about the configuration when this returns */
  async #makeSetup(session: Session, problems: readonly SourceProblem[]): Promise<Setup> {
    // A memory follows one mesh, so another configuration needs another one.
    this.#memory = new Memory()
    this.#named = new WeakMap()
    const filename = this.#file === undefined ? undefined : [this.nameOf(this.#file)]
    const given: LintCommandOptions = { ...this.#options, fixes: 'none', ...(filename && { filename }) }
    const loaded = withInput(await loadConfig(given, session), given)
    const config = { ...loaded, options: await withoutForbidden(loaded.options, session), isImplicit: false }
    checkOptions(config.options)
    const request = await viewRequest(config.options, session)
    return { config, request, problems: [...problems] }
  }

  #with(buffers: ReadonlyMap<string, SourceFile>, request: ViewRequest): ViewRequest {
    const { input } = request
    const edited = new Map<string, SourceFile>()
    const added: SourceFile[] = []
    for (const [path, file] of buffers) {
      const exists = existsSync(path)
      if ((this.#existed.get(path) ?? exists) !== exists) this.changed(path, 'existence')
      this.#existed.set(path, exists)
      const named = this.#named.get(file) ?? { ...file, name: this.nameOf(path) }
      this.#named.set(file, named)
      if (exists) edited.set(named.name, named)
      else if (wouldRead(path, input)) added.push(named)
    }
    return { ...request, input: { ...input, memory: this.#memory, keepsFiles: true, edited, rendered: added } }
  }
}
