/** Answers that the proxy gives by itself (route.go ApplyRedirect, ApplyDirectResponse). */
import { decodeBase64, encodeBase64 } from '../../../common/bytes.ts'
import type { HTTPDirectResponse, HTTPRedirect } from '../../../kinds/messages/virtual-service.ts'
import { compact } from '../../json.ts'
import type { DirectResponseAction, RedirectAction } from './resources.ts'

/** Envoy's names of the codes that it supports; its default has none. */
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

/** The port to name in the answer; undefined when the scheme's own is meant. */
function redirectPort(redirect: HTTPRedirect, listenPort: number, terminatesTls: boolean): number | undefined {
  const port = redirect.derivePort === 'FROM_REQUEST_PORT' ? listenPort : redirect.port
  const scheme = redirect.scheme || (terminatesTls ? 'https' : 'http')
  return port === DEFAULT_PORTS.get(scheme) ? undefined : port || undefined
}

/** @returns undefined when the response code is none that Envoy has; the route then does nothing */
export function redirectAction(
  redirect: HTTPRedirect,
  listenPort: number,
  terminatesTls: boolean,
): RedirectAction | undefined {
  if (!RESPONSE_CODES.has(redirect.redirectCode)) return undefined
  return compact<RedirectAction>({
    hostRedirect: redirect.authority || undefined,
    ...(redirect.prefixRewrite ? { prefixRewrite: redirect.prefixRewrite } : { pathRedirect: redirect.uri }),
    schemeRedirect: redirect.scheme || undefined,
    portRedirect: redirectPort(redirect, listenPort, terminatesTls),
    responseCode: RESPONSE_CODES.get(redirect.redirectCode),
  })
}

export function directResponseAction({ status, body }: HTTPDirectResponse): DirectResponseAction {
  return compact<DirectResponseAction>({
    status: status || undefined,
    body:
      body &&
      compact({
        inlineString: body.string,
        inlineBytes: body.bytes === undefined ? undefined : encodeBase64(decodeBase64(body.bytes)),
      }),
  })
}
