/** TLS of connections that come in (pilot/pkg/security/authn/utils, pilot/pkg/security/model). */
import type { Metadata } from '../../proxy/metadata.ts'
import type { MeshConfig } from '../../resources/mesh/mesh-config.ts'
import { type EnvoyMessage, envoyType, type TypedConfig } from '../json.ts'
import { agentSecret } from './upstream.ts'

export interface TransportSocket {
  readonly name: string
  readonly typedConfig: TypedConfig
}

/** What clients may negotiate. */
export const ALPN_HTTP: readonly string[] = ['h2', 'http/1.1']
/** The same where metadata is exchanged over TCP. */
export const ALPN_TCP: readonly string[] = ['istio-peer-exchange', 'h2', 'http/1.1']

const SUPPORTED_CIPHERS: readonly string[] = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
]

/** A secret of the workload, from the agent's own server. */
function workloadSecret(name: string): EnvoyMessage {
  return {
    name,
    sdsConfig: {
      apiConfigSource: {
        apiType: 'GRPC',
        grpcServices: [{ envoyGrpc: { clusterName: 'sds-grpc' } }],
        setNodeOnFirstMessageOnly: true,
        transportApiVersion: 'V3',
      },
      initialFetchTimeout: '0s',
      resourceApiVersion: 'V3',
    },
  }
}

/** The workload's certificate. */
export const WORKLOAD_CERTIFICATE: EnvoyMessage = workloadSecret('default')
/** The mesh's root certificate. */
export const ROOT_CERTIFICATE: EnvoyMessage = workloadSecret('ROOTCA')

export function downstreamTls(context: EnvoyMessage): TransportSocket {
  return {
    name: 'envoy.transport_sockets.tls',
    typedConfig: { '@type': envoyType('extensions.transport_sockets.tls.v3.DownstreamTlsContext'), ...context },
  }
}

/** The certificate that the proxy serves: the workload's, or that of the files which its metadata names. */
export function serverCertificate(metadata: Metadata): EnvoyMessage {
  const chain = metadata.get('TLS_SERVER_CERT_CHAIN')
  const key = metadata.get('TLS_SERVER_KEY')
  return chain && key ? { ...agentSecret(`file-cert:${chain}~${key}`) } : WORKLOAD_CERTIFICATE
}

/** The authorities that clients are checked against, likewise. */
export function clientAuthorities(metadata: Metadata): EnvoyMessage {
  const root = metadata.get('TLS_SERVER_ROOT_CERT')
  return root ? { ...agentSecret(`file-root:${root}`) } : ROOT_CERTIFICATE
}

/** The trust domains whose identities are let in, each once. */
function trustDomains(mesh: MeshConfig): readonly string[] {
  const all = [
    mesh.trustDomain,
    ...mesh.trustDomainAliases,
    ...mesh.caCertificates.flatMap((certificate) => certificate.trustDomains),
  ]
  return [...new Set(all)].filter((domain) => domain !== '')
}

function validation(mesh: MeshConfig): EnvoyMessage {
  const prefixes = trustDomains(mesh).map((domain) => ({ prefix: `spiffe://${domain}/` }))
  return prefixes.length > 0 ? { matchSubjectAltNames: prefixes } : {}
}

/** mTLS as a workload's inbound chains terminate it. */
export function mutualTls(mesh: MeshConfig, metadata: Metadata, protocol: 'http' | 'tcp'): TransportSocket {
  const ciphers = mesh.meshMTLS?.cipherSuites ?? []
  return downstreamTls({
    requireClientCertificate: true,
    commonTlsContext: {
      alpnProtocols: protocol === 'http' ? ALPN_HTTP : ALPN_TCP,
      tlsCertificateSdsSecretConfigs: [serverCertificate(metadata)],
      combinedValidationContext: {
        defaultValidationContext: validation(mesh),
        validationContextSdsSecretConfig: clientAuthorities(metadata),
      },
      tlsParams: {
        cipherSuites: ciphers.length > 0 ? ciphers : SUPPORTED_CIPHERS,
        tlsMinimumProtocolVersion: mesh.meshMTLS?.minProtocolVersion === 'TLSV1_3' ? 'TLSv1_3' : 'TLSv1_2',
        tlsMaximumProtocolVersion: 'TLSv1_3',
      },
    },
  })
}
