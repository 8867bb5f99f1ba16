/** Listeners that pass on the mTLS connections of other networks (pkg/config/gateway/kube). */
import { LABELS } from '../../common/istio-names.ts'
import type { ListenerTls } from '../../kinds/messages/gateway-api/gateway.ts'

const LISTENER_PROTOCOL = 'gateway.istio.io/listener-protocol'
/** The port of a network gateway that states no other. */
export const DEFAULT_GATEWAY_PORT = 15443

/** Whether mTLS connections of other networks are passed on by their server name (pkg/config/gateway/kube). */
export function isAutoPassthrough(
  labels: ReadonlyMap<string, string>,
  { tls, port }: { readonly tls: ListenerTls | undefined; readonly port: number },
): boolean {
  if (!tls) return false
  if (tls.options.get(LISTENER_PROTOCOL) === 'auto-passthrough') return true
  const stated = labels.get(LABELS.gatewayPort)
  const wanted = stated !== undefined && /^[-+]?[0-9]+$/.test(stated) ? Number(stated) : DEFAULT_GATEWAY_PORT
  return labels.has(LABELS.network) && port === wanted
}
