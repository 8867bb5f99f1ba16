/** Writes a server's TLS termination. */
import { compact, type EnvoyMessage, unlessEmpty } from '../../json.ts'
import {
  ALPN_HTTP,
  ALPN_TCP,
  authoritiesSecret,
  certificateSecret,
  downstreamTls,
  type TransportSocket,
} from '../../tls/downstream.ts'
import { controlPlaneSecret } from '../../tls/upstream.ts'
import type { Credentials, FileCertificates, ServerTlsPlan, TlsParameters } from '../plan/server-tls.ts'

const exactNames = (names: readonly string[]) => unlessEmpty(names.map((exact) => ({ exact })))

const trust = ({ acceptsUntrusted }: ServerTlsPlan) => (acceptsUntrusted ? 'ACCEPT_UNTRUSTED' : undefined)

function fileFields(plan: ServerTlsPlan, { certificates, authorities, crl }: FileCertificates): EnvoyMessage {
  return {
    tlsCertificateSdsSecretConfigs: certificates.map(certificateSecret),
    combinedValidationContext: plan.verifies
      ? {
          defaultValidationContext: compact({
            matchSubjectAltNames: exactNames(plan.subjectAltNames),
            crl: crl ? { filename: crl } : undefined,
            trustChainVerification: trust(plan),
          }),
          validationContextSdsSecretConfig: authoritiesSecret(authorities),
        }
      : undefined,
  }
}

function credentialFields(plan: ServerTlsPlan, source: Credentials): EnvoyMessage {
  const subjects = exactNames(plan.subjectAltNames)
  const certificates = { tlsCertificateSdsSecretConfigs: source.certificates.map(controlPlaneSecret) }
  if (!plan.verifies) return { ...certificates, validationContext: subjects && { matchSubjectAltNames: subjects } }
  return {
    ...certificates,
    combinedValidationContext: {
      defaultValidationContext: compact({
        matchSubjectAltNames: subjects,
        verifyCertificateSpki: unlessEmpty(source.spki),
        verifyCertificateHash: unlessEmpty(source.hashes),
        trustChainVerification: trust(plan),
      }),
      validationContextSdsSecretConfig: controlPlaneSecret(source.authorities),
    },
  }
}

const parameterFields = (parameters: TlsParameters): EnvoyMessage =>
  compact({
    tlsMinimumProtocolVersion: parameters.minimumVersion,
    tlsMaximumProtocolVersion: parameters.maximumVersion,
    ecdhCurves: unlessEmpty(parameters.ecdhCurves),
    cipherSuites: unlessEmpty(parameters.cipherSuites),
  })

/** The transport socket of a server's filter chains. */
export function serverTlsSocket(plan: ServerTlsPlan): TransportSocket {
  const { source, parameters } = plan
  return downstreamTls({
    requireClientCertificate: plan.requiresCertificate,
    commonTlsContext: compact({
      alpnProtocols: plan.exchangesMetadata ? ALPN_TCP : ALPN_HTTP,
      ...(source.kind === 'credentials' ? credentialFields(plan, source) : fileFields(plan, source)),
      tlsParams: parameters && parameterFields(parameters),
    }),
  })
}
