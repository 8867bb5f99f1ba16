/** Conditions on texts: headers, query parameters. */
import { Pattern } from '../../kinds/re2/match.ts'
import type { HeaderMatch, StringMatch, ValueMatch } from '../resources.ts'

const PATTERNS = new Map<string, Pattern | undefined>()

/** Patterns are compiled once; more than this many are not kept. */
const MOST_KEPT = 10_000

/** @returns undefined for a pattern that Envoy does not accept */
export function patternOf(regex: string): Pattern | undefined {
  if (PATTERNS.has(regex)) return PATTERNS.get(regex)
  let pattern: Pattern | undefined
  try {
    pattern = new Pattern(regex)
  } catch {
    // istiod's admission check refuses the pattern, or Envoy does because its program is too large.
    pattern = undefined
  }
  if (PATTERNS.size >= MOST_KEPT) PATTERNS.clear()
  PATTERNS.set(regex, pattern)
  return pattern
}

/** Whether an expression matches a whole text; one that Envoy does not accept matches nothing. */
export const matchesRegex = (regex: string | undefined, text: string): boolean =>
  patternOf(regex ?? '')?.matches(text) ?? false

export function matchesString(match: StringMatch, text: string): boolean {
  const fold = (value: string): string => (match.ignoreCase ? value.toLowerCase() : value)
  const value = fold(text)
  if (match.exact !== undefined) return value === fold(match.exact)
  if (match.prefix !== undefined) return value.startsWith(fold(match.prefix))
  if (match.suffix !== undefined) return value.endsWith(fold(match.suffix))
  if (match.contains !== undefined) return value.includes(fold(match.contains))
  return match.safeRegex === undefined || matchesRegex(match.safeRegex.regex, text)
}

/** @param headers names in lower case; pseudo headers such as `:method` among them */
export function matchesHeader(match: HeaderMatch, headers: ReadonlyMap<string, string>): boolean {
  const invert = match.invertMatch ?? false
  const value = headers.get(match.name.toLowerCase()) ?? (match.treatMissingHeaderAsEmpty ? '' : undefined)
  if (match.stringMatch === undefined) return (value !== undefined) === ((match.presentMatch ?? true) !== invert)
  // A header that is not there fails a comparison, an inverted one too.
  return value !== undefined && matchesString(match.stringMatch, value) !== invert
}

export function matchesParameter({ name, stringMatch }: ValueMatch, parameters: ReadonlyMap<string, string>): boolean {
  const value = parameters.get(name)
  return value !== undefined && (stringMatch === undefined || matchesString(stringMatch, value))
}

/** Both parts of `text` around the first `separator`; the second is empty when there is none. */
export function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Envoy compares the first value of a parameter, as it is written: percent-encoding stays. */
export function parametersOf(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const parameter of query.split('&')) {
    const [name, value] = cut(parameter, '=')
    if (!parameters.has(name)) parameters.set(name, value)
  }
  return parameters
}
