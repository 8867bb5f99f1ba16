/** The TLS settings of a listener (pilot/pkg/config/kube/gateway/conversion.go buildTLS). */
import type { KubernetesGateway, ListenerSet } from '../../kinds/index.ts'
import { ServerTLSSettings } from '../../kinds/messages/gateway.ts'
import type { FrontendValidation, ListenerTls } from '../../kinds/messages/gateway-api/gateway.ts'
import { isCipherSuite } from '../../kinds/validation/tls.ts'
import { isAutoPassthrough } from '../../resources/gateway-api/auto-passthrough.ts'
import type { Location } from '../../sources/location.ts'
import { type CertificateStore, clientAuthorities, type Problem, serverCertificate } from './references.ts'

/** The TLS settings, and why the listener cannot have them. */
export interface TlsResult {
  readonly settings: ServerTLSSettings
  readonly problem: Problem | undefined
}

/** A listener whose TLS is asked for. */
export interface TlsListener {
  readonly owner: KubernetesGateway | ListenerSet
  /** That of the owner, or that the owner belongs to. */
  readonly gateway: KubernetesGateway
  readonly port: number
  readonly tls: ListenerTls
  /** Of the field `tls`. */
  readonly location: Location
}

const TERMINATE_MODE = 'gateway.istio.io/tls-terminate-mode'
const CIPHER_SUITES = 'gateway.istio.io/tls-cipher-suites'
const MOST_CERTIFICATES = 2

const settings = (fields: Partial<ServerTLSSettings>): ServerTLSSettings => ({ ...ServerTLSSettings.zero, ...fields })

/** How clients of a port are verified, and where that is stated; an entry of the port replaces the default wholly. */
function validationOf(
  { spec, location }: KubernetesGateway,
  port: number,
): { readonly validation: FrontendValidation; readonly location: Location } | undefined {
  const frontend = spec.tls?.frontend
  const index = frontend?.perPort.findIndex((each) => each.port === port) ?? -1
  const stated = index < 0 ? frontend?.default : frontend?.perPort[index]?.tls
  const at = location.child('spec', 'tls', 'frontend', ...(index < 0 ? ['default'] : ['perPort', index, 'tls']))
  return stated?.validation && { validation: stated.validation, location: at.child('validation') }
}

interface Certificates {
  /** One per reference; '' for a bad one. */
  readonly names: readonly string[]
  readonly problem: Problem | undefined
}

function certificatesOf(store: CertificateStore, { owner, tls, location }: TlsListener): Certificates {
  const problems: Problem[] = []
  const names = tls.certificateRefs.map((reference, index) => {
    const at = location.child('certificateRefs', index)
    const resolved = serverCertificate(store, reference, { resource: owner, location: at })
    if ('credential' in resolved) return resolved.credential
    problems.push(resolved.problem)
    return ''
  })
  const [first] = problems
  return { names, problem: first && { ...first, message: problems.map(({ message }) => message).join('; ') } }
}

/** Verification of clients; empty when the Gateway states none for the port. */
function withClients(store: CertificateStore, listener: TlsListener, mode: string | undefined): Partial<TlsResult> {
  const { owner, gateway, port } = listener
  const found = validationOf(gateway, port)
  const [reference, second] = found?.validation.caCertificateRefs ?? []
  if (!found || !reference) return {}
  const at = found.location.child('caCertificateRefs', second ? 1 : 0)
  const reason = 'InvalidCACertificateRef'
  if (second) return { problem: { reason, message: 'only one caCertificateRef is supported', location: at } }
  const resolved = clientAuthorities(store, reference, { resource: owner, location: at })
  if ('problem' in resolved) return { problem: resolved.problem }
  const isStated = mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL'
  const isInsecure = found.validation.mode === 'AllowInsecureFallback' && !isStated
  return {
    settings: settings({
      mode: isStated ? mode : isInsecure ? 'OPTIONAL_MUTUAL' : 'MUTUAL',
      insecureSkipVerify: isInsecure,
      caCertCredentialName: resolved.credential,
    }),
  }
}

function terminating(store: CertificateStore, listener: TlsListener, mode: string | undefined): TlsResult {
  const { tls, location } = listener
  const own = settings({ mode: mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL' ? mode : 'SIMPLE' })
  const result = (problem: Problem | undefined): TlsResult => ({ settings: own, problem })
  if (tls.certificateRefs.length > MOST_CERTIFICATES) {
    const at = location.child('certificateRefs', MOST_CERTIFICATES)
    const message = `a listener can have at most ${MOST_CERTIFICATES} certificates`
    return result({ reason: 'InvalidCertificateRef', message, location: at })
  }
  const { names, problem } = certificatesOf(store, listener)
  const valid = names.filter((name) => name !== '').length
  // Without any reference there is no problem either, and no certificate.
  if (valid === 0) return result(problem)
  const clients = withClients(store, listener, mode)
  const named = valid === 1 ? { credentialName: names[0] ?? '' } : { credentialNames: names }
  // One usable certificate of two is enough, and istiod does not report the other one.
  return { settings: { ...(clients.settings ?? own), ...named }, problem: clients.problem }
}

function cipherSuites(text: string | undefined): readonly string[] {
  if (!text) return []
  return [...new Set(text.split(',').map((suite) => suite.trim()))].filter(isCipherSuite)
}

/** The TLS settings of a listener's server. */
export function listenerTls(store: CertificateStore, listener: TlsListener): TlsResult {
  const { tls, owner } = listener
  const mode = tls.options.get(TERMINATE_MODE)
  const alone = (own: Partial<ServerTLSSettings>): TlsResult => ({ settings: settings(own), problem: undefined })
  if (tls.mode === 'Terminate' && mode === 'ISTIO_SIMPLE')
    return alone({ mode: 'SIMPLE', credentialName: 'builtin://' })
  if (tls.mode === 'Terminate' && mode === 'ISTIO_MUTUAL') return alone({ mode: 'ISTIO_MUTUAL' })
  const passes = isAutoPassthrough(owner.meta.labels, listener) ? 'AUTO_PASSTHROUGH' : 'PASSTHROUGH'
  const made = tls.mode === 'Terminate' ? terminating(store, listener, mode) : alone({ mode: passes })
  // A listener without certificates has nothing else either.
  if (tls.mode === 'Terminate' && tls.certificateRefs.length === 0) return made
  const suites = cipherSuites(tls.options.get(CIPHER_SUITES))
  return suites.length > 0 ? { ...made, settings: { ...made.settings, cipherSuites: suites } } : made
}
