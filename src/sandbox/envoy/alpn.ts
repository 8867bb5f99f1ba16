/** Istio's filter that sets the application protocols of mutual TLS by the protocol of the request, from stock filters. */
import type { Cluster } from '../../simulation/resources.ts'

export const ALPN_FILTER_NAME = 'istio.alpn'

/** In the metadata of clusters, for the filter. */
const ALPN_METADATA = 'vipctl'

const HTTP_1 = "'istio-http/1.1,istio,http/1.1'"
const HTTP_2 = "'istio-h2,istio,h2'"
const MODE = `xds.cluster_metadata.filter_metadata['${ALPN_METADATA}']['http']`
const BY_REQUEST = `request.protocol == 'HTTP/2' ? ${HTTP_2} : ${HTTP_1}`
const PROTOCOLS = `${MODE} == 'kept' ? '' : (${MODE} == '2' ? ${HTTP_2} : (${MODE} == '1' ? ${HTTP_1} : (${BY_REQUEST})))`

export const ALPN_FILTER = {
  name: 'vipctl-alpn',
  typedConfig: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.set_filter_state.v3.Config',
    onRequestHeaders: [
      {
        objectKey: 'envoy.network.application_protocols',
        skipIfEmpty: true,
        formatString: { textFormatSource: { inlineString: `%CEL(${PROTOCOLS})%` } },
      },
    ],
  },
}

export const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

/** What the filter asks a cluster for: whether its protocols are kept, else which version of HTTP it gets. */
function alpnMode({ metadata, typedExtensionProtocolOptions }: Cluster): string {
  if (metadata?.filterMetadata?.istio?.alpn_override === 'false') return 'kept'
  const options = typedExtensionProtocolOptions?.[HTTP_OPTIONS]
  if (options?.useDownstreamProtocolConfig) return 'downstream'
  return options?.explicitHttpConfig?.http2ProtocolOptions ? '2' : '1'
}

/** The metadata of a cluster, with what the filter reads. */
export const alpnMetadata = (cluster: Cluster): object => ({
  ...cluster.metadata,
  filterMetadata: { ...cluster.metadata?.filterMetadata, [ALPN_METADATA]: { http: alpnMode(cluster) } },
})
