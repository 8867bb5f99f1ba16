/** The Istio object that manages a cluster or route, from its metadata as in istioctl (configdump/route.go). */

interface Managed {
  readonly filterMetadata?: { readonly istio?: { readonly config?: unknown } }
}

const NETWORKING = '/apis/networking.istio.io/'
const UNKNOWN = '<unknown>'
/** The number of parts of `/apis/networking.istio.io/v1/namespaces/NAMESPACE/KIND/NAME`. */
const PATH_PARTS = 8
const NAMESPACE_PART = 5
const NAME_PART = 7

/** `NAME.NAMESPACE` of a VirtualService or DestinationRule; '' without one. */
export function describeManagement(metadata: Managed | undefined): string {
  const config = metadata?.filterMetadata?.istio?.config
  if (config === undefined) return ''
  if (typeof config !== 'string' || !config.startsWith(NETWORKING)) return UNKNOWN
  const parts = config.split('/')
  return parts.length === PATH_PARTS ? `${parts[NAME_PART]}.${parts[NAMESPACE_PART]}` : ''
}
