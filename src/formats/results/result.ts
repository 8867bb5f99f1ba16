/** Findings for other programs: the message, severity and location. */
import type { Position } from '../../sources/document.ts'

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
