/** TLS towards upstreams (pilot/pkg/networking/core/cluster_tls.go). */
import type { ClientTLSSettings } from '../../resources/istio/destination-rule.ts'
import type { MeshConfigTLSConfig } from '../../resources/istio/mesh-config.ts'
import { envoyType, type TypedConfig } from '../json.ts'

/** The files that a proxy was given for its client certificates. */
export interface MetadataCertificates {
  readonly chain: string
  readonly key: string
  readonly root: string
}

/** What decides about a cluster's TLS besides its policy. */
export interface UpstreamPeer {
  readonly clusterName: string
  /** The default SNI of mTLS, '' for none. */
  readonly sni: string
  /** SPIFFE names and others that the servers may show. */
  readonly serviceAccounts: readonly string[]
  /** The service comes from a ServiceEntry: its accounts count for plain TLS, too. */
  readonly isEntry: boolean
  readonly meshExternal: boolean
  /** Without settings, mTLS is used where the other side takes it. */
  readonly automatic: boolean
  /** The upstream is found by the requested name, so the name to verify is only known then. */
  readonly dynamic: boolean
  /** The DestinationRule is for chosen workloads, which may hold its credentials. */
  readonly ruleHasSelector: boolean
}

/** What of the client decides. */
export interface UpstreamClient {
  readonly isSidecar: boolean
  readonly certificates: MetadataCertificates | undefined
  /** Settings for external services win over the certificates of the metadata. */
  readonly settingsForExternal: boolean
}

export interface UpstreamTls {
  readonly mode: 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL'
  /** mTLS only to endpoints that take it. */
  readonly detected: boolean
  readonly sni: string
  readonly subjectAltNames: readonly string[]
  readonly clientCertificate: string
  readonly privateKey: string
  readonly caCertificates: string
  readonly caCrl: string
  readonly credentialName: string
  readonly insecureSkipVerify: boolean
  /** SNI and verified name follow the requested host. */
  readonly autoSni: boolean
  readonly autoSanValidation: boolean
}

/** What TLS is made of before the special cases: the policy's settings, or those that stand for them. */
type Settings = Pick<
  ClientTLSSettings,
  | 'mode'
  | 'sni'
  | 'subjectAltNames'
  | 'clientCertificate'
  | 'privateKey'
  | 'caCertificates'
  | 'caCrl'
  | 'credentialName'
  | 'insecureSkipVerify'
>

const NO_FILES = { clientCertificate: '', privateKey: '', caCertificates: '', caCrl: '', credentialName: '' }

function mutualByMetadata(
  files: MetadataCertificates,
  subjectAltNames: readonly string[],
  sni: string,
  insecureSkipVerify: boolean | undefined,
): Settings {
  const { chain: clientCertificate, key: privateKey, root: caCertificates } = files
  return {
    ...NO_FILES,
    mode: 'MUTUAL',
    clientCertificate,
    privateKey,
    caCertificates,
    subjectAltNames,
    sni,
    insecureSkipVerify,
  }
}

function istioMutual(subjectAltNames: readonly string[], sni: string, insecureSkipVerify?: boolean): Settings {
  return { ...NO_FILES, mode: 'ISTIO_MUTUAL', subjectAltNames, sni, insecureSkipVerify }
}

/** The policy's own settings, completed. */
function statedSettings(settings: ClientTLSSettings, peer: UpstreamPeer, client: UpstreamClient): Settings {
  const { mode, sni, subjectAltNames, insecureSkipVerify } = settings
  if (mode === 'DISABLE' || mode === 'SIMPLE') return settings
  if (client.certificates) {
    if (client.settingsForExternal && peer.meshExternal) return settings
    return mutualByMetadata(client.certificates, subjectAltNames, sni, insecureSkipVerify)
  }
  if (mode === 'MUTUAL') return settings
  const names = subjectAltNames.length > 0 ? subjectAltNames : peer.serviceAccounts
  return istioMutual(names, sni || peer.sni, insecureSkipVerify)
}

function automaticSettings(peer: UpstreamPeer, client: UpstreamClient): Settings | undefined {
  if (!peer.automatic) return undefined
  const { serviceAccounts, sni } = peer
  return client.certificates
    ? mutualByMetadata(client.certificates, serviceAccounts, sni, undefined)
    : istioMutual(serviceAccounts, sni)
}

const CONFIG_MAP = 'configmap://'

