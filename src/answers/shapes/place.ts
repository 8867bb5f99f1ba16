/** Where a value is in the input. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** An object, with the place of the value that decided. */
export interface SourceObject {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly location: Place
}
