/** Services that decide about requests (pilot/pkg/security/authz/builder/extauthz.go). */

import { compareBytes } from '../../../common/bytes.ts'
import { ENVOY_STATUS } from '../../../common/status-codes.ts'
import type { Duration } from '../../../kinds/schema/duration.ts'
import { isPort } from '../../../kinds/validation/values/ports.ts'
import type { MeshConfigExtensionProvider } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { type ProviderService, providerService } from '../../policy/provider-service.ts'

/** The part of a body that the service gets. */
export interface CheckedBody {
  /** In bytes. */
  readonly maximum: number
  readonly allowPartial: boolean
  readonly asBytes: boolean
}

interface ProviderBase {
  readonly to: ProviderService
  readonly timeout: Duration
  readonly failOpen: boolean
  /** Envoy's name of the status when the service fails; undefined for its default. */
  readonly statusOnError: string | undefined
  readonly body: CheckedBody | undefined
}

export interface HttpExternalProvider extends ProviderBase {
  readonly kind: 'http'
  readonly pathPrefix: string
  /** Headers of the request that the service gets. */
  readonly allowedHeaders: readonly string[]
  /** Headers that the service gets in addition, by name. */
  readonly headersToAdd: readonly (readonly [name: string, value: string])[]
  readonly headersToUpstream: readonly string[]
  readonly headersOnDeny: readonly string[]
  readonly headersOnAllow: readonly string[]
}

export interface GrpcExternalProvider extends ProviderBase {
  readonly kind: 'grpc'
}

export type ExternalProvider = HttpExternalProvider | GrpcExternalProvider

const DEFAULT_TIMEOUT: Duration = { seconds: 600, nanos: 0 }
const NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/
const ANY_HEADER = '*'

type HttpSettings = NonNullable<MeshConfigExtensionProvider['envoyExtAuthzHttp']>
type GrpcSettings = NonNullable<MeshConfigExtensionProvider['envoyExtAuthzGrpc']>

/** Status 0, which protobuf does not print. */
const NO_STATUS = 'Empty'

const statusNamed = (code: number): string | undefined => (code === 0 ? NO_STATUS : ENVOY_STATUS.get(code))

/** @returns undefined when the Service does not exist, or a setting is not valid */
function baseOf({ registry }: ProxyView, settings: HttpSettings | GrpcSettings): ProviderBase | undefined {
  const { service, port, timeout, failOpen, statusOnError, includeRequestBodyInCheck: body } = settings
  const to = isPort(port) ? providerService(registry, service, port) : undefined
  const status = statusOnError === '' ? undefined : statusNamed(Number(statusOnError))
  if (!to || (statusOnError !== '' && status === undefined)) return undefined
  return {
    to,
    timeout: timeout ?? DEFAULT_TIMEOUT,
    failOpen,
    statusOnError: status,
    body: body && { maximum: body.maxRequestBytes, allowPartial: body.allowPartialMessage, asBytes: body.packAsBytes },
  }
}

function httpProvider(view: ProxyView, settings: HttpSettings): HttpExternalProvider | undefined {
  const { includeRequestHeadersInCheck, includeHeadersInCheck, includeAdditionalHeadersInCheck, pathPrefix } = settings
  const { headersToUpstreamOnAllow, headersToDownstreamOnDeny, headersToDownstreamOnAllow } = settings
  const lists = [
    includeRequestHeadersInCheck,
    includeHeadersInCheck,
    headersToUpstreamOnAllow,
    headersToDownstreamOnDeny,
    headersToDownstreamOnAllow,
  ]
  const base = baseOf(view, settings)
  if (!base || lists.some((list) => list.includes(ANY_HEADER))) return undefined
  if (pathPrefix !== '' && !pathPrefix.startsWith('/')) return undefined
  return {
    kind: 'http',
    ...base,
    pathPrefix,
    allowedHeaders: includeRequestHeadersInCheck.length > 0 ? includeRequestHeadersInCheck : includeHeadersInCheck,
    headersToAdd: [...includeAdditionalHeadersInCheck].sort(([a], [b]) => compareBytes(a, b)),
    headersToUpstream: headersToUpstreamOnAllow,
    headersOnDeny: headersToDownstreamOnDeny,
    headersOnAllow: headersToDownstreamOnAllow,
  }
}

/** The provider of a policy with the action CUSTOM; undefined when it is missing or cannot be used. */
export function externalProviderOf(view: ProxyView, name: string): ExternalProvider | undefined {
  const { extensionProviders } = view.registry.snapshot.mesh
  const provider = extensionProviders.find((each) => each.name === name)
  const { features } = view.registry.snapshot
  if (!provider || (features.has('providers-by-name') && !NAME.test(name))) return undefined
  if (provider.envoyExtAuthzHttp) return httpProvider(view, provider.envoyExtAuthzHttp)
  const base = provider.envoyExtAuthzGrpc && baseOf(view, provider.envoyExtAuthzGrpc)
  return base && { kind: 'grpc', ...base }
}
