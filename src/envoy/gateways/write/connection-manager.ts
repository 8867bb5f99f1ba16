/** Fields that only connection managers of routers have. */
import type { HttpOptions } from '../../filters/write/http-connection-manager.ts'
import type { HttpConnectionManager } from '../../filters/write/http-connection-manager-message.ts'
import type { ClientCertificates, GatewaySettings } from '../plan/settings.ts'

type Fields = Partial<{ readonly [K in keyof HttpConnectionManager]: HttpConnectionManager[K] | undefined }>

const certificateFields = ({ forwarded, detailed }: ClientCertificates): Fields => ({
  forwardClientCertDetails: forwarded,
  ...(!detailed && { setCurrentClientCertDetails: undefined }),
})

/** Fields that override those of a router's traffic; `undefined` removes a field. */
export function managerFields({ trustedProxies, clientCertificates }: GatewaySettings): HttpOptions['extra'] {
  const fields: Fields = {
    ...(trustedProxies > 0 && { xffNumTrustedHops: trustedProxies }),
    ...(clientCertificates && certificateFields(clientCertificates)),
  }
  return fields as HttpOptions['extra']
}
