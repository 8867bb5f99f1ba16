/** Input problems whose line and column are computed only when read. */
import type { DocumentPlace, PathStep, Position, ProblemSeverity, SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'
import { locateKey } from '../sources/positions.ts'

interface ProblemText {
  readonly severity: ProblemSeverity
  readonly message: string
  readonly hint?: string | undefined
}

function problem({ severity, message, hint }: ProblemText, position: () => Position): SourceProblem {
  return {
    severity,
    message,
    get at() {
      return position()
    },
    ...(hint && { hint }),
  }
}

/** A problem at a value. */
export function problemAt(location: Location, text: ProblemText): SourceProblem {
  return problem(text, () => location.position())
}

/** A problem at the key of a mapping entry. */
export function problemAtKey(document: DocumentPlace, path: readonly PathStep[], text: ProblemText): SourceProblem {
  return problem(text, () => locateKey(document, path))
}

/** `file:line`, as used in messages. */
export function fileAndLine(location: Location): string {
  const { file, line } = location.position()
  return `${file}:${line}`
}
