/** What reading has to tell while it goes on. A command prints it; another program keeps it or shows it otherwise. */
import type { SourceProblem } from '../sources/document.ts'

/** How far reading a live cluster has come. */
export interface ReadingProgress {
  /** Of the kubeconfig. */
  readonly context: string
  /** How many objects of all clusters have been read. */
  readonly objects: number
  /** Plural name of the kind that was read last, such as `serviceentries`. */
  readonly resource: string
}

export interface Reporter {
  /** Whether warnings are wanted too that istiod gives about objects which it accepts. */
  readonly verbose: boolean
  /** What is wrong with the input, errors, warnings and notes in the order of the input. */
  report(problems: Iterable<SourceProblem>): Promise<void>
  warn(message: string, hint?: string): Promise<void>
  note(message: string, hint?: string): Promise<void>
  /** So many bytes of files were read: a program may make ready for a large mesh. */
  size(bytes: number): void
  /** @param state undefined: reading is over */
  progress(state: ReadingProgress | undefined): void
}
