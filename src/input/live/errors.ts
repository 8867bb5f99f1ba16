/** Failures of requests to an API server, as messages. */
import { UserError } from '../../common/errors.ts'
import type { SourceProblem } from '../../sources/document.ts'

/** A cluster that cannot be read. The message names the context and the server. */
export class LiveError extends UserError {
  override readonly name = 'LiveError'
}

/** A watch began at a version that the server no longer has: the list must be read again. */
export class ExpiredError extends Error {
  override readonly name = 'ExpiredError'
}

/** A non-2xx response. */
export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly status: number
  /** The token in a 410 response for continuing the list. */
  readonly continueToken: string
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number | undefined

  constructor(status: number, message: string, retryAfter?: number, continueToken = '') {
    super(message)
    this.status = status
    this.retryAfter = retryAfter
    this.continueToken = continueToken
  }
}

/** A response that an API server would not send. */
export class AnswerError extends UserError {
  override readonly name = 'AnswerError'
}

/** A request that exceeded its time limit. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
}

const LONGEST = 300

/** The beginning of a server's message. */
export function clip(text: string): string {
  const line = text.trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line
}

type Words = readonly [message: string, hint: string]

const UNKNOWN_AUTHORITY: Words = [
  "the server's certificate is signed by an authority that the kubeconfig does not name",
  'certificate-authority-data of the cluster in the kubeconfig is missing or of another cluster',
]
const UNREACHABLE: Words = ['the server cannot be reached', 'is a VPN or a tunnel needed?']
const CUT: Words = ['the connection was cut', 'a proxy or load balancer on the way may have closed it; try again']
const CLIENT_CERTIFICATE: Words = [
  'the server refuses the client certificate',
  "client-certificate-data of the user in the kubeconfig may have expired or be another cluster's",
]
const NO_TLS: Words = [
  'the server does not answer with TLS',
  'is the port right, and does the server in the kubeconfig begin with http: instead of https:?',
]

/** By error codes of Node and OpenSSL. */
const BY_CODE: ReadonlyMap<string, Words> = new Map([
  ['ECONNREFUSED', ['connection refused', 'is the API server running, and the port in the kubeconfig right?']],
  ['ENOTFOUND', ["the server's name is not known to DNS", 'check the server in the kubeconfig; is a VPN needed?']],
  ['EAI_AGAIN', ["DNS does not answer for the server's name", 'is the network up?']],
  ['EHOSTUNREACH', UNREACHABLE],
  ['ENETUNREACH', UNREACHABLE],
  ['ETIMEDOUT', UNREACHABLE],
  ['ECONNRESET', CUT],
  ['EPIPE', CUT],
  ['ECONNABORTED', CUT],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_AUTHORITY],
  ['CERT_SIGNATURE_FAILURE', UNKNOWN_AUTHORITY],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    [
      "the server's certificate is for other names than the one in the kubeconfig",
      'tls-server-name of the cluster in the kubeconfig says which name to expect',
    ],
  ],
  ['CERT_HAS_EXPIRED', ["the server's certificate has expired", "renew it, and check this machine's clock"]],
  ['CERT_NOT_YET_VALID', ["the server's certificate is not valid yet", "check this machine's clock"]],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_TLS],
  ['EPROTO', NO_TLS],
  ['HPE_INVALID_CONSTANT', ['the server does not speak HTTP', 'is the port right?']],
])

const codeOf = (error: unknown): string => {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : ''
}

/** Whether the same request may succeed when it is repeated. */
export const isCut = (error: unknown): boolean => BY_CODE.get(codeOf(error)) === CUT

function wordsOfTransport(error: unknown): Words {
  const code = codeOf(error)
  const known = BY_CODE.get(code)
  if (known) return known
  if (code.startsWith('ERR_OSSL_')) {
    return ['a certificate or key of the kubeconfig cannot be used', '`kubectl config view --raw` shows them']
  }
  if (/^ERR_SSL_.*ALERT.*(CERT|UNKNOWN_CA)/.test(code)) return CLIENT_CERTIFICATE
  const message = clip(error instanceof Error ? error.message : String(error))
  const refused = /^Bad response: (\d+)/.exec(message)
  if (refused) return [`the proxy answered ${refused[1]}`, 'check proxy-url in the kubeconfig, or HTTPS_PROXY']
  return [message || code || 'the connection failed', '']
}

function wordsOfStatus({ status, message }: StatusError): Words {
  const said = message === '' ? '' : `: ${message}`
  if (status === 401) {
    return [`the credentials are not accepted (401)${said}`, 'log in again; a token or certificate may have expired']
  }
  if (status === 403) return [`access is forbidden (403)${said}`, '`vipctl rbac` prints the role that is needed']
  if (status === 404) {
    return [`no Kubernetes API there (404)${said}`, 'check the server in the kubeconfig, its path included']
  }
  if (status === 429) return [`the server is too busy (429)${said}`, 'try again later']
  if (status >= 500)
    return [`the server fails (${status})${said}`, 'try again later; `kubectl get --raw /readyz` says more']
  if (status >= 300 && status < 400) {
    return [`the server redirects elsewhere (${status})`, 'a login page? check the server in the kubeconfig']
  }
  const isPlain = status === 400 && message.includes('HTTPS server')
  const hint = isPlain ? 'the server in the kubeconfig begins with http: instead of https:' : ''
  return [`the server refuses the request (${status})${said}`, hint]
}

function wordsOf(error: unknown): Words {
  if (error instanceof StatusError) return wordsOfStatus(error)
  if (error instanceof TimeoutError) return [error.message, '--request-timeout sets a longer limit']
  if (error instanceof UserError) return [error.message, error.hint ?? '']
  return wordsOfTransport(error)
}

/**
 * Converts any failure of a request to an error for the user.
 * @param place context and server
 * @param hide removes credentials, which a server or proxy may repeat
 */
export function liveError(error: unknown, place: string, hide: (text: string) => string): LiveError {
  if (error instanceof LiveError) return error
  const [message, hint] = wordsOf(error)
  return new LiveError(`${place}: ${hide(message)}`, hint || undefined)
}

/** A remote cluster that is skipped. */
export function unreadableRemote(id: string, { message, hint }: LiveError): SourceProblem {
  return {
    severity: 'error',
    message: `remote cluster ${id} is left out, its services and endpoints are missing: ${message}`,
    ...(hint !== undefined && { hint }),
  }
}
