/** Conditions on what filters know of a request, above all the claims of its token. */
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt } from '../../sources/mapping.ts'
import type { MetadataMatch, MetadataValueMatch } from '../resources.ts'
import { matchesString } from './values.ts'

function matchesValue(match: MetadataValueMatch, value: JsonValue | undefined): boolean {
  if (match.orMatch) return (match.orMatch.valueMatchers ?? []).some((each) => matchesValue(each, value))
  if (match.listMatch) {
    const { oneOf } = match.listMatch
    return Array.isArray(value) && oneOf !== undefined && value.some((item) => matchesValue(oneOf, item))
  }
  return typeof value === 'string' && match.stringMatch !== undefined && matchesString(match.stringMatch, value)
}

const JWT_FILTER = 'envoy.filters.http.jwt_authn'

/** The claims of the checked token, below `payload`. */
export function matchesMetadata(
  { filter, path = [], value = {}, invert = false }: MetadataMatch,
  claims: JsonValue | undefined,
): boolean {
  const [, ...names] = path
  let found: JsonValue | undefined = filter === JWT_FILTER ? claims : undefined
  for (const { key = '' } of names) found = fieldAt(found, key)
  return matchesValue(value, found) !== invert
}
