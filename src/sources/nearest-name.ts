/** Longer names are no misspellings worth the time of comparing. */
const LONGEST = 100

/** How many letters must be inserted, dropped or replaced to make one word of the other. */
function editDistance(a: string, b: string): number {
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, replaced))
    }
    last = row
  }
  return last[b.length] as number
}

/** The name that is likeliest meant by a misspelt one: at most a third of the letters differ; else undefined. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const wanted = word.toLowerCase()
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  let best: string | undefined
  if (word.length > LONGEST) return undefined
  for (const name of names) {
    if (name.length > LONGEST || Math.abs(name.length - word.length) >= least) continue
    const distance = editDistance(wanted, name.toLowerCase())
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}
