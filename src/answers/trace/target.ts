/** A target and its flags as a request: `HOST:PORT`, a URL, or `grpc://HOST:PORT/Service/Method`. */
import { ipFamily } from '../../common/addresses.ts'
import { quoted, UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import { nameProblem } from '../../dns/question-name.ts'
import type { ClientTls, HttpRequest, TraceRequest } from '../../simulation/index.ts'
import type { JsonMapping } from '../../sources/mapping.ts'
import { identityOf } from './identity.ts'

/** What the flags add to a target. */
export interface RequestFlags {
  readonly method?: string | undefined
  /** `name: value` */
  readonly header?: readonly string[] | undefined
  readonly sni?: string | undefined
  /** Separated by commas. */
  readonly alpn?: string | undefined
  readonly serverFirst?: boolean | undefined
  readonly sourceIp?: string | undefined
  /** The client's identity in the mesh. */
  readonly principal?: string | undefined
  /** The claims of the client's token. */
  readonly claims?: JsonMapping | undefined
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, grpc: 80 }
const LARGEST_PORT = 65_535
/** Envoy refuses longer headers. */
const LONGEST_PATH = 60 * 1024

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const UNPRINTABLE = /[^\x21-\x7e\u0080-\uffff]/
const BAD_VALUE = /[\0\r\n]/

export function checkedHost(host: string): string {
  if (ipFamily(host) !== 0) return host
  const problem = nameProblem(host)
  if (problem) throw new UserError(`${quoted(host)} is not a host: ${problem}`)
  if (/[/@[\]\\]/.test(host) || UNPRINTABLE.test(host)) throw new UserError(`${quoted(host)} is not a host`)
  return host
}

export function checkedPort(text: string | number, where: string): number {
  const port = typeof text === 'number' || /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (!Number.isInteger(port) || port < 1 || port > LARGEST_PORT) {
    throw new UserError(`${where}: ${quoted(String(text))} is not a port`, 'a port is a number from 1 to 65535')
  }
  return port
}

interface Authority {
  readonly host: string
  readonly port: number | undefined
}

/** `host`, `host:port`, `[address]:port`. */
function parseAuthority(text: string): Authority {
  if (text.includes('@')) throw new UserError(`${quoted(text)}: a user name in a target has no effect`, 'leave it out')
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text)
  if (bracketed) {
    const [, address = '', port] = bracketed
    if (ipFamily(address) !== 6) throw new UserError(`${quoted(text)}: the brackets must hold an IPv6 address`)
    return { host: address, port: port === undefined ? undefined : checkedPort(port, text) }
  }
  const colon = text.lastIndexOf(':')
  if (ipFamily(text) === 6) throw new UserError(`${quoted(text)}: the port is missing`, `write [${text}]:PORT`)
  const host = checkedHost(colon < 0 ? text : text.slice(0, colon))
  return { host, port: colon < 0 ? undefined : checkedPort(text.slice(colon + 1), text) }
}

export function checkedMethod(method: string): string {
  if (!TOKEN.test(method)) throw new UserError(`--method: ${quoted(method)} is not a method`)
  return method
}

/** @throws UserError for a header that no request can have */
export function checkedHeader(name: string, value: string): readonly [string, string] {
  if (name.startsWith(':')) {
    throw new UserError(`header ${quoted(name)}: pseudo headers follow from the target`, 'use --method, or -H host')
  }
  if (!TOKEN.test(name)) throw new UserError(`header ${quoted(name)}: a name has letters, digits and hyphens only`)
  if (BAD_VALUE.test(value)) throw new UserError(`header ${quoted(name)}: a value has no line break`)
  return [name.toLowerCase(), value]
}

function headersOf({ header = [] }: RequestFlags): Map<string, string> {
  return new Map(
    header.map((text) => {
      const colon = text.indexOf(':', 1)
      if (colon < 0) throw new UserError(`-H: ${quoted(text)} is not a header`, "the form is 'name: value'")
      return checkedHeader(text.slice(0, colon).trim(), text.slice(colon + 1).trim())
    }),
  )
}

export function checkedPath(path: string): string {
  if (path.length > LONGEST_PATH) throw new UserError(`the path has more than ${LONGEST_PATH} characters`)
  if (!path.startsWith('/')) throw new UserError(`${quoted(path)} is not a path: it begins with a slash`)
  if (UNPRINTABLE.test(path)) throw new UserError(`${quoted(path)}: a path has no spaces or control characters`)
  return path
}

