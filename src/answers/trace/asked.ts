/** Requests as data: a line of a batch is one JSON object. */
import { ipFamily } from '../../common/addresses.ts'
import { quoted, UserError } from '../../common/errors.ts'
import { joinHostPort } from '../../common/names.ts'
import { nearest } from '../../common/nearest.ts'
import type { TraceRequest } from '../../simulation/index.ts'
import type { JsonValue } from '../../sources/document.ts'
import { isMapping, type JsonMapping } from '../../sources/mapping.ts'
import { identityOf } from './identity.ts'
import { checkedHeader, checkedHost, checkedMethod, checkedPath, checkedPort, parseTarget, tlsOf } from './target.ts'

/** A request with its target as text. */
export interface Asked {
  readonly target: string
  readonly request: TraceRequest
}

const FIELDS = ['address', 'port', 'tcp', 'tls', 'http', 'target', 'serverFirst', 'source', 'principal'] as const
const TLS_FIELDS = ['sni', 'alpn'] as const
const HTTP_FIELDS = ['method', 'host', 'path', 'headers', 'claims'] as const

function checkFields(value: JsonMapping, known: readonly string[], where: string): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    const close = nearest(name, known)
    throw new UserError(`${where} has no field ${quoted(name)}`, close ? `did you mean ${close}?` : known.join(', '))
  }
}

function textOf(value: JsonMapping, name: string, otherwise: string): string {
  const found = value[name] ?? otherwise
  if (typeof found !== 'string') throw new UserError(`${name} must be a string`)
  return found
}

function listOf(value: JsonValue | undefined, name: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new UserError(`${name} must be a list of strings`)
  }
  return value as string[]
}

function mappingOf(value: JsonValue | undefined, name: string): JsonMapping {
  if (!isMapping(value)) throw new UserError(`${name} must be an object`)
  return value
}

function httpOf(value: JsonMapping, address: string, isTls: boolean): TraceRequest['http'] {
  checkFields(value, HTTP_FIELDS, 'http')
  const headers = Object.entries(mappingOf(value.headers ?? {}, 'headers')).map(([name, text]) =>
    checkedHeader(name, typeof text === 'string' ? text : textOf({ [name]: text }, name, '')),
  )
  return {
    method: checkedMethod(textOf(value, 'method', 'GET')),
    path: checkedPath(textOf(value, 'path', '/')),
    authority: textOf(value, 'host', address),
    scheme: isTls ? 'https' : 'http',
    headers: new Map(headers),
    version: '1.1',
    token: value.claims === undefined ? undefined : mappingOf(value.claims, 'claims'),
  }
}

/** Who the client is. */
function clientOf(value: JsonMapping): Pick<TraceRequest, 'source' | 'identity'> {
  const source = value.source === undefined ? undefined : textOf(value, 'source', '')
  if (source !== undefined && ipFamily(source) === 0)
    throw new UserError(`source: ${quoted(source)} is not an IP address`)
  const principal = value.principal === undefined ? undefined : textOf(value, 'principal', '')
  return { source, identity: identityOf(principal) }
}

/**
 * A request as data.
 * @throws UserError
 */
export function askedOf(given: JsonValue): Asked {
  const value = mappingOf(given, 'a request')
  checkFields(value, FIELDS, 'a request')
  if (value.target !== undefined) {
    const target = textOf(value, 'target', '')
    return { target, request: { ...parseTarget(target, {}), ...clientOf(value) } }
  }
  const host = checkedHost(textOf(value, 'address', ''))
  const { port: stated = '' } = value
  const port = checkedPort(typeof stated === 'number' ? stated : String(stated), 'port')
  const tls = value.tls === undefined ? undefined : mappingOf(value.tls, 'tls')
  if (tls) checkFields(tls, TLS_FIELDS, 'tls')
  const request: TraceRequest = {
    host,
    port,
    tls: tls && { ...tlsOf(host, { sni: textOf(tls, 'sni', '') }, listOf(tls.alpn, 'alpn')) },
    http: value.http === undefined ? undefined : httpOf(mappingOf(value.http, 'http'), host, tls !== undefined),
    serverFirst: value.serverFirst === true,
    ...clientOf(value),
  }
  return { target: targetText(request), request }
}

function targetText({ host, port, tls, http }: TraceRequest): string {
  const place = joinHostPort(host, port)
  if (!http) return place
  const named = http.authority === host || http.authority === place ? '' : ` (host ${http.authority})`
  return `${tls ? 'https' : 'http'}://${place}${http.path}${named}`
}

/**
 * The request of a line.
 * @returns undefined for a blank line
 * @throws UserError
 */
export function parseAsked(line: string): Asked | undefined {
  if (line.trim() === '') return undefined
  let value: JsonValue
  try {
    value = JSON.parse(line) as JsonValue
  } catch (error) {
    throw new UserError(`not JSON: ${(error as Error).message}`)
  }
  return askedOf(value)
}
