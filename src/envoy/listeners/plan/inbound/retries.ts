/** Retries in the routes of inbound connection managers (core/httproute.go buildSidecarInboundHTTPRouteConfig). */

import type { HTTPRetry } from '../../../../kinds/messages/virtual-service.ts'
import type { Duration } from '../../../../kinds/schema/duration.ts'
import type { Protocol } from '../../../../registry/protocol.ts'
import { compareVersions, type IstioVersion } from '../../../../releases/version.ts'
import type { ProxyView } from '../../../../scope/view.ts'
import { parseRetryOn } from '../../../routes/plan/retries.ts'

/** Retries towards the application. */
export interface InboundRetries {
  readonly attempts: number
  /** Envoy's conditions; '' for none. */
  readonly retryOn: string
  readonly statusCodes: readonly number[]
  readonly backoff: Duration | undefined
}

/** A request that was reset before it reached the application is safe to retry. */
const DEFAULT_RETRY_ON = 'reset-before-request'
const DEFAULT: InboundRetries = { attempts: 2, retryOn: DEFAULT_RETRY_ON, statusCodes: [], backoff: undefined }

/** A retry would repeat a whole stream. */
const NEVER_RETRIED: ReadonlySet<Protocol> = new Set<Protocol>(['GRPC', 'GRPC-Web'])

/** The oldest proxy that gets inbound retries from istiods that check its version. */
const FIRST_RETRYING: IstioVersion = { major: 1, minor: 24, patch: 0 }

/** Only attempts, retryOn and backoff of a policy have an effect. */
function retriesOf(policy: HTTPRetry | undefined): InboundRetries | undefined {
  if (!policy) return DEFAULT
  const { attempts, retryOn, backoff } = policy
  if (attempts <= 0) return undefined
  const conditions = retryOn === '' ? { retryOn: DEFAULT_RETRY_ON, statusCodes: [] } : parseRetryOn(retryOn)
  return { attempts, ...conditions, backoff }
}

/** The retries of a proxy's inbound ports by protocol; undefined for none. */
export function inboundRetries({ proxy, registry }: ProxyView): (protocol: Protocol) => InboundRetries | undefined {
  const { mesh, features } = registry.snapshot
  const tooOld = features.has('inbound-retries-by-proxy-version') && compareVersions(proxy.version, FIRST_RETRYING) < 0
  if (tooOld || !features.has('inbound-retries')) return () => undefined
  const retries = retriesOf(mesh.defaultInboundHttpRetryPolicy)
  const streamsToo = !features.has('no-inbound-retries-of-streams')
  return (protocol) => (streamsToo || !NEVER_RETRIED.has(protocol) ? retries : undefined)
}