/** What a client sends that begins TLS itself. */
export function tlsOf(host: string, { sni, alpn }: RequestFlags, usual: readonly string[]): ClientTls {
  const protocols = alpn === undefined ? usual : alpn.split(',').filter((protocol) => protocol !== '')
  return { sni: sni ?? (ipFamily(host) === 0 ? host.replace(/\.$/, '') : ''), alpn: protocols, certificate: 'none' }
}

function withoutTls(flags: RequestFlags, scheme: string): void {
  const [flag] = [flags.sni !== undefined && '--sni', flags.alpn !== undefined && '--alpn'].filter((name) => name)
  if (flag) throw new UserError(`${flag}: ${scheme}:// has no TLS`, 'use https:// for TLS that the client begins')
}

const GRPC_HEADERS: ReadonlyMap<string, string> = new Map([
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
])

function urlRequest(scheme: string, rest: string, flags: RequestFlags): TraceRequest {
  const end = rest.search(/[/?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const { host, port: stated } = parseAuthority(authority)
  // Clients keep what follows # to themselves.
  const [tail = ''] = (end < 0 ? '' : rest.slice(end)).split('#')
  const path = checkedPath(tail.startsWith('/') ? tail : `/${tail}`)
  const grpc = scheme === 'grpc'
  const headers = new Map([...(grpc ? GRPC_HEADERS : []), ...headersOf(flags)])
  const named = headers.get('host') ?? authority
  headers.delete('host')
  const http: HttpRequest = {
    method: checkedMethod(flags.method ?? (grpc ? 'POST' : 'GET')),
    path,
    authority: named,
    scheme: scheme === 'https' ? 'https' : 'http',
    headers,
    version: grpc ? '2' : '1.1',
  }
  if (scheme !== 'https') withoutTls(flags, scheme)
  const tls = scheme === 'https' ? tlsOf(host, flags, ['h2', 'http/1.1']) : undefined
  return { host, port: stated ?? PORTS[scheme] ?? 0, tls, http }
}

function plainRequest(text: string, flags: RequestFlags): TraceRequest {
  const { host, port } = parseAuthority(text)
  if (port === undefined) {
    throw new UserError(`${quoted(text)}: the port is missing`, `write ${text}:PORT, or http://${text}/ for HTTP`)
  }
  if (flags.method !== undefined || (flags.header ?? []).length > 0) {
    throw new UserError(`${quoted(text)}: --method and -H need HTTP`, `write http://${text}/`)
  }
  const tls = flags.sni === undefined && flags.alpn === undefined ? undefined : tlsOf(host, flags, [])
  return { host, port, tls }
}

/**
 * @param text the target as the user writes it
 * @throws UserError for a target that cannot be
 */
export function parseTarget(text: string, flags: RequestFlags): TraceRequest {
  const { sourceIp } = flags
  if (sourceIp !== undefined && ipFamily(sourceIp) === 0) {
    throw new UserError(`--source-ip: ${quoted(sourceIp)} is not an IP address`)
  }
  const request = { ...requestOf(text, flags), source: sourceIp, identity: identityOf(flags.principal) }
  if (flags.claims === undefined) return request
  if (!request.http)
    throw new UserError('--jwt-claims: only HTTP requests have tokens', 'use http://, https:// or grpc://')
  return { ...request, http: { ...request.http, token: flags.claims } }
}

function requestOf(text: string, flags: RequestFlags): TraceRequest {
  const [, scheme, rest = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(text) ?? []
  if (scheme === undefined) return { ...plainRequest(text, flags), serverFirst: flags.serverFirst }
  const known = Object.keys(PORTS)
  const lower = scheme.toLowerCase()
  if (!known.includes(lower)) {
    const close = nearest(lower, known)
    const hint = close ? `did you mean ${close}://?` : `use ${known.join('://, ')}://, or HOST:PORT for TCP`
    throw new UserError(`${quoted(text)}: ${quoted(`${scheme}://`)} is not known`, hint)
  }
  if (flags.serverFirst) throw new UserError('--server-first: a client of HTTP sends first', 'use HOST:PORT')
  return urlRequest(lower, rest, flags)
}
