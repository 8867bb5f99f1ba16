/** The changes of `proxyHeaders` to connection managers (pilot/pkg/networking/util/proxy_headers.go). */
import type {
  ProxyConfigProxyHeaders as ProxyHeaders,
  ProxyConfigProxyHeadersSetCurrentClientCertDetails as StatedDetails,
} from '../../../resources/mesh/mesh-config.ts'
import { compact } from '../../json.ts'
import type { Traffic } from '../plan/traffic.ts'
import type { HttpConnectionManager } from './http-connection-manager-message.ts'

type Fields = Partial<{ readonly [K in keyof HttpConnectionManager]: HttpConnectionManager[K] | undefined }>

/** Envoy's default, which is not sent. */
const SANITIZE = 'SANITIZE'

function serverFields({ server }: ProxyHeaders): Fields {
  if (server?.disabled) return { serverName: undefined, serverHeaderTransformation: 'PASS_THROUGH' }
  return server?.value ? { serverName: server.value } : {}
}

/** Only `subject` is a wrapper in Envoy's message; for the others, false is not sent. */
function certificateDetails({ subject, uri, dns, cert, chain }: StatedDetails) {
  return compact({
    subject: subject ?? true,
    uri: (uri ?? true) || undefined,
    dns: (dns ?? true) || undefined,
    cert: cert || undefined,
    chain: chain || undefined,
  })
}

/** How the workload receives the client's certificate; routers have their own settings for this. */
function clientCertificateFields({ forwardedClientCert, setCurrentClientCertDetails }: ProxyHeaders): Fields {
  return {
    ...(forwardedClientCert !== 'UNDEFINED' && {
      forwardClientCertDetails: forwardedClientCert === SANITIZE ? undefined : forwardedClientCert,
    }),
    ...(setCurrentClientCertDetails && {
      setCurrentClientCertDetails: certificateDetails(setCurrentClientCertDetails),
    }),
  }
}

/** Fields that override those of a kind of traffic; `undefined` removes a field. */
export function proxyHeaderFields(headers: ProxyHeaders | undefined, traffic: Traffic): Fields {
  if (!headers) return {}
  return {
    ...serverFields(headers),
    ...(headers.requestId?.disabled && { generateRequestId: false }),
    ...(headers.xForwardedPort?.enabled && { appendXForwardedPort: true }),
    ...(traffic === 'inbound' && clientCertificateFields(headers)),
  }
}
