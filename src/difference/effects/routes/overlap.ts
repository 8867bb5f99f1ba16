/** Whether one route takes all or some of the requests of another, as far as their conditions show. */
import type { HeaderMatch, RouteMatch, ValueMatch } from '../../../simulation/resources.ts'

type Condition = HeaderMatch | ValueMatch

const isInverted = (condition: Condition): boolean => 'invertMatch' in condition && condition.invertMatch === true

const textOf = (condition: unknown): string => JSON.stringify(condition)

const folded = (match: RouteMatch, text: string): string => (match.caseSensitive === false ? text.toLowerCase() : text)

/** Whether a path that starts with `start`, or is it, is in the segments of a prefix. */
const isWithin = (start: string, prefix: string): boolean => start === prefix || start.startsWith(`${prefix}/`)

/** Whether every path of `inner` is one of `outer`. */
function coversPath(outer: RouteMatch, inner: RouteMatch): boolean {
  if (outer.prefix === '/') return true
  if (outer.safeRegex) return outer.safeRegex.regex === inner.safeRegex?.regex
  if (outer.caseSensitive !== false && inner.caseSensitive === false) return false
  const start = inner.path ?? inner.prefix ?? inner.pathSeparatedPrefix
  if (start === undefined) return false
  if (outer.path !== undefined)
    return inner.path !== undefined && folded(outer, inner.path) === folded(outer, outer.path)
  if (outer.pathSeparatedPrefix !== undefined) {
    const [within, prefix] = [folded(outer, start), folded(outer, outer.pathSeparatedPrefix)]
    return inner.prefix === undefined ? isWithin(within, prefix) : within.startsWith(`${prefix}/`)
  }
  return folded(outer, start).startsWith(folded(outer, outer.prefix ?? ''))
}

const isPresence = ({ presentMatch }: Condition): boolean => presentMatch === true

/** Whether a request that meets some conditions also meets another one. */
const isMet = (condition: Condition, by: readonly Condition[]): boolean =>
  by.some(
    (other) =>
      textOf(other) === textOf(condition) ||
      (isPresence(condition) && !isInverted(condition) && other.name === condition.name && !isInverted(other)),
  )

const claimsOf = ({ dynamicMetadata = [] }: RouteMatch): readonly string[] => dynamicMetadata.map(textOf)

/** Whether `outer` matches every request that `inner` matches. */
export function covers(outer: RouteMatch, inner: RouteMatch): boolean {
  const claims = claimsOf(inner)
  return (
    coversPath(outer, inner) &&
    (outer.headers ?? []).every((condition) => isMet(condition, inner.headers ?? [])) &&
    (outer.queryParameters ?? []).every((condition) => isMet(condition, inner.queryParameters ?? [])) &&
    claimsOf(outer).every((claim) => claims.includes(claim))
  )
}

function pathsDiffer(a: RouteMatch, b: RouteMatch): boolean {
  if (a.safeRegex || b.safeRegex) return false
  const fold = (text: string): string =>
    a.caseSensitive === false || b.caseSensitive === false ? text.toLowerCase() : text
  const startOf = ({ path, prefix, pathSeparatedPrefix }: RouteMatch): string =>
    fold(path ?? prefix ?? pathSeparatedPrefix ?? '')
  const [left, right] = [startOf(a), startOf(b)]
  if (a.path !== undefined && b.path !== undefined) return left !== right
  if (a.path !== undefined) return !left.startsWith(right)
  if (b.path !== undefined) return !right.startsWith(left)
  return !left.startsWith(right) && !right.startsWith(left)
}

/** Whether no value meets both conditions. */
function exclude(a: Condition, b: Condition): boolean {
  if (a.name !== b.name) return false
  if (isPresence(a) && isPresence(b)) return isInverted(a) !== isInverted(b)
  if (isInverted(a) || isInverted(b))
    return textOf(a.stringMatch) === textOf(b.stringMatch) && isInverted(a) !== isInverted(b)
  const [left, right] = [a.stringMatch ?? {}, b.stringMatch ?? {}]
  if (left.exact !== undefined && right.exact !== undefined) return left.exact !== right.exact
  if (left.exact !== undefined && right.prefix !== undefined) return !left.exact.startsWith(right.prefix)
  if (right.exact !== undefined && left.prefix !== undefined) return !right.exact.startsWith(left.prefix)
  return false
}

const someExclude = (as: readonly Condition[] = [], bs: readonly Condition[] = []): boolean =>
  as.some((a) => bs.some((b) => exclude(a, b)))

/** Whether no request matches both, as far as can be seen. */
export function areDisjoint(a: RouteMatch, b: RouteMatch): boolean {
  return pathsDiffer(a, b) || someExclude(a.headers, b.headers) || someExclude(a.queryParameters, b.queryParameters)
}
