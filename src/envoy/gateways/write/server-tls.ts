/** Writes down how a server ends TLS (core/listener.go BuildListenerTLSContext, pilot/pkg/security/model). */

import type { ServerTLSSettings } from '../../../kinds/messages/gateway.ts'
import { isCipherSuite } from '../../../kinds/validation/tls.ts'
import type { Metadata } from '../../../proxy/metadata.ts'
import type { MeshConfigTLSConfig } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { compact, type EnvoyMessage } from '../../json.ts'
import { resourceOfCredential } from '../../policy/credentials.ts'
import { workloadCertificates } from '../../policy/downstream-tls.ts'
import {
  ALPN_HTTP,
  ALPN_TCP,
  authoritiesSecret,
  certificateSecret,
  downstreamTls,
  type TransportSocket,
} from '../../tls/downstream.ts'
import { CA_SUFFIX, controlPlaneSecret } from '../../tls/upstream.ts'
import type { GatewayServer } from '../plan/servers.ts'

type Mode = ServerTLSSettings['mode']

/** Clients must show a certificate. */
const REQUIRES_CERTIFICATE: ReadonlySet<Mode> = new Set<Mode>(['MUTUAL', 'ISTIO_MUTUAL'])
/** A certificate that a client shows is verified. */
const VERIFIES: ReadonlySet<Mode> = new Set<Mode>(['MUTUAL', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'])
/** Modes whose versions, ciphers and curves can be set. */
const TAKES_PARAMETERS: ReadonlySet<Mode> = new Set<Mode>(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'])

const VERSIONS: ReadonlyMap<string, string> = new Map([
  ['TLSV1_0', 'TLSv1_0'],
  ['TLSV1_1', 'TLSv1_1'],
  ['TLSV1_2', 'TLSv1_2'],
  ['TLSV1_3', 'TLSv1_3'],
])

/** Older releases took the number of the mesh's version for that of another list. */
const SHIFTED_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['TLSV1_2', 'TLSv1_0'],
  ['TLSV1_3', 'TLSv1_1'],
])

/** What all servers of a router have in common. */
export interface ServerTlsContext {
  /** The mesh's tlsDefaults. */
  readonly defaults: MeshConfigTLSConfig | undefined
  /** The versions that they may name, as this istiod sends them. */
  readonly versions: ReadonlyMap<string, string>
  /** Of the router, which may name files for its own certificate. */
  readonly metadata: Metadata
  resourceOfCredential(name: string): string
}

export function serverTlsContext({ proxy, registry }: ProxyView): ServerTlsContext {
  const { mesh, features } = registry.snapshot
  return {
    defaults: mesh.tlsDefaults,
    versions: features.has('tls-defaults-of-gateways') ? VERSIONS : SHIFTED_VERSIONS,
    metadata: proxy.metadata,
    resourceOfCredential: (name) => resourceOfCredential(name, features),
  }
}

const unlessEmpty = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined)

const exactNames = (names: readonly string[]) => unlessEmpty(names.map((exact) => ({ exact })))

const trust = (tls: ServerTLSSettings) => (tls.insecureSkipVerify ? 'ACCEPT_UNTRUSTED' : undefined)

/** The secret of a file, or the workload's own when a path is missing. */
const certificateFiles = (chain: string, key: string): EnvoyMessage =>
  certificateSecret(chain && key ? { chain, key } : undefined)

/** Certificates of the workload or in files; ISTIO_MUTUAL has no others than the workload's. */
function fileFields(tls: ServerTLSSettings, metadata: Metadata): EnvoyMessage {
  const files = tls.mode === 'ISTIO_MUTUAL' ? workloadFiles(metadata) : filesOf(tls)
  return {
    tlsCertificateSdsSecretConfigs: files.certificates,
    combinedValidationContext: VERIFIES.has(tls.mode)
      ? {
          defaultValidationContext: compact({
            matchSubjectAltNames: exactNames(tls.subjectAltNames),
            crl: tls.caCrl ? { filename: tls.caCrl } : undefined,
            trustChainVerification: trust(tls),
          }),
          validationContextSdsSecretConfig: files.root,
        }
      : undefined,
  }
}

