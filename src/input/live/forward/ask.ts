/** GET requests to HTTP servers in pods, by port-forward. */
import { request as httpRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Connection, responseOf, USER_AGENT } from '../connection.ts'
import { ANSWER_BYTES, statusError, textOf } from '../http/body.ts'
import { TimeLimit } from '../http/time-limit.ts'
import type { PodAnswer, PodPort } from '../types.ts'
import { CutError, isClosed, PodError, podError } from './errors.ts'
import { openTunnel } from './tunnel.ts'

/** Names that the API server accepts. Others would be parts of the path of a request. */
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/

/** One request over a tunnel, which ends with it. */
async function exchange(tunnel: Duplex, place: PodPort, path: string, timeout: number): Promise<PodAnswer> {
  const request = httpRequest({
    createConnection: () => tunnel,
    host: 'localhost',
    port: place.port,
    path,
    headers: { Accept: '*/*', Connection: 'close', 'User-Agent': USER_AGENT },
  })
  const limit = new TimeLimit(timeout, (error) => tunnel.destroy(error))
  let received = 0
  let failure: unknown
  request.on('error', (error) => {
    failure ??= error
  })
  try {
    const response = await responseOf(request)
    const text = await textOf(response, ANSWER_BYTES, `port ${place.port}`, (bytes) => {
      received += bytes
      limit.heard()
    })
    return { status: response.statusCode ?? 0, text }
  } catch (error) {
    // A tunnel that ends makes the request above it fail too, and that ends the response.
    const first = limit.exceeded ?? tunnel.errored ?? failure ?? error
    throw isClosed(first) ? new CutError(received) : first
  } finally {
    limit.lift()
    tunnel.destroy()
  }
}

/**
 * Gets what an HTTP server in a pod has at a path. Nothing runs in the pod.
 * @param path with its query, such as `/config_dump?include_eds`
 * @returns the answer with any status, at most 256 MB
 * @throws PodError when the pod cannot be asked, LiveError when the API server cannot
 */
export async function askPod(connection: Connection, place: PodPort, path: string): Promise<PodAnswer> {
  const { secrets } = connection.target
  if (!NAME.test(place.pod) || !NAME.test(place.namespace)) {
    throw new PodError('that is not the name of a pod', '', place, connection.place)
  }
  try {
    const tunnel = await connection.open(({ agent, headers }, api, signal) =>
      openTunnel(place, {
        api,
        agent,
        headers: { 'User-Agent': USER_AGENT, ...headers },
        refusal: (response) => statusError(response, response, secrets),
        signal,
        timeout: connection.timeout,
      }),
    )
    return await exchange(tunnel, place, path, connection.timeout)
  } catch (error) {
    throw podError(error, place, connection.place, (text) => secrets.hide(text))
  }
}
