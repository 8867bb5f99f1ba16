/** TLS of a proxy with certificates of the test's own in place of those that Istio delivers. */
import type { Certificate } from '../../../src/sandbox/pki.ts'
import type { Pki } from './pki.ts'

type Json = { readonly [key: string]: unknown }

interface StringMatch {
  readonly exact?: string
  readonly prefix?: string
}

interface Validation {
  readonly defaultValidationContext?: { readonly matchSubjectAltNames?: readonly StringMatch[] }
  readonly validationContextSdsSecretConfig?: { readonly name: string }
}

interface Socket {
  readonly name: string
  readonly typedConfig?: {
    readonly '@type'?: string
    readonly sni?: string
    readonly requireClientCertificate?: boolean
    readonly commonTlsContext?: {
      readonly alpnProtocols?: readonly string[]
      readonly tlsParams?: Json
      readonly tlsCertificates?: readonly Json[]
      readonly tlsCertificateSdsSecretConfigs?: readonly { readonly name: string }[]
      readonly validationContext?: Json
      readonly combinedValidationContext?: Validation
    }
    readonly transportSocket?: Socket
  }
}

/** The name of the mesh's own authority. */
const MESH_ROOT = 'ROOTCA'

const written = ({ key, cert }: Certificate): object => ({
  certificateChain: { inlineString: cert },
  privateKey: { inlineString: key },
})

/**
 * TLS to an endpoint: with an identity of the mesh where the cluster has one, and without validation. The PROXY protocol
 * around it is left out.
 */
export function clientSocketOf(socket: Socket, pki: Pki): object {
  const { typedConfig } = socket
  if (typedConfig?.transportSocket) return clientSocketOf(typedConfig.transportSocket, pki)
  if (!typedConfig?.['@type']?.endsWith('UpstreamTlsContext')) return socket
  const {
    alpnProtocols,
    tlsCertificates = [],
    tlsCertificateSdsSecretConfigs: secrets = [],
  } = typedConfig.commonTlsContext ?? {}
  const own = secrets.some(({ name }) => name === 'default') ? pki.mesh.client : pki.other.client
  const hasCertificate = tlsCertificates.length + secrets.length > 0
  const commonTlsContext = { alpnProtocols, ...(hasCertificate && { tlsCertificates: [written(own)] }) }
  return { name: socket.name, typedConfig: { '@type': typedConfig['@type'], sni: typedConfig.sni, commonTlsContext } }
}

/** Subject names are checked for the mesh; those that a Gateway asks for are not part of a trace. */
function validationOf({ defaultValidationContext, validationContextSdsSecretConfig }: Validation, pki: Pki): object {
  const isMesh = validationContextSdsSecretConfig?.name === MESH_ROOT
  const { matchSubjectAltNames = [] } = defaultValidationContext ?? {}
  return {
    trustedCa: { inlineString: isMesh ? pki.mesh.ca : pki.other.ca },
    ...(isMesh && { matchTypedSubjectAltNames: matchSubjectAltNames.map((matcher) => ({ sanType: 'URI', matcher })) }),
  }
}

/** TLS from a client, which ends at the listener. */
export function serverSocketOf(socket: Socket, pki: Pki): object {
  const { typedConfig } = socket
  if (!typedConfig?.['@type']?.endsWith('DownstreamTlsContext')) return socket
  const { alpnProtocols, tlsParams, combinedValidationContext } = typedConfig.commonTlsContext ?? {}
  const commonTlsContext = {
    alpnProtocols,
    tlsParams,
    tlsCertificates: [written(pki.server)],
    ...(combinedValidationContext && { validationContext: validationOf(combinedValidationContext, pki) }),
  }
  const { '@type': type, requireClientCertificate } = typedConfig
  return { name: socket.name, typedConfig: { '@type': type, requireClientCertificate, commonTlsContext } }
}