/** A sidecar gets no credentials that other sidecars with the same rule could not read. */
function mayUseCredential({ credentialName }: Settings, peer: UpstreamPeer, client: UpstreamClient): boolean {
  return !credentialName || credentialName.startsWith(CONFIG_MAP) || !client.isSidecar || peer.ruleHasSelector
}

function plainTls(mode: 'SIMPLE' | 'MUTUAL', settings: Settings, peer: UpstreamPeer): UpstreamTls {
  const { sni, subjectAltNames } = settings
  const insecureSkipVerify = settings.insecureSkipVerify ?? false
  const autoSni = sni === ''
  const verifiable = peer.dynamic || (autoSni && subjectAltNames.length === 0)
  const names = subjectAltNames.length === 0 && peer.isEntry ? peer.serviceAccounts : subjectAltNames
  return {
    ...settings,
    mode,
    detected: false,
    subjectAltNames: names,
    insecureSkipVerify,
    autoSni,
    autoSanValidation: verifiable && !insecureSkipVerify,
  }
}

function meshTls(settings: Settings, peer: UpstreamPeer, detected: boolean): UpstreamTls {
  const insecureSkipVerify = settings.insecureSkipVerify ?? false
  return {
    ...settings,
    mode: 'ISTIO_MUTUAL',
    detected,
    sni: settings.sni || (peer.dynamic ? '' : peer.clusterName),
    insecureSkipVerify,
    autoSni: peer.dynamic && settings.sni === '',
    autoSanValidation: peer.dynamic && !insecureSkipVerify,
  }
}

/** Decides on a cluster's TLS; undefined for none. */
export function upstreamTls(
  settings: ClientTLSSettings | undefined,
  peer: UpstreamPeer,
  client: UpstreamClient,
): UpstreamTls | undefined {
  const effective = settings ? statedSettings(settings, peer, client) : automaticSettings(peer, client)
  if (!effective || effective.mode === 'DISABLE') return undefined
  if (effective.mode === 'ISTIO_MUTUAL') return meshTls(effective, peer, settings === undefined)
  if (!mayUseCredential(effective, peer, client)) return undefined
  const { mode, credentialName, clientCertificate, privateKey } = effective
  const lacksFiles = mode === 'MUTUAL' && !credentialName && (!clientCertificate || !privateKey)
  return lacksFiles ? undefined : plainTls(mode, effective, peer)
}

// ---- transcription ----

export interface TransportSocket {
  readonly name: string
  readonly typedConfig: TypedConfig
}

export interface TransportSocketMatch {
  readonly name: string
  readonly match: { readonly tlsMode?: string }
  readonly transportSocket: TransportSocket
}

interface SecretConfig {
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
const agentSecret = (name: string): SecretConfig => ({ name, sdsConfig: AGENT })

/** Certificates of the workload's identity; the proxy waits for them. */
const IDENTITY = { name: 'default', sdsConfig: { ...AGENT, initialFetchTimeout: '0s' } } as const
const ROOT = { name: 'ROOTCA', sdsConfig: { ...AGENT, initialFetchTimeout: '0s' } } as const

const BUILTIN = 'builtin://'
const CA_SUFFIX = '-cacert'
const EXTERNAL_SDS = 'sds://'
const RESOURCE_TYPES = [CONFIG_MAP, 'kubernetes://', 'kubernetes-gateway://'] as const

/** A secret that the control plane serves. */
function controlPlaneSecret(credential: string): SecretConfig {
  if (credential === BUILTIN) return IDENTITY
  if (credential === BUILTIN + CA_SUFFIX) return ROOT
  const name = credential.startsWith(EXTERNAL_SDS) ? credential.slice(EXTERNAL_SDS.length) : credential
  const typed = RESOURCE_TYPES.some((prefix) => name.startsWith(prefix))
  return { name: typed ? name : `kubernetes://${name}`, sdsConfig: { ads: {}, resourceApiVersion: 'V3' } }
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
 * The transport socket of a decision.
 * @param isHttp2 the cluster speaks HTTP/2, and says so in ALPN
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

/** mTLS to the endpoints whose metadata asks for it, plain text to the others. */
export function detectedMtls(socket: TransportSocket): readonly TransportSocketMatch[] {
  return [{ name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transportSocket: socket }, PLAIN_TEXT_MATCH]
}

const UNENCRYPTED: TransportSocket = { name: 'raw_buffer', typedConfig: RAW_BUFFER }

/** Puts the PROXY protocol in front of a socket, or of plain text. */
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
