/**
 * Host names like a given one. People mistype the first label or the namespace, or leave out the end, so names are
 * compared label by label: two Services of one namespace have most of their letters in common.
 */
import { distance, LONGEST, limitOf } from './nearest.ts'

interface Name {
  readonly first: string
  /** The namespace of a Service; part of the domain otherwise. */
  readonly second: string
  /** All after the second label. */
  readonly end: string
  readonly whole: string
}

function nameOf(host: string): Name {
  const whole = host.toLowerCase()
  const dot = whole.indexOf('.')
  if (dot < 0) return { first: whole, second: '', end: '', whole }
  const next = whole.indexOf('.', dot + 1)
  const after = next < 0 ? whole.length : next
  return { first: whole.slice(0, dot), second: whole.slice(dot + 1, after), end: whole.slice(after + 1), whole }
}

/** Better candidates have smaller numbers, compared from the left; undefined for a name that is not meant. */
function rankOf(wanted: Name, candidate: Name): readonly number[] | undefined {
  if (candidate.whole.startsWith(`${wanted.whole}.`) || wanted.whole.startsWith(`${candidate.whole}.`)) return [0]
  const isSameEnd = wanted.end === candidate.end
  const ofSecond = distance(wanted.second, candidate.second, limitOf(wanted.second))
  const isNear = ofSecond <= limitOf(wanted.second) && distance(wanted.end, candidate.end, 2) <= 2
  if (wanted.first === candidate.first) {
    // The same name in another namespace, or a name that is not complete; other domains only if they look alike.
    const isElsewhere = isSameEnd || wanted.end === '' || isNear
    return isElsewhere ? [1, ofSecond, isSameEnd ? 0 : 1] : undefined
  }
  const limit = limitOf(wanted.first)
  const ofFirst = distance(wanted.first, candidate.first, limit)
  return ofFirst <= limit && (isNear || wanted.end === '') ? [2, ofFirst, ofSecond, isSameEnd ? 0 : 1] : undefined
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const difference = (a[index] as number) - (b[index] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/**
 * The hosts that may be meant by an unknown one, best first: the same name written in full, then the same first label
 * elsewhere, then a misspelt first label in the same place. A name in full is returned alone.
 */
export function nearestHosts(host: string, candidates: Iterable<string>, most: number): readonly string[] {
  if (host.length > LONGEST || host.startsWith('*')) return []
  const wanted = nameOf(host)
  const found: { readonly rank: readonly number[]; readonly candidate: string }[] = []
  for (const candidate of candidates) {
    if (candidate.length > LONGEST || candidate.startsWith('*')) continue
    const rank = rankOf(wanted, nameOf(candidate))
    if (rank) found.push({ rank, candidate })
  }
  found.sort((a, b) => compareRanks(a.rank, b.rank) || (a.candidate < b.candidate ? -1 : 1))
  const inFull = found.filter(({ rank }) => rank[0] === 0)
  return (inFull.length > 0 ? inFull : found).slice(0, most).map(({ candidate }) => candidate)
}
