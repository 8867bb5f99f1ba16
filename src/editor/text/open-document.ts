/** The text of an open document. */
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node'
import { foundKind, isBrokenYaml, mayHoldObjects } from '../../input/files/layout/recognize.ts'
import type { SourceFile, SourceProblem } from '../../sources/document.ts'
import { FileVersions } from '../../sources/versions.ts'
import type { Positions } from './positions.ts'

/** Other files with objects are JSON, which may be of a program that allows comments in it. */
const YAML_FILE = /\.ya?ml$/i

export class OpenDocument {
  /** As the editor writes it. */
  readonly uri: string
  /** Absolute. */
  readonly path: string
  version: number
  #file: SourceFile
  readonly #versions = new FileVersions()
  #read: { readonly file: SourceFile; readonly problems: readonly SourceProblem[] } | undefined
  #sound: SourceFile | undefined

  constructor(uri: string, path: string, version: number, text: string) {
    this.uri = uri
    this.path = path
    this.version = version
    this.#file = { name: path, text }
  }

  /** The current text; another object for each version. */
  get file(): SourceFile {
    return this.#file
  }

  change(changes: readonly TextDocumentContentChangeEvent[], version: number, positions: Positions): void {
    // The text that is about to change may be the last one for a while that can be read.
    if (this.#sound === undefined) void this.sound
    for (const change of changes) {
      const { text } = this.#file
      if (!('range' in change)) {
        this.#file = { name: this.path, text: change.text }
        continue
      }
      const { start, end } = positions.spanOf(this.#file, change.range)
      this.#file = { name: this.path, text: text.slice(0, start) + change.text + text.slice(end) }
    }
    this.version = version
  }

  /** Why the current text cannot be read; empty for a text that can be, and for templates and the texts of other programs. */
  get problems(): readonly SourceProblem[] {
    if (this.#read?.file !== this.#file) this.#read = { file: this.#file, problems: this.#readProblems() }
    return this.#read.problems
  }

  #readProblems(): readonly SourceProblem[] {
    const { text } = this.#file
    const isYamlFile = YAML_FILE.test(this.path)
    if (!isYamlFile && !mayHoldObjects(text)) return []
    this.#versions.begin('')
    const parsed = this.#versions.parse(this.#file, '')
    if (!parsed.problems.some(({ severity }) => severity === 'error')) return []
    // Without an object that can be read, a manifest cannot be told from other YAML: so only its syntax is checked.
    const isReported = foundKind(text, parsed) === 'manifest' || (isYamlFile && isBrokenYaml(text))
    return isReported ? parsed.problems : []
  }

  /**
   * The newest version that could be read. While a line is half typed, the mesh stays as it was before, so that other
   * files do not get findings about objects that are only missing for a moment.
   */
  get sound(): SourceFile {
    if (this.problems.length === 0) this.#sound = this.#file
    return this.#sound ?? this.#file
  }
}
