/** How traffic is shared among destinations, in words. */
import { destinationText, type Place } from './names.ts'

/** The share of each cluster in percent. */
export type Shares = ReadonlyMap<string, number>

interface Weighted {
  readonly name: string
  readonly weight?: number
}

/** @param cluster the only one; undefined if there are weights */
export function sharesOf(cluster: string | undefined, weighted: readonly Weighted[] = []): Shares {
  if (cluster !== undefined) return new Map([[cluster, 100]])
  const total = weighted.reduce((sum, { weight = 0 }) => sum + weight, 0)
  const shares = new Map<string, number>()
  for (const { name, weight = 0 } of weighted) {
    shares.set(name, (shares.get(name) ?? 0) + (total === 0 ? 0 : (weight / total) * 100))
  }
  return shares
}

const percentText = (share: number): string => `${Math.round(share * 100) / 100}%`

/** `v1 90%, v2 10%`; without a share if there is one destination. */
export function sharesText(shares: Shares, place: Place): string {
  const all = [...shares]
  const texts = all.map(([cluster, share]) => {
    const where = destinationText(cluster, place)
    return all.length === 1 ? where : `${where} ${percentText(share)}`
  })
  return texts.join(', ')
}

/** Whether a table of shares says more than both destinations: there are several, and some stay. */
export const isShift = (was: Shares, is: Shares): boolean =>
  was.size > 1 && is.size > 1 && [...was.keys()].some((cluster) => is.has(cluster))

/** `v1 90% -> 50%, v2 10% -> 50%` */
export function shiftText(was: Shares, is: Shares, place: Place): string {
  const texts = [...new Set([...was.keys(), ...is.keys()])].map((cluster) => {
    const [before, after] = [percentText(was.get(cluster) ?? 0), percentText(is.get(cluster) ?? 0)]
    const where = destinationText(cluster, place)
    return before === after ? `${where} ${after}` : `${where} ${before} -> ${after}`
  })
  return texts.join(', ')
}

/** `no longer go to v2`, `are no longer refused` */
export const noLongerText = (deed: string): string =>
  deed.startsWith('are ') ? `are no longer ${deed.slice(4)}` : `no longer ${deed}`

/** `now go to v2`, `are now refused` */
export const nowText = (deed: string): string => (deed.startsWith('are ') ? `are now ${deed.slice(4)}` : `now ${deed}`)
