/** Levenshtein distance in which swapping neighbours is one edit; results above `limit` are not exact. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] as number) + 1)
      row.push(cost)
    }
    before = last
    last = row
  }
  return last[b.length] as number
}

/** A longer word is not a misspelling of anything, and comparing it would take time. */
export const LONGEST = 256

/** How many letters of a misspelling may differ: a third, and at least one. */
export const limitOf = (text: string): number => Math.max(1, Math.floor(text.length / 3))

/**
 * The candidates closest to a word, best first. Only likely misspellings are returned: at most a third of the letters
 * differ, ignoring case.
 */
export function nearestAll(word: string, candidates: Iterable<string>, most = 3): string[] {
  if (word === '' || word.length > LONGEST) return []
  const wanted = word.toLowerCase()
  const limit = limitOf(word)
  const found: [number, string][] = []
  for (const candidate of candidates) {
    if (candidate.length > LONGEST) continue
    const d = distance(wanted, candidate.toLowerCase(), limit)
    if (d <= limit) found.push([d, candidate])
  }
  return found
    .sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))
    .slice(0, most)
    .map(([, candidate]) => candidate)
}

/** The closest candidate, or undefined when none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  return nearestAll(word, candidates, 1)[0]
}
