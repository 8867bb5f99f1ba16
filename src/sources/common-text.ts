/** What two versions of a text have in common. */

/** Lengths of parts that are compared at once. */
const CHUNKS = [65_536, 2048, 64]

/** The length of the longest common beginning. */
export function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let at = 0
  for (const chunk of CHUNKS) {
    while (at + chunk <= most && a.slice(at, at + chunk) === b.slice(at, at + chunk)) at += chunk
  }
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++
  return at
}

/** The length of the longest common end, which does not overlap the beginning. */
export function commonSuffix(a: string, b: string, prefix: number): number {
  const most = Math.min(a.length, b.length) - prefix
  const endOf = (text: string, from: number, to: number): string => text.slice(text.length - to, text.length - from)
  let length = 0
  for (const chunk of CHUNKS) {
    while (length + chunk <= most && endOf(a, length, length + chunk) === endOf(b, length, length + chunk)) {
      length += chunk
    }
  }
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++
  return length
}

/** What two versions of a text have in common. */
export interface Common {
  readonly prefix: number
  readonly suffix: number
  /** How far the common end has moved. */
  readonly distance: number
}

export function commonOf(before: string, now: string): Common {
  const prefix = commonPrefix(before, now)
  return { prefix, suffix: commonSuffix(before, now, prefix), distance: now.length - before.length }
}
