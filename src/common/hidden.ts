/**
 * Characters that a reader does not see, or that change how others are shown: controls, format characters (zero-width
 * ones, bidirectional marks, tags), what Unicode calls default-ignorable (fillers, variation selectors), line and
 * paragraph separators, and halves of surrogate pairs. The inside of a character class of a RegExp with the flag `u`.
 */
export const HIDDEN = '\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\p{Zl}\\p{Zp}\\p{Cs}'

/** A character as JSON escapes it: the halves of a surrogate pair separately. */
export const jsonEscape = (character: string): string =>
  character.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
