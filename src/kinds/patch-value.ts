/** The values of an EnvoyFilter's patches as messages of Envoy: validation asks, and what applies them. */
import { oncePer } from '../common/once.ts'
import type { JsonMapping } from '../sources/mapping.ts'
import type { ApplyTo, EnvoyConfigObjectPatch } from './messages/envoy-filter.ts'
import { readMessage } from './protobuf/index.ts'
import { DecodeContext, type DecodeIssue } from './schema/index.ts'

/** The type of the message that a patch of each kind has as its value (pkg/config/xds of the reference). */
const MESSAGE_TYPES: Readonly<Record<ApplyTo, string | undefined>> = {
  INVALID: undefined,
  LISTENER: 'envoy.config.listener.v3.Listener',
  FILTER_CHAIN: 'envoy.config.listener.v3.FilterChain',
  NETWORK_FILTER: 'envoy.config.listener.v3.Filter',
  HTTP_FILTER: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter',
  ROUTE_CONFIGURATION: 'envoy.config.route.v3.RouteConfiguration',
  VIRTUAL_HOST: 'envoy.config.route.v3.VirtualHost',
  HTTP_ROUTE: 'envoy.config.route.v3.Route',
  CLUSTER: 'envoy.config.cluster.v3.Cluster',
  EXTENSION_CONFIG: 'envoy.config.core.v3.TypedExtensionConfig',
  BOOTSTRAP: 'envoy.config.bootstrap.v3.Bootstrap',
  LISTENER_FILTER: 'envoy.config.listener.v3.ListenerFilter',
}

/** undefined for a number that is not one of the kinds of patches. */
export const patchedType = (applyTo: ApplyTo): string | undefined => MESSAGE_TYPES[applyTo]

/** The value of a patch, read. */
export interface PatchValue {
  /** In the form that protojson prints; undefined when the patch has none, or when istiod cannot read it. */
  readonly message: JsonMapping | undefined
  /** With paths from the value. */
  readonly errors: readonly DecodeIssue[]
  /** Fields that do not exist. */
  readonly unknown: readonly DecodeIssue[]
}

/** Reads the value of a patch; once for each patch. */
export const patchValueOf = oncePer(({ applyTo, patch }: EnvoyConfigObjectPatch): PatchValue => {
  const context = new DecodeContext()
  const type = patchedType(applyTo)
  const isThere = type !== undefined && patch?.value !== undefined
  const message = isThere ? (readMessage(type, patch.value as never, context) as JsonMapping) : undefined
  const { errors, unknown } = context
  return { message: errors.length === 0 ? message : undefined, errors, unknown }
})
