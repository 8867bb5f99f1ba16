/** One project with the texts of open documents over its files. */
import type { SourceFile } from '../../sources/document.ts'
import type { CheckResult, Project } from './project.ts'

/** The texts of open documents by path. */
export type OpenTexts = () => ReadonlyMap<string, SourceFile>

export class Workspace {
  readonly project: Project
  readonly #texts: OpenTexts
  readonly #onStep: (text: string) => void
  /** Counts changes. */
  #generation = 0
  #asked: { readonly generation: number; readonly result: Promise<CheckResult> } | undefined
  #done: { readonly generation: number; readonly result: CheckResult } | undefined
  /** One check at a time, because checks share a memory. */
  #last: Promise<unknown> = Promise.resolve()
  /** How long the last check took, in milliseconds. */
  duration = 0

  constructor(project: Project, texts: OpenTexts, onStep: (text: string) => void) {
    this.project = project
    this.#texts = texts
    this.#onStep = onStep
  }

  /** The next result is computed again. */
  changed(): void {
    this.#generation++
  }

  /** The result for the current texts. */
  result(): Promise<CheckResult> {
    const generation = this.#generation
    if (this.#asked?.generation === generation) return this.#asked.result
    const check = (): Promise<CheckResult> => this.#check()
    const result = this.#last.then(check, check)
    this.#last = result
    this.#asked = { generation, result }
    return result
  }

  /** Of several changes before a check begins, the first check does the work. */
  async #check(): Promise<CheckResult> {
    const generation = this.#generation
    if (this.#done?.generation === generation) return this.#done.result
    const started = performance.now()
    const result = await this.project.check(this.#texts(), this.#onStep)
    this.duration = performance.now() - started
    this.#done = { generation, result }
    return result
  }
}
