/** Messages and progress during reading. A command prints them; other programs may show them differently. */
import type { SourceProblem } from '../sources/document.ts'

/** The progress of reading a live cluster. */
export interface ReadingProgress {
  /** The context in the kubeconfig. */
  readonly context: string
  /** The number of objects read from all clusters. */
  readonly objects: number
  /** Plural name of the last kind that was read, such as `serviceentries`. */
  readonly resource: string
}

export interface Reporter {
  /** Whether to include istiod's warnings about accepted objects. */
  readonly verbose: boolean
  /** Problems of the input: errors, warnings and notes in input order. */
  report(problems: Iterable<SourceProblem>): Promise<void>
  warn(message: string, hint?: string): Promise<void>
  note(message: string, hint?: string): Promise<void>
  /** Reports how many bytes of files are read, before they are parsed, so that a program can prepare for a large mesh. */
  size(bytes: number): void
  /** @param state undefined when reading is finished */
  progress(state: ReadingProgress | undefined): void
}
