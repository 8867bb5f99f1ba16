/** GET requests to one API server. There is no other method, so code that uses this can only read. */
import { setMaxListeners } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { type Agent, request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { packageVersion } from '../../own-program.ts'
import type { JsonValue } from '../../sources/document.ts'
import { withThousands } from '../../sources/limits.ts'
import { AnswerError, isCut, LiveError, StatusError } from './errors.ts'
import { ANSWER_BYTES, statusError, textOf } from './http/body.ts'
import { TimeLimit } from './http/time-limit.ts'
import type { Credentials, Target } from './kubeconfig/target.ts'

export type Query = Readonly<Record<string, string>>

/** One line of a watch is one object. */
const LINE_LENGTH = 32_000_000

const MOST_ATTEMPTS = 5
const FIRST_WAIT = 250
/** A longer pause is not waited for. */
const LONGEST_WAIT = 30_000

const isRetried = (status: number): boolean => status === 429 || (status >= 500 && status !== 501 && status !== 505)

const NO_API = 'is there a proxy or login page between here and the API server?'

function parse(text: string, response: IncomingMessage, path: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    const type = response.headers['content-type'] ?? ''
    if (type.includes('html') || text.trimStart().startsWith('<')) {
      throw new AnswerError(`${path} sent a web page instead of JSON`, NO_API)
    }
    throw new AnswerError(`${path} sent invalid JSON`, NO_API)
  }
}

function unzipped(response: IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response
  const body = createGunzip()
  response.on('error', (error) => body.destroy(error))
  return response.pipe(body)
}

/** An open response. */
interface Answer {
  readonly response: IncomingMessage
  readonly body: Readable
  readonly limit: TimeLimit
}

export const USER_AGENT = `vipctl/${packageVersion()}`

export class Connection {
  readonly target: Target
  readonly #timeout: number
  readonly #closed = new AbortController()
  readonly #agents = new Set<Agent>()
  #credentials: Promise<Credentials> | undefined

  /** @param timeout milliseconds per request; 0 for no limit */
  constructor(target: Target, timeout: number) {
    this.target = target
    this.#timeout = timeout
    setMaxListeners(0, this.#closed.signal)
  }

  /** `context kind-dev (https://127.0.0.1:6443)` */
  get place(): string {
    const { context, proxy } = this.target
    return `context ${context} (${this.serverText}${proxy === undefined ? '' : ` by the proxy ${proxy}`})`
  }

  /** Excludes credentials in the URL. */
  get serverText(): string {
    const { protocol, host, pathname } = this.target.server
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
  }

  /**
   * Gets the JSON at a path. Temporary failures (429, 5xx, a closed connection) are retried after pauses.
   * @throws StatusError, AnswerError, TimeoutError, LiveError, or Node's connection errors
   */
  async get(path: string, query: Query = {}): Promise<JsonValue> {
    return this.#repeated(() => this.#getOnce(path, query))
  }

  /**
   * Opens something other than a plain response, such as a WebSocket, with the retries and credentials of `get`.
   * @param open gets the API's URL without a slash at its end, and a signal that aborts on `close`
   * @throws as `get`, and what `open` throws
   */
  async open<T>(open: (credentials: Credentials, api: string, closed: AbortSignal) => Promise<T>): Promise<T> {
    return this.#repeated(() => this.#authorized((credentials) => open(credentials, this.#api, this.#closed.signal)))
  }

  /** Milliseconds per request; 0 for no limit. */
  get timeout(): number {
    return this.#timeout
  }

  get #api(): string {
    const { origin, pathname } = this.target.server
    return `${origin}${pathname.replace(/\/$/, '')}`
  }

