/** Conditions of a route in words. */
import type { HeaderMatch, RouteMatch, StringMatch, ValueMatch } from '../../../simulation/resources.ts'

function pathText({ path, prefix, pathSeparatedPrefix, safeRegex, caseSensitive }: RouteMatch): string {
  const suffix = caseSensitive === false ? ' in any case' : ''
  if (path !== undefined) return `path ${path}${suffix}`
  if (safeRegex) return `path matching ${safeRegex.regex ?? ''}${suffix}`
  const start = prefix ?? pathSeparatedPrefix ?? '/'
  return start === '/' ? '' : `path ${start}*${suffix}`
}

const PSEUDO: ReadonlyMap<string, string> = new Map([
  [':method', 'method'],
  [':authority', 'host'],
  [':scheme', 'scheme'],
])

/** `jason`, `jason*`, `matching ^j`. */
function matchText({ exact, prefix, suffix, contains, safeRegex }: StringMatch): string {
  if (exact !== undefined) return exact
  if (prefix !== undefined) return `${prefix}*`
  if (suffix !== undefined) return `*${suffix}`
  if (contains !== undefined) return `*${contains}*`
  return `matching ${safeRegex?.regex ?? ''}`
}

function headerText(match: HeaderMatch): string {
  const { name, stringMatch, invertMatch } = match
  const pseudo = PSEUDO.get(name)
  if (!stringMatch) return invertMatch ? `no header ${name}` : `header ${name}`
  const value = matchText(stringMatch)
  if (pseudo) return invertMatch ? `${pseudo} not ${value}` : `${pseudo} ${value}`
  return invertMatch ? `${name} not ${value}` : `${name}: ${value}`
}

function parameterText({ name, stringMatch }: ValueMatch): string {
  if (!stringMatch) return `parameter ${name}`
  return stringMatch.exact === undefined
    ? `parameter ${name} ${matchText(stringMatch)}`
    : `parameter ${name}=${stringMatch.exact}`
}

function claimText(claim: unknown): string {
  const { path = [], invert } = claim as {
    readonly path?: readonly { readonly key?: string }[]
    readonly invert?: true
  }
  const name = path.map(({ key }) => key ?? '').slice(1)
  return `${invert ? 'not ' : ''}claim ${name.join('.')} of the token`
}

/** ` with end-user: jason and path /v2*`; '' for a route that takes every request. */
export function conditionsText(match: RouteMatch): string {
  const { headers = [], queryParameters = [], dynamicMetadata = [] } = match
  const parts = [
    pathText(match),
    ...headers.map(headerText),
    ...queryParameters.map(parameterText),
    ...dynamicMetadata.map(claimText),
  ].filter((part) => part !== '')
  if (parts.length === 0) return ''
  const last = parts.pop() ?? ''
  return ` with ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}`
}
