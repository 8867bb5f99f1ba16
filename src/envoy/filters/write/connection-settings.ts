/** Writes the proxy configuration's connectionSettings (core/connection_settings.go). */
import { compact, durationText } from '../../json.ts'
import type { CommonHttpPlan, ConnectionPlan } from '../plan/connection-settings.ts'
import type { HttpConnectionManager } from './http-connection-manager-message.ts'

const commonOptions = (common: CommonHttpPlan) =>
  compact({
    idleTimeout: durationText(common.idleTimeout),
    maxConnectionDuration: durationText(common.maxConnectionDuration),
    maxStreamDuration: durationText(common.maxStreamDuration),
    headersWithUnderscoresAction: common.headersWithUnderscores,
  })

/** The fields of a connection manager that the settings change. */
export function connectionFields(plan: ConnectionPlan): Partial<HttpConnectionManager> {
  const streamIdleTimeout = durationText(plan.streamIdleTimeout)
  return {
    ...(streamIdleTimeout !== undefined && { streamIdleTimeout }),
    ...compact({
      commonHttpProtocolOptions: plan.common && commonOptions(plan.common),
      http2ProtocolOptions: plan.http2 && compact({ ...plan.http2 }),
      requestTimeout: durationText(plan.requestTimeout),
      requestHeadersTimeout: durationText(plan.requestHeadersTimeout),
      drainTimeout: durationText(plan.drainTimeout),
      pathWithEscapedSlashesAction: plan.escapedSlashes,
    }),
    // Envoy's default is not sent, but it overrides the mesh's setting.
    ...(plan.mergeSlashes !== undefined && { mergeSlashes: plan.mergeSlashes || undefined }),
  }
}
