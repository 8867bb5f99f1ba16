/** Lists in cells of tables, which must stay narrow. */

/**
 * The texts with commas between them; of a long list the first ones, and how many more there are: `a, b +7 more`.
 * @param shown how many of a long list are shown; a list with one more is not long
 */
export function folded(texts: readonly string[], shown: number): string {
  if (texts.length <= shown + 1) return texts.join(', ')
  return `${texts.slice(0, shown).join(', ')} +${texts.length - shown} more`
}
