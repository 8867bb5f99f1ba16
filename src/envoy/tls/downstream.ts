/** Writes TLS of incoming connections (pilot/pkg/security/model). */
import { type EnvoyMessage, envoyType, type TypedConfig } from '../json.ts'
import type { CertificateFiles, InboundTls } from '../policy/downstream-tls.ts'
import { agentSecret } from './upstream.ts'

export interface TransportSocket {
  readonly name: string
  readonly typedConfig: TypedConfig
}

/** ALPN protocols that clients may negotiate. */
export const ALPN_HTTP: readonly string[] = ['h2', 'http/1.1']
/** The same with metadata exchange over TCP. */
export const ALPN_TCP: readonly string[] = ['istio-peer-exchange', 'h2', 'http/1.1']

/** A secret of the workload, served by the agent. */
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
const WORKLOAD_CERTIFICATE: EnvoyMessage = workloadSecret('default')
/** The mesh's root certificate. */
const ROOT_CERTIFICATE: EnvoyMessage = workloadSecret('ROOTCA')

export function downstreamTls(context: EnvoyMessage): TransportSocket {
  return {
    name: 'envoy.transport_sockets.tls',
    typedConfig: { '@type': envoyType('extensions.transport_sockets.tls.v3.DownstreamTlsContext'), ...context },
  }
}

/** The secret for a certificate in files, or for the workload's own. */
export function certificateSecret(files: CertificateFiles | undefined): EnvoyMessage {
  return files ? { ...agentSecret(`file-cert:${files.chain}~${files.key}`) } : WORKLOAD_CERTIFICATE
}

/** The secret for CA certificates in a file, or for the mesh's. */
export function authoritiesSecret(file: string | undefined): EnvoyMessage {
  return file ? { ...agentSecret(`file-root:${file}`) } : ROOT_CERTIFICATE
}

function validation(trustDomains: readonly string[]): EnvoyMessage {
  const prefixes = trustDomains.map((domain) => ({ prefix: `spiffe://${domain}/` }))
  return prefixes.length > 0 ? { matchSubjectAltNames: prefixes } : {}
}

/** The mTLS socket of a workload's inbound chains. */
export function mutualTls(tls: InboundTls, protocol: 'http' | 'tcp'): TransportSocket {
  return downstreamTls({
    requireClientCertificate: true,
    commonTlsContext: {
      alpnProtocols: protocol === 'http' ? ALPN_HTTP : ALPN_TCP,
      tlsCertificateSdsSecretConfigs: [certificateSecret(tls.certificates.files)],
      combinedValidationContext: {
        defaultValidationContext: validation(tls.trustDomains),
        validationContextSdsSecretConfig: authoritiesSecret(tls.certificates.authorities),
      },
      tlsParams: {
        cipherSuites: tls.cipherSuites,
        tlsMinimumProtocolVersion: tls.minimumVersion,
        tlsMaximumProtocolVersion: 'TLSv1_3',
      },
    },
  })
}
