/** Checks one mesh of a folder for an editor: that of an environment, or the only one. */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { namespacesOfProxies } from '../../answers/lint/scope.ts'
import type { Checked } from '../../editor/workspace/project.ts'
import { Memory, type SourceFile } from '../../index.ts'
import { StoredFiles } from '../../input/files/stored.ts'
import { wouldRead } from '../../input/files/would-read.ts'
import type { ViewRequest } from '../../input/request.ts'
import type { LintConfig } from '../lint/config/load.ts'
import { Linter } from '../lint/linter.ts'
import type { LintCommandOptions } from '../lint/options.ts'
import { locatorOf } from '../lint/rendering.ts'
import { type PartialReport, Reports } from '../lint/report.ts'
import { Progress } from '../progress.ts'
import type { Session } from '../session.ts'

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

/** Files that decide which other files are read. */
const IGNORE_FILES: readonly string[] = ['.gitignore', '.vipctlignore']

export interface EnvironmentOptions {
  /** undefined when the configuration has none, or when none is asked for. */
  readonly name: string | undefined
  readonly config: LintConfig<LintCommandOptions>
  readonly request: ViewRequest
  /** The only file to check, absolute; undefined for all of the input. */
  readonly file: string | undefined
  /** The name of a file in problems and findings. @param path absolute */
  readonly nameOf: (path: string) => string
}

export class Environment {
  readonly #options: EnvironmentOptions
  /** A memory follows one mesh, so another configuration needs another one. */
  readonly #memory = new Memory()
  /** Texts of open files under the names of the input. */
  readonly #named = new WeakMap<SourceFile, SourceFile>()
  /** Whether the files of open documents were on the disk the last time. */
  readonly #existed = new Map<string, boolean>()

  constructor(options: EnvironmentOptions) {
    this.#options = options
  }

  get name(): string | undefined {
    return this.#options.name
  }

  get request(): ViewRequest {
    return this.#options.request
  }

  /** Takes note that a file changed, or that files were created, deleted or ignored. @param path absolute */
  changed(path: string, kind: 'content' | 'existence'): void {
    const stored = this.#memory.own(StoredFiles)
    stored.changed(path)
    if (kind === 'existence' || IGNORE_FILES.includes(basename(path))) stored.moved()
  }

  /** Reads all files again. */
  forget(): void {
    this.#memory.own(StoredFiles).forget()
  }

  /** @throws UserError for an input that cannot be checked */
  async check(
    buffers: ReadonlyMap<string, SourceFile>,
    session: Session,
    onStep: (text: string) => void,
  ): Promise<{ readonly checked: Checked; readonly report: PartialReport }> {
    const { config } = this.#options
    const request = this.#with(buffers)
    const progress = new HeardProgress(session, onStep)
    const linter = new Linter(config, progress)
    const linted = await linter.run(request, session, false)
    // An editor cannot show what a program prints.
    const located = await locatorOf(request.input, ({ at }) => at)
    const found = located ? { ...linted, findings: located(linted.findings) } : linted
    const report = await new Reports(config, request, linter, progress).of(found, session)
    const { input, mesh, proxies, basis } = linted
    const { findings } = report
    const namespaces = namespacesOfProxies(proxies)
    return { checked: { environment: this.name, loaded: input, mesh, proxies, findings, basis, namespaces }, report }
  }

  #with(buffers: ReadonlyMap<string, SourceFile>): ViewRequest {
    const { request, nameOf, file: only } = this.#options
    const { input } = request
    let { mesh } = input
    const edited = new Map<string, SourceFile>()
    const added: SourceFile[] = []
    for (const [path, file] of buffers) {
      const exists = existsSync(path)
      if ((this.#existed.get(path) ?? exists) !== exists) this.changed(path, 'existence')
      this.#existed.set(path, exists)
      const named = this.#named.get(file) ?? { ...file, name: nameOf(path) }
      this.#named.set(file, named)
      if (exists) edited.set(named.name, named)
      else if (path === only) {
        if (mesh.kind === 'files') mesh = { ...mesh, paths: [] }
        added.push(named)
      } else if (wouldRead(path, input)) added.push(named)
    }
    return { ...request, input: { ...input, mesh, memory: this.#memory, keepsFiles: true, edited, rendered: added } }
  }
}
