/** Redirects (route.go ApplyRedirect). */
import type { HTTPRedirect } from '../../../kinds/messages/virtual-service.ts'
import type { ActionPlan } from './route.ts'

/** Envoy's names of the supported codes; its default has none. */
const RESPONSE_CODES: ReadonlyMap<number, string | undefined> = new Map([
  [0, undefined],
  [301, undefined],
  [302, 'FOUND'],
  [303, 'SEE_OTHER'],
  [307, 'TEMPORARY_REDIRECT'],
  [308, 'PERMANENT_REDIRECT'],
])

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
])

/** The port in the redirect; undefined for the scheme's default. */
function redirectPort(redirect: HTTPRedirect, listenPort: number, terminatesTls: boolean): number | undefined {
  const port = redirect.derivePort === 'FROM_REQUEST_PORT' ? listenPort : redirect.port
  const scheme = redirect.scheme || (terminatesTls ? 'https' : 'http')
  return port === DEFAULT_PORTS.get(scheme) ? undefined : port || undefined
}

export function planRedirect(redirect: HTTPRedirect, listenPort: number, terminatesTls: boolean): ActionPlan {
  if (!RESPONSE_CODES.has(redirect.redirectCode)) return { kind: 'nothing' }
  return {
    kind: 'redirect',
    redirect,
    port: redirectPort(redirect, listenPort, terminatesTls),
    responseCode: RESPONSE_CODES.get(redirect.redirectCode),
  }
}
