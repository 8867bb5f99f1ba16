/** Writes TLS to upstreams as Envoy's messages; decides nothing. */
import { CA_SUFFIX } from '../../common/names.ts'
import type { MeshConfigTLSConfig } from '../../resources/mesh/mesh-config.ts'
import { envoyType, type TypedConfig } from '../json.ts'
import type { UpstreamTls } from '../policy/upstream-tls.ts'

export interface TransportSocket {
  readonly name: string
  readonly typedConfig: TypedConfig
}

export interface TransportSocketMatch {
  readonly name: string
  readonly match: { readonly tlsMode?: string }
  readonly transportSocket: TransportSocket
}

export interface SecretConfig {
  readonly name: string
  readonly sdsConfig: object
}

const AGENT = {
  apiConfigSource: {
    apiType: 'GRPC',
    grpcServices: [{ envoyGrpc: { clusterName: 'sds-grpc' } }],
    setNodeOnFirstMessageOnly: true,
    transportApiVersion: 'V3',
  },
  resourceApiVersion: 'V3',
} as const

/** A secret that the proxy's own agent serves: its identity, or files. */
export const agentSecret = (name: string): SecretConfig => ({ name, sdsConfig: AGENT })

/** Certificates of the workload's identity; the proxy waits for them. */
const IDENTITY = { name: 'default', sdsConfig: { ...AGENT, initialFetchTimeout: '0s' } } as const
const ROOT = { name: 'ROOTCA', sdsConfig: { ...AGENT, initialFetchTimeout: '0s' } } as const

const BUILTIN = 'builtin://'
/** Of a policy whose certificates cannot be used: nothing has this name, so no connection succeeds. */
const INVALID = 'invalid://'
const RESOURCE_TYPES = ['configmap://', 'kubernetes://', 'kubernetes-gateway://'] as const

const CONTROL_PLANE = { ads: {}, resourceApiVersion: 'V3' } as const

/** A secret that istiod serves. @param credential as `resourceOfCredential` returns it */
export function controlPlaneSecret(credential: string): SecretConfig {
  if (credential === BUILTIN) return IDENTITY
  if (credential === BUILTIN + CA_SUFFIX) return ROOT
  if (credential === INVALID + CA_SUFFIX) return { name: INVALID, sdsConfig: CONTROL_PLANE }
  const typed = RESOURCE_TYPES.some((prefix) => credential.startsWith(prefix))
  return { name: typed ? credential : `kubernetes://${credential}`, sdsConfig: CONTROL_PLANE }
}

const exactNames = (names: readonly string[]) => (names.length > 0 ? names.map((exact) => ({ exact })) : undefined)

function validation(names: readonly string[], secret: SecretConfig, crl = '') {
  return {
    combinedValidationContext: {
      defaultValidationContext: {
        matchSubjectAltNames: exactNames(names),
        crl: crl ? { filename: crl } : undefined,
      },
      validationContextSdsSecretConfig: secret,
    },
  }
}

const VERSIONS = { tlsMaximumProtocolVersion: 'TLSv1_3', tlsMinimumProtocolVersion: 'TLSv1_2' } as const

function versionsWith(defaults: MeshConfigTLSConfig | undefined) {
  if (!defaults) return VERSIONS
  const { ecdhCurves, cipherSuites } = defaults
  return {
    ...VERSIONS,
    ecdhCurves: ecdhCurves.length > 0 ? ecdhCurves : undefined,
    cipherSuites: cipherSuites.length > 0 ? cipherSuites : undefined,
  }
}

const MESH_ALPN = ['istio-peer-exchange', 'istio'] as const
const MESH_ALPN_H2 = [...MESH_ALPN, 'h2'] as const

function meshContext(tls: UpstreamTls, isHttp2: boolean) {
  return {
    tlsParams: VERSIONS,
    alpnProtocols: isHttp2 ? MESH_ALPN_H2 : MESH_ALPN,
    tlsCertificateSdsSecretConfigs: [IDENTITY],
    ...validation(tls.subjectAltNames, ROOT),
  }
}

function credentialContext(tls: UpstreamTls) {
  const { credentialName, subjectAltNames } = tls
  return {
    tlsCertificateSdsSecretConfigs: tls.mode === 'MUTUAL' ? [controlPlaneSecret(credentialName)] : undefined,
    ...(!tls.insecureSkipVerify && validation(subjectAltNames, controlPlaneSecret(credentialName + CA_SUFFIX))),
  }
}

function fileContext(tls: UpstreamTls) {
  const certificate = agentSecret(`file-cert:${tls.clientCertificate}~${tls.privateKey}`)
  const root = agentSecret(`file-root:${tls.caCertificates || 'system'}`)
  return {
    tlsCertificateSdsSecretConfigs: tls.mode === 'MUTUAL' ? [certificate] : undefined,
    ...(tls.insecureSkipVerify ? { validationContext: {} } : validation(tls.subjectAltNames, root, tls.caCrl)),
  }
}

function plainContext(tls: UpstreamTls, isHttp2: boolean, defaults: MeshConfigTLSConfig | undefined) {
  return {
    tlsParams: versionsWith(defaults),
    alpnProtocols: isHttp2 ? ['h2'] : undefined,
    ...(tls.credentialName ? credentialContext(tls) : fileContext(tls)),
  }
}

/**
 * The transport socket for a TLS decision.
 * @param isHttp2 whether the cluster uses HTTP/2, which is added to ALPN
 * @param defaults the mesh's tlsDefaults
 */
export function tlsSocket(
  tls: UpstreamTls,
  isHttp2: boolean,
  defaults: MeshConfigTLSConfig | undefined,
): TransportSocket {
  const context = tls.mode === 'ISTIO_MUTUAL' ? meshContext(tls, isHttp2) : plainContext(tls, isHttp2, defaults)
  return {
    name: 'envoy.transport_sockets.tls',
    typedConfig: {
      '@type': envoyType('extensions.transport_sockets.tls.v3.UpstreamTlsContext'),
      commonTlsContext: context,
      sni: tls.sni || undefined,
    },
  }
}

const RAW_BUFFER = { '@type': envoyType('extensions.transport_sockets.raw_buffer.v3.RawBuffer') } as const

const PLAIN_TEXT_MATCH: TransportSocketMatch = {
  name: 'tlsMode-disabled',
  match: {},
  transportSocket: { name: 'envoy.transport_sockets.raw_buffer', typedConfig: RAW_BUFFER },
}

/** mTLS for endpoints whose metadata asks for it, plain text for the others. */
export function detectedMtls(socket: TransportSocket): readonly TransportSocketMatch[] {
  return [{ name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transportSocket: socket }, PLAIN_TEXT_MATCH]
}

const UNENCRYPTED: TransportSocket = { name: 'raw_buffer', typedConfig: RAW_BUFFER }

/** Wraps a socket, or plain text, in the PROXY protocol. */
export function withProxyProtocol(version: string, socket: TransportSocket = UNENCRYPTED): TransportSocket {
  return {
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    typedConfig: {
      '@type': envoyType('extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport'),
      config: { version: version === 'V2' ? version : undefined },
      transportSocket: socket,
    },
  }
}
