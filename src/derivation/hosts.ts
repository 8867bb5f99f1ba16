/** Host matching (pkg/config/host/name.go of the reference). Comparisons are case-sensitive; `*` covers everything. */
import { isWildcard } from '../registry/service.ts'

const suffixOf = (wildcard: string): string => wildcard.slice(1)

/** Whether `b` covers every name that `a` covers. */
export function isSubsetOf(a: string, b: string): boolean {
  if (!isWildcard(b)) return a === b
  if (!isWildcard(a)) return a.endsWith(suffixOf(b))
  return a.length >= b.length && a.endsWith(suffixOf(b))
}

/** Whether some name is covered by both. */
export function hostsMatch(a: string, b: string): boolean {
  return a.length >= b.length ? isSubsetOf(a, b) || isSubsetOf(b, a) : isSubsetOf(b, a) || isSubsetOf(a, b)
}
