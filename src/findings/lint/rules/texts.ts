/** Words that messages of several families share. */

/** So many items of a list are named. */
const MOST_ITEMS = 5

/** `a, b and c`; of many the first, and how many more. */
export function listed(items: readonly string[]): string {
  const distinct = [...new Set(items)]
  if (distinct.length > MOST_ITEMS) {
    return `${distinct.slice(0, MOST_ITEMS).join(', ')} and ${distinct.length - MOST_ITEMS} more`
  }
  const last = distinct.at(-1) ?? ''
  return distinct.length < 2 ? last : `${distinct.slice(0, -1).join(', ')} and ${last}`
}