function filesOf({ tlsCertificates, serverCertificate, privateKey, caCertificates }: ServerTLSSettings) {
  const listed = tlsCertificates.map((files) => certificateFiles(files.serverCertificate, files.privateKey))
  const certificates = listed.length > 0 ? listed : [certificateFiles(serverCertificate, privateKey)]
  return { certificates, root: authoritiesSecret(caCertificates || undefined) }
}

function workloadFiles(metadata: Metadata) {
  const { files, authorities } = workloadCertificates(metadata)
  return { certificates: [certificateSecret(files)], root: authoritiesSecret(authorities) }
}

/** Certificates that the control plane serves. */
function credentialFields(tls: ServerTLSSettings, { resourceOfCredential }: ServerTlsContext): EnvoyMessage {
  const secret = (name: string) => controlPlaneSecret(resourceOfCredential(name))
  const names = tls.credentialNames.length > 0 ? tls.credentialNames : [tls.credentialName]
  const authorities = tls.caCertCredentialName || `${names[0]}${CA_SUFFIX}`
  const subjects = exactNames(tls.subjectAltNames)
  const certificates = { tlsCertificateSdsSecretConfigs: names.map(secret) }
  if (!VERIFIES.has(tls.mode)) {
    return { ...certificates, validationContext: subjects && { matchSubjectAltNames: subjects } }
  }
  return {
    ...certificates,
    combinedValidationContext: {
      defaultValidationContext: compact({
        matchSubjectAltNames: subjects,
        verifyCertificateSpki: unlessEmpty(tls.verifyCertificateSpki),
        verifyCertificateHash: unlessEmpty(tls.verifyCertificateHash),
        trustChainVerification: trust(tls),
      }),
      validationContextSdsSecretConfig: secret(authorities),
    },
  }
}

/** The server's settings over the mesh's; undefined when neither says anything. */
function parameters(tls: ServerTLSSettings, { defaults, versions }: ServerTlsContext): EnvoyMessage | undefined {
  if (!TAKES_PARAMETERS.has(tls.mode)) return undefined
  const ciphers = [...new Set(tls.cipherSuites.filter(isCipherSuite))]
  const fields = compact({
    tlsMinimumProtocolVersion: VERSIONS.get(tls.minProtocolVersion) ?? versions.get(defaults?.minProtocolVersion ?? ''),
    tlsMaximumProtocolVersion: VERSIONS.get(tls.maxProtocolVersion),
    ecdhCurves: unlessEmpty(tls.ecdhCurves) ?? unlessEmpty(defaults?.ecdhCurves ?? []),
    cipherSuites: unlessEmpty(ciphers) ?? unlessEmpty(defaults?.cipherSuites ?? []),
  })
  return Object.keys(fields).length > 0 ? fields : undefined
}

/** The transport socket of a server's filter chains; undefined when the server does not end TLS. */
export function serverTls({ spec, kind }: GatewayServer, context: ServerTlsContext): TransportSocket | undefined {
  const { tls } = spec
  if (!tls || (kind !== 'https' && kind !== 'tls')) return undefined
  const fetched = tls.mode !== 'ISTIO_MUTUAL' && (tls.credentialNames.length > 0 || tls.credentialName !== '')
  return downstreamTls({
    requireClientCertificate: REQUIRES_CERTIFICATE.has(tls.mode),
    commonTlsContext: compact({
      alpnProtocols: tls.mode === 'ISTIO_MUTUAL' && kind === 'tls' ? ALPN_TCP : ALPN_HTTP,
      ...(fetched ? credentialFields(tls, context) : fileFields(tls, context.metadata)),
      tlsParams: parameters(tls, context),
    }),
  })
}
