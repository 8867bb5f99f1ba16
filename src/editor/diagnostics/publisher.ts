/** Sends diagnostics, each file's only when they differ from those that the editor has. */
import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver/node'
import type { OpenDocument } from '../text/open-document.ts'
import type { DiagnosticsByPath } from './render.ts'

export interface PublisherOptions {
  readonly send: (params: PublishDiagnosticsParams) => void
  readonly open: (path: string) => OpenDocument | undefined
  readonly uriOf: (path: string) => string
}

export class Publisher {
  readonly #options: PublisherOptions
  /** What the editor has, as text by address. */
  readonly #sent = new Map<string, string>()
  /** What each source has found. */
  readonly #bySource = new Map<object, DiagnosticsByPath>()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Paths whose diagnostics may differ from those that the editor has. */
  readonly #pending = new Set<string>()

  /**
   * Replaces what a source has found. Files that have nothing any more are cleared.
   * @param found undefined if the source is gone
   */
  set(source: object, found: DiagnosticsByPath | undefined): void {
    const before = this.#bySource.get(source)
    if (found) this.#bySource.set(source, found)
    else this.#bySource.delete(source)
    for (const path of [...(before?.keys() ?? []), ...(found?.keys() ?? [])]) this.#pending.add(path)
  }

  /** Sends what has changed: of each file all at once, so that nothing flickers. */
  flush(): void {
    for (const path of this.#pending) this.#publish(path)
    this.#pending.clear()
  }

  #publish(path: string): void {
    const uri = this.#options.uriOf(path)
    const all = new Map<string, Diagnostic>()
    for (const found of this.#bySource.values()) {
      for (const diagnostic of found.get(path) ?? []) all.set(JSON.stringify(diagnostic), diagnostic)
    }
    const text = JSON.stringify([...all.keys()])
    if ((this.#sent.get(uri) ?? '[]') === text) return
    if (all.size === 0) this.#sent.delete(uri)
    else this.#sent.set(uri, text)
    const version = this.#options.open(path)?.version
    this.#options.send({ uri, diagnostics: [...all.values()], ...(version !== undefined && { version }) })
  }
}
