/** Failures of port-forwards, as messages. */
import { UserError } from '../../../common/errors.ts'
import { withThousands } from '../../../sources/limits.ts'
import { clip, LiveError, liveError, StatusError, TimeoutError } from '../errors.ts'
import type { PodPort } from '../types.ts'

/** One pod cannot be asked; others of the same cluster may be. */
export class PodError extends LiveError {
  /** Why, without the pod and the cluster. */
  readonly reason: string
  /** Whether the pod runs, but nothing listens on the port. */
  readonly isUnused: boolean

  /** @param place context and server */
  constructor(reason: string, hint: string, { namespace, pod, port }: PodPort, place: string) {
    super(`${place}: pod ${pod} of namespace ${namespace}: ${reason}`, hint || undefined)
    this.reason = reason
    this.isUnused = reason === unused(port)
  }
}

const unused = (port: number): string => `nothing listens on port ${port}`

/** The node could not connect to the port. The message is the node's own. */
export class ForwardError extends Error {
  override readonly name = 'ForwardError'
}

/** The connection ended within an answer. */
export class CutError extends Error {
  override readonly name = 'CutError'
  readonly received: number

  constructor(received: number) {
    super()
    this.received = received
  }
}

type Words = readonly [reason: string, hint: string]

const RBAC = '`vipctl rbac verify` prints the role that is needed'

/** What the API server says instead of forwarding; undefined where it does not concern the pod. */
function wordsOfStatus({ status, message }: StatusError): Words | undefined {
  const said = message === '' ? '' : `: ${message}`
  if (status === 403) return [`port-forward is forbidden (403)${said}`, RBAC]
  if (status === 404) return [`the pod does not exist (404)${said}`, '`vipctl proxies` lists the proxies']
  if (status >= 200 && status < 300) {
    return [
      `the API server answers a request for a WebSocket with ${status}`,
      'is there a proxy between here and the API server that does not pass WebSockets on?',
    ]
  }
  if (status === 401 || status === 429 || (status >= 300 && status < 400)) return undefined
  const fails = status >= 500
  return [
    `the API server ${fails ? 'fails to' : 'does not'} forward the port (${status})${said}`,
    fails ? 'it asks the node of the pod: is that node ready?' : 'is the pod running?',
  ]
}

/** What the node says when it cannot connect to the port. */
function wordsOfNode(message: string, { port, server }: PodPort): Words {
  if (/connection refused/i.test(message)) return [unused(port), HINTS[server]]
  if (/not running|no such container|sandbox/i.test(message)) {
    return [`the node cannot forward port ${port}: ${clip(message)}`, 'is the pod running?']
  }
  return [`the node cannot forward port ${port}: ${clip(message)}`, '']
}

const HINTS: Readonly<Record<PodPort['server'], string>> = {
  Envoy: "Envoy's admin interface listens there: is the container istio-proxy running?",
  istiod: "istiod's debug interface listens there: is the container discovery running?",
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? '')

/** Node's errors for a connection that was closed. */
const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])

/** Whether a connection was closed before everything was received. */
export const isClosed = (error: unknown): boolean => CLOSED.has(codeOf(error))

function wordsOfExchange(error: unknown, pod: PodPort): Words | undefined {
  const { port, server } = pod
  if (error instanceof ForwardError) return wordsOfNode(error.message, pod)
  if (error instanceof CutError) {
    const after = error.received === 0 ? 'before the answer' : `after ${withThousands(error.received)} bytes`
    return [`the connection to port ${port} was cut ${after}`, 'try again; did the pod end meanwhile?']
  }
  if (codeOf(error).startsWith('HPE_')) return [`port ${port} does not answer with HTTP`, HINTS[server]]
  if (error instanceof TimeoutError) return [error.message, '--request-timeout sets a longer limit']
  if (error instanceof UserError && !(error instanceof LiveError)) return [error.message, error.hint ?? '']
  return undefined
}

/**
 * Converts any failure of a port-forward to an error for the user.
 * @param place context and server
 * @param hide removes credentials, which a server or proxy may repeat
 * @returns PodError for a failure that concerns the pod, LiveError for one of the API server
 */
export function podError(error: unknown, pod: PodPort, place: string, hide: (text: string) => string): LiveError {
  const words = error instanceof StatusError ? wordsOfStatus(error) : wordsOfExchange(error, pod)
  if (!words) return liveError(error, place, hide)
  const [reason, hint] = words
  return new PodError(hide(reason), hint, pod, place)
}
