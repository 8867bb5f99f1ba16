/** Which address a connection manager takes for the client's (source/common/http/conn_manager_utility.cc). */
import { ipFamily } from '../../common/addresses.ts'
import type { Connection, HttpRequest } from '../connection.ts'
import type { NetworkFilterConfig } from '../resources.ts'

const FORWARDED = 'x-forwarded-for'

/** The address in the header, from the right after some others; undefined when it is not one. */
function forwardedAddress({ headers }: HttpRequest, skipped: number): string | undefined {
  const address = headers
    .get(FORWARDED)
    ?.split(',')
    .at(-1 - skipped)
    ?.trim()
  return address !== undefined && ipFamily(address) !== 0 ? address : undefined
}

/** A connection with the address that policies see as the client's, and the request as the manager passes it on. */
export function withClientAddress(
  { useRemoteAddress = false, xffNumTrustedHops = 0, skipXffAppend = false }: NetworkFilterConfig,
  connection: Connection,
  request: HttpRequest,
): Connection & { readonly http: HttpRequest } {
  if (!useRemoteAddress) {
    const client = forwardedAddress(request, xffNumTrustedHops) ?? connection.client
    return { ...connection, client, http: request }
  }
  const direct = connection.source ?? connection.client
  const trusted = xffNumTrustedHops > 0 ? forwardedAddress(request, xffNumTrustedHops - 1) : undefined
  const client = trusted ?? direct
  if (skipXffAppend || direct === undefined) return { ...connection, client, http: request }
  const before = request.headers.get(FORWARDED)
  const headers = new Map(request.headers).set(FORWARDED, before === undefined ? direct : `${before},${direct}`)
  return { ...connection, client, http: { ...request, headers } }
}
