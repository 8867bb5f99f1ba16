/** A mistake in the input, or something that its author should know. */

import { problemAt } from '../resources/problems.ts'
import type { SourceProblem } from '../sources/document.ts'
import type { Location } from '../sources/location.ts'

export interface Finding {
  /** Short stable name of the cause. */
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
  readonly location: Location
}

/** Reports findings as warnings about the input. */
export const warningsOf = (findings: readonly Finding[]): readonly SourceProblem[] =>
  findings.map(({ location, message, hint }) => problemAt(location, { severity: 'warning', message, hint }))
