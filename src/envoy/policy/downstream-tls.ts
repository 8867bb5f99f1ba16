/** TLS that a workload's proxy terminates: certificates, and the accepted clients (pilot/pkg/security/authn/utils). */
import type { Metadata } from '../../proxy/metadata.ts'
import type { MeshConfig } from '../../resources/mesh/mesh-config.ts'

/** The files of a certificate and its key. */
export interface CertificateFiles {
  readonly chain: string
  readonly key: string
}

/** The location of a proxy's own certificates. */
export interface WorkloadCertificates {
  /** undefined for the certificate that the agent gets for the workload. */
  readonly files: CertificateFiles | undefined
  /** A file with the CA certificates for clients; undefined for the mesh's. */
  readonly authorities: string | undefined
}

/** mTLS of a workload's inbound chains. */
export interface InboundTls {
  readonly certificates: WorkloadCertificates
  /** Trust domains of accepted clients, without duplicates; empty to accept all. */
  readonly trustDomains: readonly string[]
  readonly cipherSuites: readonly string[]
  readonly minimumVersion: 'TLSv1_2' | 'TLSv1_3'
}

const SUPPORTED_CIPHERS: readonly string[] = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
]

/** The workload's own certificates, or those in the files that its metadata names. */
export function workloadCertificates(metadata: Metadata): WorkloadCertificates {
  const chain = metadata.get('TLS_SERVER_CERT_CHAIN')
  const key = metadata.get('TLS_SERVER_KEY')
  return {
    files: chain && key ? { chain, key } : undefined,
    authorities: metadata.get('TLS_SERVER_ROOT_CERT') || undefined,
  }
}

function trustDomains(mesh: MeshConfig): readonly string[] {
  const all = [
    mesh.trustDomain,
    ...mesh.trustDomainAliases,
    ...mesh.caCertificates.flatMap((certificate) => certificate.trustDomains),
  ]
  return [...new Set(all)].filter((domain) => domain !== '')
}

export function inboundTls(mesh: MeshConfig, metadata: Metadata): InboundTls {
  const ciphers = mesh.meshMTLS?.cipherSuites ?? []
  return {
    certificates: workloadCertificates(metadata),
    trustDomains: trustDomains(mesh),
    cipherSuites: ciphers.length > 0 ? ciphers : SUPPORTED_CIPHERS,
    minimumVersion: mesh.meshMTLS?.minProtocolVersion === 'TLSV1_3' ? 'TLSv1_3' : 'TLSv1_2',
  }
}