  async #repeated<T>(attemptOnce: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptOnce()
      } catch (error) {
        const wait = waitBefore(error, attempt)
        if (wait === undefined) throw error
        await sleep(wait, undefined, { signal: this.#closed.signal })
      }
    }
  }

  /**
   * The lines of a streamed response. Ends without an error when the server ends it.
   * @throws as `get`, without retries
   */
  async *lines(path: string, query: Query, signal: AbortSignal): AsyncIterable<string> {
    this.#credentials ??= this.target.credentials()
    const { agent } = await this.#credentials
    // A stream occupies its socket; without an additional one, a few streams would block all other requests.
    agent.maxSockets++
    try {
      yield* this.#streamLines(path, query, signal)
    } finally {
      agent.maxSockets--
    }
  }

  async *#streamLines(path: string, query: Query, signal: AbortSignal): AsyncIterable<string> {
    const { body, limit } = await this.#open(path, query, 0, signal)
    try {
      let waiting = ''
      body.setEncoding('utf8')
      for await (const chunk of body) {
        const [first = '', ...rest] = (chunk as string).split('\n')
        const parts = [waiting + first, ...rest]
        waiting = parts.pop() as string
        if (waiting.length > LINE_LENGTH)
          throw new AnswerError(`${path} sent an event larger than ${withThousands(LINE_LENGTH)} characters`)
        for (const line of parts) if (line !== '') yield line
      }
    } finally {
      limit.lift()
      body.destroy()
    }
  }

  /** Ends open requests and closes the connections. */
  close(): void {
    this.#closed.abort()
    for (const agent of this.#agents) agent.destroy()
  }

  async #getOnce(path: string, query: Query): Promise<JsonValue> {
    const { response, body, limit } = await this.#open(path, query, this.#timeout)
    try {
      return parse(await textOf(body, ANSWER_BYTES, path, () => limit.heard()), response, path)
    } catch (error) {
      throw limit.exceeded ?? error
    } finally {
      limit.lift()
    }
  }

  #open(path: string, query: Query, timeout: number, signal?: AbortSignal): Promise<Answer> {
    return this.#authorized((credentials) => this.#send(credentials, path, query, timeout, signal))
  }

  /** Expired credentials are renewed once, because plugins and token files may have new ones. */
  async #authorized<T>(send: (credentials: Credentials) => Promise<T>): Promise<T> {
    this.#credentials ??= this.target.credentials()
    const used = this.#credentials
    try {
      return await send(this.#kept(await used))
    } catch (error) {
      if (!(error instanceof StatusError) || error.status !== 401) throw error
      // The first of several simultaneously refused requests renews them.
      if (this.#credentials === used) this.#credentials = this.target.credentials()
      const fresh = await this.#credentials
      if (fresh.headers.Authorization === (await used).headers.Authorization) throw error
      return send(this.#kept(fresh))
    }
  }

  /** Remembers the agent, whose connections `close` closes. */
  #kept(credentials: Credentials): Credentials {
    this.#agents.add(credentials.agent)
    return credentials
  }

  async #send(
    { agent, headers }: Credentials,
    path: string,
    query: Query,
    timeout: number,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const text = new URLSearchParams(query).toString()
    const url = new URL(`${this.#api}${path}${text && `?${text}`}`)
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(url, {
      method: 'GET',
      agent,
      headers: {
        Accept: 'application/json',
        'Accept-Encoding': 'gzip',
        'User-Agent': USER_AGENT,
        ...headers,
      },
      signal: signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal,
    })
    const limit = new TimeLimit(timeout, (error) => request.destroy(error))
    // A watch may be silent after it has begun.
    if (signal) request.once('response', () => limit.allowSilence())
    try {
      const response = await responseOf(request)
      const body = unzipped(response)
      const status = response.statusCode ?? 0
      if (status < 200 || status > 299) throw await statusError(response, body, this.target.secrets)
      return { response, body, limit }
    } catch (error) {
      limit.lift()
      throw limit.exceeded ?? error
    }
  }
}

/** Sends a request without a body. @returns the response, as soon as its headers are there */
export function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', reject)
    request.end()
  })
}

/** How long to wait before the next attempt; undefined for no further attempt. */
function waitBefore(error: unknown, attempt: number): number | undefined {
  if (attempt >= MOST_ATTEMPTS || error instanceof LiveError) return undefined
  const backoff = FIRST_WAIT * 2 ** (attempt - 1)
  if (error instanceof StatusError) {
    const wait = error.retryAfter ?? backoff
    return isRetried(error.status) && wait <= LONGEST_WAIT ? wait : undefined
  }
  return isCut(error) ? backoff : undefined
}
