/** How a server terminates TLS (core/listener.go BuildListenerTLSContext, pilot/pkg/security/model). */
import { CA_SUFFIX } from '../../../common/names.ts'
import type { ServerTLSSettings } from '../../../kinds/messages/gateway.ts'
import { isCipherSuite } from '../../../kinds/validation/tls.ts'
import type { Features } from '../../../resources/mesh/features.ts'
import type { Snapshot } from '../../../resources/snapshot.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { resourceOfCredential } from '../../policy/credentials.ts'
import { type CertificateFiles, workloadCertificates } from '../../policy/downstream-tls.ts'
import type { GatewayServer } from './servers.ts'

/** Certificates that the agent serves: from files, otherwise the workload's. */
export interface FileCertificates {
  readonly kind: 'files'
  readonly certificates: readonly (CertificateFiles | undefined)[]
  /** undefined for the mesh's root certificates. */
  readonly authorities: string | undefined
  readonly crl: string
}

/** Certificates that istiod serves. */
export interface Credentials {
  readonly kind: 'credentials'
  readonly certificates: readonly string[]
  readonly authorities: string
  /** The public key hashes of accepted client certificates; empty to accept all. */
  readonly spki: readonly string[]
  readonly hashes: readonly string[]
}

/** TLS versions are in Envoy's notation. */
export interface TlsParameters {
  readonly minimumVersion: string | undefined
  readonly maximumVersion: string | undefined
  readonly ecdhCurves: readonly string[]
  readonly cipherSuites: readonly string[]
}

export interface ServerTlsPlan {
  /** Clients must present a certificate. */
  readonly requiresCertificate: boolean
  /** Client certificates are verified. */
  readonly verifies: boolean
  /** Workload metadata is exchanged over TCP. */
  readonly exchangesMetadata: boolean
  readonly source: FileCertificates | Credentials
  readonly subjectAltNames: readonly string[]
  /** Certificates from unknown authorities are accepted. */
  readonly acceptsUntrusted: boolean
  /** undefined when neither the server nor the mesh sets any. */
  readonly parameters: TlsParameters | undefined
}

type Mode = ServerTLSSettings['mode']

const REQUIRES_CERTIFICATE: ReadonlySet<Mode> = new Set<Mode>(['MUTUAL', 'ISTIO_MUTUAL'])
const VERIFIES: ReadonlySet<Mode> = new Set<Mode>(['MUTUAL', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'])
/** Modes that allow setting versions, ciphers and curves. */
const TAKES_PARAMETERS: ReadonlySet<Mode> = new Set<Mode>(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'])

const VERSIONS: ReadonlyMap<string, string> = new Map([
  ['TLSV1_0', 'TLSv1_0'],
  ['TLSV1_1', 'TLSv1_1'],
  ['TLSV1_2', 'TLSv1_2'],
  ['TLSV1_3', 'TLSv1_3'],
])

/** Older releases read the number of the mesh's version as a value of another enum. */
const SHIFTED_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['TLSV1_2', 'TLSv1_0'],
  ['TLSV1_3', 'TLSv1_1'],
])

/** undefined, for the workload's own certificate, when a path is missing. */
const certificateFiles = (chain: string, key: string): CertificateFiles | undefined =>
  chain && key ? { chain, key } : undefined

/** Certificates in files; ISTIO_MUTUAL always uses the workload's. */
function fileCertificates(tls: ServerTLSSettings, { proxy }: ProxyView): FileCertificates {
  const crl = tls.caCrl
  if (tls.mode === 'ISTIO_MUTUAL') {
    const { files, authorities } = workloadCertificates(proxy.metadata)
    return { kind: 'files', certificates: [files], authorities, crl }
  }
  const listed = tls.tlsCertificates.map((files) => certificateFiles(files.serverCertificate, files.privateKey))
  const certificates = listed.length > 0 ? listed : [certificateFiles(tls.serverCertificate, tls.privateKey)]
  return { kind: 'files', certificates, authorities: tls.caCertificates || undefined, crl }
}

function credentials(tls: ServerTLSSettings, features: Features): Credentials {
  const names = tls.credentialNames.length > 0 ? tls.credentialNames : [tls.credentialName]
  return {
    kind: 'credentials',
    certificates: names.map((name) => resourceOfCredential(name, features)),
    authorities: resourceOfCredential(tls.caCertCredentialName || `${names[0]}${CA_SUFFIX}`, features),
    spki: tls.verifyCertificateSpki,
    hashes: tls.verifyCertificateHash,
  }
}

const firstStated = (own: readonly string[], ofMesh: readonly string[] = []): readonly string[] =>
  own.length > 0 ? own : ofMesh

/** The server's settings, which override the mesh's. */
function parameters(tls: ServerTLSSettings, { mesh, features }: Snapshot): TlsParameters | undefined {
  if (!TAKES_PARAMETERS.has(tls.mode)) return undefined
  const defaults = mesh.tlsDefaults
  const versions = features.has('tls-defaults-of-gateways') ? VERSIONS : SHIFTED_VERSIONS
  const own = [...new Set(tls.cipherSuites.filter(isCipherSuite))]
  const minimumVersion = VERSIONS.get(tls.minProtocolVersion) ?? versions.get(defaults?.minProtocolVersion ?? '')
  const maximumVersion = VERSIONS.get(tls.maxProtocolVersion)
  const ecdhCurves = firstStated(tls.ecdhCurves, defaults?.ecdhCurves)
  const cipherSuites = firstStated(own, defaults?.cipherSuites)
  const stated = minimumVersion !== undefined || maximumVersion !== undefined
  if (!stated && ecdhCurves.length + cipherSuites.length === 0) return undefined
  return { minimumVersion, maximumVersion, ecdhCurves, cipherSuites }
}

/** The TLS settings of a server's filter chains; undefined when the server does not terminate TLS. */
export function serverTls({ spec, kind }: GatewayServer, view: ProxyView): ServerTlsPlan | undefined {
  const { tls } = spec
  const { snapshot } = view.registry
  if (!tls || (kind !== 'https' && kind !== 'tls')) return undefined
  const fetched = tls.mode !== 'ISTIO_MUTUAL' && (tls.credentialNames.length > 0 || tls.credentialName !== '')
  return {
    requiresCertificate: REQUIRES_CERTIFICATE.has(tls.mode),
    verifies: VERIFIES.has(tls.mode),
    exchangesMetadata: tls.mode === 'ISTIO_MUTUAL' && kind === 'tls',
    source: fetched ? credentials(tls, snapshot.features) : fileCertificates(tls, view),
    subjectAltNames: tls.subjectAltNames,
    acceptsUntrusted: tls.insecureSkipVerify ?? false,
    parameters: parameters(tls, snapshot),
  }
}
