/** Writes responses that the proxy generates (route.go ApplyRedirect, ApplyDirectResponse). */
import { decodeBase64, encodeBase64 } from '../../../common/bytes.ts'
import type { HTTPDirectResponse } from '../../../kinds/messages/virtual-service.ts'
import { compact } from '../../json.ts'
import type { RedirectPlan } from '../plan/route.ts'
import type { DirectResponseAction, RedirectAction } from './resources.ts'

export function redirectAction({ redirect, port, responseCode }: RedirectPlan): RedirectAction {
  return compact<RedirectAction>({
    hostRedirect: redirect.authority || undefined,
    ...(redirect.prefixRewrite ? { prefixRewrite: redirect.prefixRewrite } : { pathRedirect: redirect.uri }),
    schemeRedirect: redirect.scheme || undefined,
    portRedirect: port,
    responseCode,
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
