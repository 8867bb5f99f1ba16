/** Addresses on the command line. */
import { ipFamily } from '../../common/addresses.ts'
import { quoted, UserError } from '../../common/errors.ts'
import { type Endpoint, endpointText } from '../../server/endpoint.ts'
import type { ServeOptions } from './options.ts'

const DNS_PORT = 53
const DEFAULT_LISTEN = '127.0.0.1:5353'
const LOCALHOST = ['127.0.0.1', '::1'] as const
const PORT = /^[0-9]{1,5}$/
const HIGHEST_PORT = 65_535

interface Parts {
  readonly host: string
  readonly port: string | undefined
}

/** `1.2.3.4`, `1.2.3.4:53`, `::1`, `[::1]`, `[::1]:53` */
function split(text: string): Parts {
  if (ipFamily(text) === 6) return { host: text, port: undefined }
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1
  if (bracket > 0) {
    const rest = text.slice(bracket + 1)
    return { host: text.slice(1, bracket), port: rest.startsWith(':') ? rest.slice(1) : rest || undefined }
  }
  const colon = text.lastIndexOf(':')
  return colon < 0 ? { host: text, port: undefined } : { host: text.slice(0, colon), port: text.slice(colon + 1) }
}

function portOf(text: string, flag: string, whole: string): number {
  if (PORT.test(text) && Number(text) <= HIGHEST_PORT) return Number(text)
  throw new UserError(`${flag} ${quoted(whole)}: ${quoted(text)} is not a port`)
}

function addressesOf(host: string, flag: string, whole: string): readonly string[] {
  if (host === 'localhost') return LOCALHOST
  if (ipFamily(host) !== 0) return [host]
  throw new UserError(
    `${flag} ${quoted(whole)}: ${quoted(host)} is not an IP address`,
    'write an IPv6 address with a port in brackets, such as [::1]:5353',
  )
}

/** @throws UserError */
function withPort(text: string, flag: string): readonly Endpoint[] {
  const { host, port } = split(text)
  if (port === undefined) {
    throw new UserError(`${flag} ${quoted(text)} has no port`, `${flag} ${endpointText({ address: host, port: 5353 })}`)
  }
  return addressesOf(host, flag, text).map((address) => ({ address, port: portOf(port, flag, text) }))
}

/** @throws UserError */
export function listenOf({ listen = [DEFAULT_LISTEN] }: ServeOptions): readonly Endpoint[] {
  const endpoints = listen.flatMap((text) => withPort(text, '--listen'))
  const seen = new Set<string>()
  for (const endpoint of endpoints) {
    const text = endpointText(endpoint)
    if (endpoint.port !== 0 && seen.has(text)) throw new UserError(`--listen ${text} is given twice`)
    seen.add(text)
  }
  return endpoints
}

/** @throws UserError */
export function metricsOf({ metrics }: ServeOptions): Endpoint | undefined {
  return metrics === undefined ? undefined : withPort(metrics, '--metrics')[0]
}

/**
 * The resolvers of the options.
 * @returns undefined if they name none
 * @throws UserError
 */
export function statedUpstreams({ upstream }: ServeOptions): readonly Endpoint[] | undefined {
  if (upstream === false) return []
  if (!Array.isArray(upstream)) return undefined
  return upstream.flatMap((text: string) => {
    const { host, port } = split(text)
    const number = port === undefined ? DNS_PORT : portOf(port, '--upstream', text)
    if (number === 0) throw new UserError(`--upstream ${quoted(text)}: no resolver has port 0`)
    return addressesOf(host, '--upstream', text).map((address) => ({ address, port: number }))
  })
}
