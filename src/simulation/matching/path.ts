/** How an HTTP connection manager changes a path before it looks for a route (source/common/http/path_utility.cc). */
import type { NetworkFilterConfig } from '../resources.ts'

const UNRESERVED = /^[A-Za-z0-9\-._~]$/
/** Characters of a path that are encoded; `%` stays, because it begins an escape. */
const ENCODED = /[^!$%&'()*+,\-./0-9:;=@A-Z[\]_a-z|~]/gu
const ESCAPE = /%([0-9A-Fa-f]{2})/g

/** Splits a path from its query, which begins with `?`. */
export function splitQuery(path: string): readonly [string, string] {
  const at = path.indexOf('?')
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at)]
}

function decodeUnreserved(path: string): string {
  return path.replace(ESCAPE, (escape, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16))
    return UNRESERVED.test(char) ? char : escape
  })
}

/** Resolves `.` and `..` (RFC 3986, section 5.2.4). */
function withoutDots(path: string): string {
  const out: string[] = []
  const segments = path.split('/').slice(1)
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1
    if (segment === '..') out.pop()
    if (segment !== '.' && segment !== '..') out.push(segment)
    else if (last) out.push('')
  }
  return `/${out.join('/')}`
}

function normalized(path: string): string {
  const encoded = decodeUnreserved(path.replaceAll('\\', '/')).replace(ENCODED, (char) => encodeURIComponent(char))
  return withoutDots(encoded)
}

const SLASHES: Readonly<Record<string, string>> = { '%2f': '/', '%5c': '\\' }
const unescapedSlashes = (path: string): string =>
  path.replace(/%(?:2f|5c)/gi, (escape) => SLASHES[escape.toLowerCase()] ?? escape)

/** @returns undefined for a path that Envoy refuses with status 400 */
export function normalizedPath(path: string, config: NetworkFilterConfig): string | undefined {
  if (!path.startsWith('/') || path.includes('#')) return undefined
  let [own, query] = splitQuery(path)
  if (config.pathWithEscapedSlashesAction === 'UNESCAPE_AND_FORWARD') own = unescapedSlashes(own)
  if (config.normalizePath) own = normalized(own)
  if (config.mergeSlashes) own = own.replace(/\/{2,}/g, '/')
  return own + query
}
