import type { Place } from '../../answers/shapes/place.ts'

/** Where a result comes from: an object or a setting, the rule that applied, and the place that decided. */
export interface Source {
  /** `ServiceEntry shop/orders`, `mesh configuration` */
  readonly what: string
  /** The rule, as a sentence without a full stop. */
  readonly why: string
  /** Absent if nothing in the input decided. It is computed when it is first read. */
  readonly location?: Place
}

/** Something that is wrong with the input: a text that cannot be read, an object that istiod refuses. */
export interface Problem {
  /** After an error, a part of the input is missing; after a warning, an object is missing or may be meant otherwise. */
  readonly severity: 'error' | 'warning' | 'note'
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
  /** Where it is, if known; a file without a line is meant as a whole. */
  readonly location?: { readonly file: string; readonly line?: number; readonly column?: number }
}

/** JSON. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/** A JSON object. */
export interface JsonObject {
  readonly [field: string]: JsonValue | undefined
}
