/** Whether chance explains a count. */

/** Natural logarithms of factorials. */
function logFactorials(count: number): readonly number[] {
  const out = [0]
  for (let number = 1; number <= count; number++) out.push((out[number - 1] as number) + Math.log(number))
  return out
}

/** How likely a count at least as far from the expected one is, on its side: the tail of the binomial distribution. */
export function tail(count: number, trials: number, share: number): number {
  if (share <= 0) return count === 0 ? 1 : 0
  if (share >= 1) return count === trials ? 1 : 0
  const logs = logFactorials(trials)
  const ways = (hits: number): number =>
    (logs[trials] as number) - (logs[hits] as number) - (logs[trials - hits] as number)
  const likely = (hits: number): number =>
    Math.exp(ways(hits) + hits * Math.log(share) + (trials - hits) * Math.log(1 - share))
  const step = count < trials * share ? -1 : 1
  let sum = 0
  for (let hits = count; hits >= 0 && hits <= trials; hits += step) sum += likely(hits)
  return sum
}

/** How likely chance alone makes one count differ from its share. */
const CHANCE = 1e-6

/** A share that chance does not explain, in words; undefined if there is none. @param counts by name, as `shares` */
export function wrongShare(
  counts: ReadonlyMap<string, number>,
  shares: ReadonlyMap<string, number>,
): string | undefined {
  const trials = [...counts.values()].reduce((sum, count) => sum + count, 0)
  for (const name of new Set([...counts.keys(), ...shares.keys()])) {
    const [count, share] = [counts.get(name) ?? 0, shares.get(name) ?? 0]
    if (tail(count, trials, share) < CHANCE / 2) return `${name} gets ${count} of ${trials}, in the simulation ${share}`
  }
  return undefined
}
