/** Changes in the text of a file, as formats for patches use them. */

/** A range of a text and its replacement. Offsets are UTF-16 code units. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}
