/** Findings as programs take them: what was found, how bad it is, and where it stands. */
import type { Position } from '../../sources/document.ts'

export type Level = 'error' | 'warning' | 'info'

/** Where a value stands, and how much of its line it takes. */
export interface Place extends Position {
  /** Characters of the value in its line, at least 1. */
  readonly length: number
}

/** Another place that a result is about. */
export interface Related {
  readonly message: string
  readonly place: Place
}

export interface Result {
  /** ID of the rule that found it. */
  readonly rule: string
  readonly level: Level
  readonly message: string
  /** The object that it is about: `ServiceEntry shop/db`. */
  readonly object: string
  readonly place: Place
  /** The line of the place, without its line break. */
  readonly line: string
  readonly related: readonly Related[]
  /** What else people want to know of it, such as how it is fixed; one sentence per note. */
  readonly notes: readonly string[]
}

/** `db.yaml:12:3` */
export const placeText = ({ file, line, column }: Position): string => `${file}:${line}:${column}`
