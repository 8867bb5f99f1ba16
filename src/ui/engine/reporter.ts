/** Collects what reading and computing a mesh report, instead of printing it. */

import { clean } from '../../formats/clean.ts'
import type { ReadingProgress, Reporter } from '../../input/reporter.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { withThousands } from '../../sources/limits.ts'
import type { Message } from '../protocol.ts'

function messageOf({ severity, message, at, hint }: SourceProblem): Message {
  const place = at === undefined ? '' : 'line' in at ? `${at.file}:${at.line}:${at.column}` : at.file
  return { severity, place: clean(place), text: clean(message), hint: hint && clean(hint) }
}

export class Collector implements Reporter {
  readonly verbose: boolean
  readonly #onPhase: (text: string) => void
  readonly #onSize: (bytes: number) => void
  readonly #messages = new Map<string, Message>()

  /**
   * @param onPhase called with what is being read
   * @param onSize called with the number of bytes that were read
   */
  constructor(verbose: boolean, onPhase: (text: string) => void, onSize: (bytes: number) => void) {
    this.verbose = verbose
    this.#onPhase = onPhase
    this.#onSize = onSize
  }

  get messages(): readonly Message[] {
    return [...this.#messages.values()]
  }

  /** Forgets the messages of the previous mesh. */
  clear(): void {
    this.#messages.clear()
  }

  async report(problems: Iterable<SourceProblem>): Promise<void> {
    for (const problem of problems) {
      const message = messageOf(problem)
      this.#messages.set(Object.values(message).join('\0'), message)
    }
  }

  async warn(message: string, hint?: string): Promise<void> {
    await this.report([{ severity: 'warning', message, ...(hint !== undefined && { hint }) }])
  }

  async note(message: string, hint?: string): Promise<void> {
    await this.report([{ severity: 'note', message, ...(hint !== undefined && { hint }) }])
  }

  size(bytes: number): void {
    this.#onSize(bytes)
    this.#onPhase(`parsing ${withThousands(Math.ceil(bytes / 1024))} KiB of manifests`)
  }

  progress(state: ReadingProgress | undefined): void {
    if (state) this.#onPhase(`reading ${state.context}: ${withThousands(state.objects)} objects, ${state.resource}`)
  }
}
