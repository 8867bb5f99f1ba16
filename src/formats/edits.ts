/** Changes in the text of a file, as the formats for patches take them. */

/** Characters of a text, and what stands in their place. Offsets are UTF-16 code units. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}
