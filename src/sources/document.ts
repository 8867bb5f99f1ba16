/**
 * What every later stage knows about the input: files, documents, and where a value is in them.
 * Offsets are UTF-16 code units into `SourceFile.text`; lines and columns are computed only when printed.
 */

import type { Encoding } from './decode.ts'

/** One input text: a file, standard input, or an answer of a live cluster. */
export interface SourceFile {
  /** The name as the user would write it (`manifests/web.yaml`, `<stdin>`). */
  readonly name: string
  readonly text: string
  /** How its bytes are encoded; absent for UTF-8 without a byte order mark. */
  readonly encoding?: Encoding
  /** The namespace of objects that state none, if the file is not of the namespace that its input has. */
  readonly namespace?: string
  /** Set for a file that is a single value; its text is then created only when needed. */
  readonly value?: JsonValue
}

/** JSON data as decoded from YAML or JSON. Mappings are plain objects that hold own keys only; read them with `Object.keys` or `Object.hasOwn`. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

/** A step from a value to one inside it: a mapping key or a sequence index. */
export type PathStep = string | number

/** Where a document is. Locations keep this instead of the document, so that decoded values can be released. */
export interface DocumentPlace {
  readonly file: SourceFile
  /** The cluster whose objects these are: '' for the config cluster, else the ID of `--remote ID=PATH`. */
  readonly cluster: string
  /** Where the document's text begins and ends in the file. */
  readonly start: number
  readonly end: number
  /** What was found in its text, if that is read again and again: offsets from its start, and texts of scalars. */
  readonly found?: Map<string, number | string | undefined>
}

/** One YAML or JSON document of a file. */
export interface SourceDocument extends DocumentPlace {
  readonly value: JsonValue
  /** The document has a key or number whose YAML 1.1 value differs from its text (`on`, `0443`). */
  readonly hasSurprises?: true
  /** Shared by all locations in the document; it may move if the file is read again. */
  readonly place?: DocumentPlace
}

/** The place of a document, without its value. */
export function placeOf({ place, file, cluster, start, end }: SourceDocument): DocumentPlace {
  return place ?? { file, cluster, start, end }
}

/** Line and column, both from 1, columns in UTF-16 code units. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** How bad an input problem is. An error sets exit code 2; warnings and notes are only reported. */
export type ProblemSeverity = 'error' | 'warning' | 'note'

/** A problem with the input itself, found before objects are decoded. */
export interface SourceProblem {
  readonly severity: ProblemSeverity
  readonly message: string
  /** Where, if known: a whole file, or a position in it. */
  readonly at?: Position | { readonly file: string }
  readonly hint?: string
}
