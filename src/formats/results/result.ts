/** Findings for other programs: the message, severity and location. */
import type { Position, SourceProblem } from '../../sources/document.ts'

export type Level = 'error' | 'warning' | 'info'

/** The location of a value, and its length. */
export interface Place extends Position {
  /** Characters of the value on its line, at least 1. */
  readonly length: number
}

/** Another location that concerns a result. */
export interface Related {
  readonly message: string
  readonly place: Place
}

export interface Result {
  /** The ID of the rule. */
  readonly rule: string
  readonly level: Level
  readonly message: string
  /** The object: `ServiceEntry shop/db`. */
  readonly object: string
  readonly place: Place
  /** The line of the location, without its line break. */
  readonly line: string
  readonly related: readonly Related[]
  /** Further information, such as how to fix it; one sentence per note. */
  readonly notes: readonly string[]
}

/** `db.yaml:12:3` */
export const placeText = ({ file, line, column }: Position): string => `${file}:${line}:${column}`

/** The name that formats give to errors of the input, which no rule reports. */
export const INPUT_ERROR = 'input-error'

/** An error of the input or the command line: what was not checked, and why. */
export interface Failure {
  readonly message: string
  readonly hint: string | undefined
  /** The file, if it is known. */
  readonly file: string | undefined
  /** Only with a file. */
  readonly position: Position | undefined
}

/** Distinct failures, in order; places are computed here. */
export function failuresOf(problems: readonly SourceProblem[]): readonly Failure[] {
  const failures = new Map<string, Failure>()
  for (const { message, hint, at } of problems) {
    const position = at && 'line' in at ? at : undefined
    const failure = { message, hint, file: at?.file, position }
    failures.set(JSON.stringify([failure.file, position?.line, position?.column, message]), failure)
  }
  return [...failures.values()]
}

/** The message and its hint as one text. */
export const failureText = ({ message, hint }: Failure): string =>
  hint === undefined ? message : `${message} (${hint})`

/** `db.yaml:12:3: the { that opens here is never closed` */
export function failureLine(failure: Failure): string {
  const { file, position } = failure
  const place = position ? `${placeText(position)}: ` : file === undefined ? '' : `${file}: `
  return `${place}${failureText(failure)}`
}
