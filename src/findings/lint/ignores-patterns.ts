/** Patterns of ignores: `*` and `?` within a name, `**` for any number of folders. All are matched in short time. */

const ANY = '*'
const ANY_PARTS = '**'

interface Matching<P, T> {
  /** Whether a part of the pattern matches any number of items. */
  readonly isAny: (part: P) => boolean
  readonly fits: (part: P, item: T) => boolean
}

/** Greedy with one backtracking point: the last part that matches any number of items. */
function matches<P, T>(pattern: readonly P[], items: readonly T[], { isAny, fits }: Matching<P, T>): boolean {
  let part = 0
  let item = 0
  let after = -1
  let resume = 0
  while (item < items.length) {
    const current = pattern[part]
    if (current !== undefined && isAny(current)) {
      after = ++part
      resume = item
    } else if (current !== undefined && fits(current, items[item] as T)) {
      part++
      item++
    } else if (after >= 0) {
      part = after
      item = ++resume
    } else return false
  }
  return pattern.slice(part).every(isAny)
}

const CHARACTERS: Matching<string, string> = {
  isAny: (part) => part === ANY,
  fits: (part, item) => part === '?' || part === item,
}

const PARTS: Matching<string, string> = {
  isAny: (part) => part === ANY_PARTS,
  fits: (part, item) => matchesName(part, item),
}

/** Whether a pattern without folders matches a name. */
export function matchesName(pattern: string, name: string): boolean {
  if (!pattern.includes(ANY) && !pattern.includes('?')) return pattern === name
  return matches([...pattern], [...name], CHARACTERS)
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.')

/** Whether a pattern matches a file or one of its folders. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const parts = partsOf(pattern)
  const below = parts.at(-1) === ANY_PARTS ? parts : [...parts, ANY_PARTS]
  return (path) => matches(below, partsOf(path), PARTS)
}

/** An object as patterns name it. */
export interface ObjectName {
  readonly kind: string
  /** '' for cluster-scoped kinds. */
  readonly namespace: string
  readonly name: string
}

/** The form of object patterns; cluster-scoped objects are KIND/NAME. */
export const OBJECT_PATTERN = /^[^/\s]+(?:\/[^/\s]+){1,2}$/

/** Whether a pattern `KIND/NAMESPACE/NAME` or `NAMESPACE/NAME` matches an object; the case of kinds is ignored. */
export function objectMatcher(pattern: string): (object: ObjectName) => boolean {
  const [name = '', namespace = '', kind = ANY] = pattern.split('/').reverse()
  const kindPattern = kind.toLowerCase()
  return (object) => {
    const isKind = (given: string) => matchesName(given, object.kind.toLowerCase())
    if (!matchesName(name, object.name)) return false
    if (object.namespace === '') return kind === ANY && isKind(namespace.toLowerCase())
    return matchesName(namespace, object.namespace) && isKind(kindPattern)
  }
}
