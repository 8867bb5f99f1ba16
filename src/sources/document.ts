/**
 * What every later stage knows of the input: files, documents, and where in them a value stands.
 * Offsets are UTF-16 code units into `SourceFile.text`; lines and columns are computed only when printed.
 */

/** One input text: a file, standard input, or an answer of a live cluster. */
export interface SourceFile {
  /** As the user would write it (`manifests/web.yaml`, `<stdin>`). */
  readonly name: string
  readonly text: string
  /** Of a file that is one value, whose text is made only when somebody asks for it. */
  readonly value?: JsonValue
}

/** JSON data as decoded from YAML or JSON. Mappings are plain objects that hold own keys only; read them with `Object.keys` or `Object.hasOwn`. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

/** A step from a value to one inside it: a mapping key or a sequence index. */
export type PathStep = string | number

/** Where one document stands. This is what locations keep: not its value, so that what was decoded can be forgotten. */
export interface DocumentPlace {
  readonly file: SourceFile
  /** The cluster whose objects these are: '' for the config cluster, else the ID of `--remote ID=PATH`. */
  readonly cluster: string
  /** Where the document's text begins and ends in the file. */
  readonly start: number
  readonly end: number
}

/** One YAML or JSON document of a file. */
export interface SourceDocument extends DocumentPlace {
  readonly value: JsonValue
  /** A key or number is something else than what stands there, because YAML 1.1 has more words for such things. */
  readonly hasSurprises?: true
}

/** The place of a document, without its value. */
export function placeOf({ file, cluster, start, end }: DocumentPlace): DocumentPlace {
  return { file, cluster, start, end }
}

/** Line and column, both from 1, columns in UTF-16 code units. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** How bad a problem of the input is: an error makes the exit code 2, the others are said and passed over. */
export type ProblemSeverity = 'error' | 'warning' | 'note'

/** Something to say about the input itself, before any meaning is given to it. */
export interface SourceProblem {
  readonly severity: ProblemSeverity
  readonly message: string
  /** Where, as far as it is known: a whole file, or a place in it. */
  readonly at?: Position | { readonly file: string }
  readonly hint?: string
}
