import { UNIX_PREFIX } from '../../../common/addresses.ts'

/** A parsed name of a route configuration (httproute.go extractListenerPort). */
export interface RouteName {
  readonly text: string
  /** 0 for unix sockets and the HTTP proxy, whose routes include all ports. */
  readonly port: number
  /** For `HOST:PORT`: only the virtual host of one service, whose listener detects protocols. */
  readonly host: string | undefined
}

/** The routes for clients that use the sidecar as an HTTP proxy. */
export const HTTP_PROXY_ROUTES = 'http_proxy'
const NUMBER = /^[+-]?[0-9]+$/

/** @returns undefined when listeners never use such a name */
export function parseRouteName(text: string): RouteName | undefined {
  if (text === HTTP_PROXY_ROUTES || text.startsWith(UNIX_PREFIX)) return { text, port: 0, host: undefined }
  const colon = text.indexOf(':')
  const port = text.slice(colon + 1)
  if (!NUMBER.test(port)) return undefined
  return { text, port: Number(port), host: colon < 0 ? undefined : text.slice(0, colon) }
}
