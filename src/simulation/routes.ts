/** Which route an HTTP request takes: as Envoy 1.40 decides. */
import type { HeaderMatch, Route, RouteConfiguration, RouteMatch, StringMatch, VirtualHost } from './resources.ts'

export interface HttpRequest {
  /** The Host header, with or without a port. */
  readonly authority: string
  readonly path: string
  /** Names in lower case; pseudo headers such as `:method` among them. */
  readonly headers: ReadonlyMap<string, string>
}

const withoutPort = (authority: string): string => authority.replace(/:\d+$/, '')

/** How well a domain fits: exact before `*.x`, that before `x.*`, that before `*`; the longer before the shorter. */
function domainFit(domain: string, host: string): number {
  const wanted = domain.toLowerCase()
  if (wanted === host) return 3e6
  if (wanted === '*') return 1
  if (wanted.startsWith('*')) return host.endsWith(wanted.slice(1)) ? 2e6 + wanted.length : 0
  return wanted.endsWith('*') && host.startsWith(wanted.slice(0, -1)) ? 1e6 + wanted.length : 0
}

export function virtualHostOf(config: RouteConfiguration, authority: string): VirtualHost | undefined {
  const host = (config.ignorePortInHostMatching ? withoutPort(authority) : authority).toLowerCase()
  let found: VirtualHost | undefined
  let fit = 0
  for (const candidate of config.virtualHosts ?? []) {
    for (const domain of candidate.domains) {
      const score = domainFit(domain, host)
      if (score > fit) {
        fit = score
        found = candidate
      }
    }
  }
  return found
}

/** RE2 takes flags in front, `(?i)`, which JavaScript knows as arguments only. */
function fullMatch(regex: string, text: string): boolean {
  const flags = /^\(\?([ims]+)\)/.exec(regex)
  const pattern = flags ? regex.slice(flags[0].length) : regex
  return new RegExp(`^(?:${pattern})$`, flags?.[1]).test(text)
}

function matchesString(match: StringMatch, text: string): boolean {
  const fold = (value: string): string => (match.ignoreCase ? value.toLowerCase() : value)
  const value = fold(text)
  if (match.exact !== undefined) return value === fold(match.exact)
  if (match.prefix !== undefined) return value.startsWith(fold(match.prefix))
  if (match.suffix !== undefined) return value.endsWith(fold(match.suffix))
  if (match.contains !== undefined) return value.includes(fold(match.contains))
  return match.safeRegex === undefined || fullMatch(match.safeRegex.regex, text)
}

function matchesHeader(match: HeaderMatch, headers: ReadonlyMap<string, string>): boolean {
  const invert = match.invertMatch ?? false
  const value = headers.get(match.name.toLowerCase()) ?? (match.treatMissingHeaderAsEmpty ? '' : undefined)
  if (match.stringMatch === undefined) return (value !== undefined) === ((match.presentMatch ?? true) !== invert)
  // A header that is not there fails a comparison, an inverted one too.
  return value !== undefined && matchesString(match.stringMatch, value) !== invert
}

function matchesPath(match: RouteMatch, path: string): boolean {
  const fold = (value: string): string => (match.caseSensitive === false ? value.toLowerCase() : value)
  const actual = fold(path)
  if (match.path !== undefined) return actual === fold(match.path)
  if (match.safeRegex !== undefined) return fullMatch(match.safeRegex.regex, path)
  if (match.pathSeparatedPrefix !== undefined) {
    const prefix = fold(match.pathSeparatedPrefix)
    return actual === prefix || actual.startsWith(`${prefix}/`)
  }
  return actual.startsWith(fold(match.prefix ?? ''))
}

/** Both parts of `text` around the first `separator`; the second is empty when there is none. */
function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Envoy compares the first value of a parameter, as it is written: percent-encoding stays. */
function parametersOf(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const parameter of query.split('&')) {
    const [name, value] = cut(parameter, '=')
    if (!parameters.has(name)) parameters.set(name, value)
  }
  return parameters
}

function matches(match: RouteMatch, request: HttpRequest): boolean {
  const [path, query] = cut(request.path, '?')
  const parameters = parametersOf(query)
  return (
    matchesPath(match, path) &&
    (match.headers ?? []).every((header) => matchesHeader(header, request.headers)) &&
    (match.queryParameters ?? []).every(({ name, stringMatch }) => {
      const value = parameters.get(name)
      return value !== undefined && (stringMatch === undefined || matchesString(stringMatch, value))
    })
  )
}

/** The first route that matches. */
export function routeOf(host: VirtualHost, request: HttpRequest): Route | undefined {
  return host.routes?.find((route) => matches(route.match, request))
}
