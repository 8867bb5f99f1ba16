/** Checks workspaces after changes, and keeps the editor's diagnostics up to date. */
import type { PublishDiagnosticsParams } from 'vscode-languageserver/node'
import { clean } from '../../formats/clean.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { Publisher } from '../diagnostics/publisher.ts'
import { rendered, syntaxDiagnostics } from '../diagnostics/render.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { EditorState } from './state.ts'

/** Milliseconds without a change before a check begins. If the last check was not short, as long as that check took. */
const QUIET = 50
/** Milliseconds that a short check takes: with the wait, a change is answered in a fifth of a second. */
const SHORT = 150
/** Milliseconds after the first change; then a check begins even if changes go on. */
const LONGEST_WAIT = 500

export interface CheckerOptions {
  readonly state: EditorState
  readonly version: string
  readonly publish: (params: PublishDiagnosticsParams) => void
  /** Takes problems that are not about a file. */
  readonly say: (message: string) => void
  /** Called after all workspaces were checked. */
  readonly checked: () => void
  readonly failed: (error: unknown) => void
}

/** A problem in one line: with its file, which the editor cannot open. */
const messageOf = ({ message, hint, at }: SourceProblem): string =>
  clean(`${at === undefined ? '' : `${at.file}: `}${message}${hint === undefined ? '' : ` (${hint})`}`)

export class Checker {
  readonly #options: CheckerOptions
  readonly #publisher: Publisher
  /** Identifies the problems of texts that cannot be read. */
  readonly #syntax = {}
  readonly #said = new WeakMap<Workspace, string>()
  #timer: NodeJS.Timeout | undefined
  #first = 0
  #running = false
  #ended = false

  constructor(options: CheckerOptions) {
    this.#options = options
    const { publish } = options
    const { documents } = options.state
    this.#publisher = new Publisher({ send: publish, open: documents.at, uriOf: documents.uriOf })
  }

  /** Checks soon; `changed` of the workspaces says which ones. */
  schedule(): void {
    if (this.#ended) return
    const now = performance.now()
    if (this.#timer === undefined) this.#first = now
    clearTimeout(this.#timer)
    const longest = Math.max(0, ...this.#options.state.workspaces.all.map(({ duration }) => duration))
    const quiet = longest <= SHORT ? QUIET : Math.min(LONGEST_WAIT, longest)
    const wait = Math.max(0, Math.min(quiet, this.#first + LONGEST_WAIT - now))
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#run()
    }, wait)
  }

  /** Whether the texts of open documents can be read. */
  #showSyntax(): void {
    const { documents, positions } = this.#options.state
    const broken = documents.all.filter(({ problems }) => problems.length > 0)
    this.#publisher.set(this.#syntax, new Map(broken.map((each) => [each.path, syntaxDiagnostics(each, positions)])))
  }

  forget(workspace: Workspace): void {
    this.#publisher.set(workspace, undefined)
  }

  end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    // A change during the checks schedules the next run.
    if (this.#running) {
      this.schedule()
      return
    }
    this.#running = true
    try {
      for (const workspace of this.#options.state.workspaces.all) await this.#check(workspace)
      this.#showSyntax()
      this.#publisher.flush()
      this.#options.checked()
    } catch (error) {
      this.#options.failed(error)
    } finally {
      this.#running = false
    }
  }

  async #check(workspace: Workspace): Promise<void> {
    const result = await workspace.result()
    const { version, say } = this.#options
    const { documents, positions, workspaces } = this.#options.state
    if (this.#ended || !workspaces.all.includes(workspace)) return
    const shown = documents.shown(workspace.project, positions)
    const { byPath, elsewhere } = rendered(result, documents.all, shown, version)
    this.#publisher.set(workspace, byPath)
    const messages = elsewhere.map(messageOf)
    const text = [...new Set(messages)].join('\n')
    if (text !== '' && this.#said.get(workspace) !== text) say(text)
    this.#said.set(workspace, text)
  }
}
