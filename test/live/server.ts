/**
 * An API server that replays recorded responses over HTTPS (`fixtures/kube-api`), split into pages, and that can be
 * told to misbehave.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { type PodServer, serveForward } from './pods.ts'

const FIXTURES = fileURLToPath(new URL('../../fixtures/kube-api/', import.meta.url))

export const recorded = (file: string): string => readFileSync(join(FIXTURES, file), 'utf8')
export const tlsFile = (name: string): string => join(FIXTURES, 'tls', name)

interface Recording {
  readonly method: string
  readonly path: string
  readonly as: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly file: string
}

const { requests: RECORDINGS } = JSON.parse(recorded('index.json')) as { readonly requests: readonly Recording[] }

/** A request as recorded for tests. */
export interface Asked {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: ReadonlyMap<string, string>
  /** `admin`, `bob`, `bad-token` or `none`. */
  readonly as: string
  readonly headers: IncomingMessage['headers']
  /** The number of earlier requests for this path. */
  readonly before: number
}

/** Answers a request instead of the recording; returns true if it did. */
export type Misbehaviour = (asked: Asked, response: ServerResponse, request: IncomingMessage) => boolean

export interface ServerOptions {
  /** Name of a certificate in `tls/`. */
  readonly certificate?: string
  readonly misbehave?: Misbehaviour
  /** The servers in pods, by port-forward. */
  readonly pods?: PodServer
}

export interface KubeServer {
  readonly url: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

interface ItemList {
  metadata: { continue?: string; resourceVersion: string }
  items: { metadata: { name: string; namespace?: string } }[]
}

const NAMESPACED = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/namespaces\/([^/]+)\/([a-z]+)$/

const sameQuery = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)

function findRecording(path: string, query: ReadonlyMap<string, string>, as: string): Recording | undefined {
  return RECORDINGS.find((recording) => {
    const url = new URL(recording.path, 'https://server')
    return recording.as === as && url.pathname === path && sameQuery(new Map(url.searchParams), query)
  })
}

const without = (query: ReadonlyMap<string, string>, ...keys: readonly string[]): Map<string, string> =>
  new Map([...query].filter(([key]) => !keys.includes(key)))

export function sendJson(response: ServerResponse, status: number, value: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}

/** A page of a recorded list. The token contains the start of the next one. */
function page(list: ItemList, query: ReadonlyMap<string, string>): ItemList {
  const limit = Number(query.get('limit') ?? list.items.length)
  const start = Number(Buffer.from(query.get('continue') ?? '', 'base64').toString() || 0)
  const end = start + limit
  const token = end < list.items.length ? Buffer.from(String(end)).toString('base64') : ''
  return { ...list, metadata: { ...list.metadata, continue: token }, items: list.items.slice(start, end) }
}

function forbidden(as: string, path: string): unknown {
  const name = path.split('/').at(-1)
  const message = `${name} is forbidden: User "${as}" cannot list resource "${name}" at the cluster scope`
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'Forbidden', code: 403 }
}

/** The list of one namespace, from the recorded list of all. */
function listOfNamespace(asked: Asked): ItemList | undefined {
  const [, root, namespace, resource] = NAMESPACED.exec(asked.path) ?? []
  const whole = findRecording(`${root}/${resource}`, without(asked.query, 'limit', 'continue'), asked.as)
  if (whole?.status !== 200) return undefined
  const list = JSON.parse(recorded(whole.file)) as ItemList
  return { ...list, items: list.items.filter(({ metadata }) => metadata.namespace === namespace) }
}

function replay(asked: Asked, response: ServerResponse): void {
  const { path, query, as } = asked
  const exact = findRecording(path, query, as)
  const whole = exact ?? findRecording(path, without(query, 'limit', 'continue'), as)
  if (whole && whole.status === 200 && !exact && query.has('limit')) {
    sendJson(response, 200, page(JSON.parse(recorded(whole.file)) as ItemList, query))
  } else if (whole) {
    response.writeHead(whole.status, { ...whole.headers }).end(recorded(whole.file))
  } else if (as === 'none' || as === 'bad-token') {
    response.writeHead(401, { 'content-type': 'application/json' }).end(recorded('error-401-bad-token.json'))
  } else if (as !== 'admin' && path !== '/apis') {
    sendJson(response, 403, forbidden(as, path))
  } else {
    const list = listOfNamespace(asked)
    if (path === '/apis') response.writeHead(200, { 'content-type': 'application/json' }).end(recorded('apis.json'))
    else if (list) sendJson(response, 200, page(list, query))
    else response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n')
  }
}

/** The identity of a request: an impersonated user, the name in a client certificate, or a token. */
function identityOf(request: IncomingMessage): string {
  const impersonated = request.headers['impersonate-user']
  if (typeof impersonated === 'string') return impersonated
  const certificate = (request.socket as TLSSocket).getPeerCertificate()
  const name = certificate?.subject?.CN
  if (typeof name === 'string') return name
  const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined) return 'none'
  return token === 'admin' || token === 'bob' ? token : 'bad-token'
}

const running: KubeServer[] = []
const folders: string[] = []

/** Stops everything that the tests of a file started. */
export async function closeAll(): Promise<void> {
  for (const server of running.splice(0)) await server.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export async function startServer({
  certificate = 'server',
  misbehave,
  pods,
}: ServerOptions = {}): Promise<KubeServer> {
  const asked: Asked[] = []
  const server = createServer({
    key: readFileSync(tlsFile(`${certificate}.key`)),
    cert: readFileSync(tlsFile(`${certificate}.crt`)),
    ca: readFileSync(tlsFile('ca.crt')),
    requestCert: true,
    rejectUnauthorized: false,
  })
  const record = (request: IncomingMessage): Asked => {
    const url = new URL(request.url ?? '/', 'https://server')
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: new Map(url.searchParams),
      as: identityOf(request),
      headers: request.headers,
      before: asked.filter(({ path }) => path === url.pathname).length,
    }
    asked.push(one)
    return one
  }
  server.on('request', (request, response) => {
    const one = record(request)
    if (misbehave?.(one, response, request) !== true) replay(one, response)
  })
  const open = new Set<Duplex>()
  server.on('upgrade', (request, socket, head) => {
    open.add(socket)
    if (pods) serveForward(request, socket, head, record(request), pods)
    else socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const started: KubeServer = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        for (const socket of open) socket.destroy()
      }),
  }
  running.push(started)
  return started
}

export interface ContextOptions {
  readonly server: string
  readonly cluster?: Readonly<Record<string, unknown>>
  readonly user?: Readonly<Record<string, unknown>> | null
  readonly namespace?: string
}

/** A client certificate as the user of a kubeconfig. */
export const certificateOf = (name: string): Readonly<Record<string, string>> => ({
  'client-certificate': tlsFile(`${name}.crt`),
  'client-key': tlsFile(`${name}.key`),
})

/** A kubeconfig with these contexts, the first one current; the user is admin by default. */
export function kubeconfigOf(contexts: Readonly<Record<string, ContextOptions>>): Record<string, unknown> {
  const entries = Object.entries(contexts)
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': entries[0]?.[0],
    clusters: entries.map(([name, { server, cluster }]) => ({
      name: `${name}-cluster`,
      cluster: { server, 'certificate-authority': tlsFile('ca.crt'), ...cluster },
    })),
    users: entries
      .filter(([, { user }]) => user !== null)
      .map(([name, { user }]) => ({ name: `${name}-user`, user: user ?? certificateOf('admin') })),
    contexts: entries.map(([name, { user, namespace }]) => ({
      name,
      context: {
        cluster: `${name}-cluster`,
        ...(user !== null && { user: `${name}-user` }),
        ...(namespace !== undefined && { namespace }),
      },
    })),
  }
}

/** The path of a file with a kubeconfig. */
export function writeKubeconfig(config: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-live-'))
  folders.push(folder)
  const path = join(folder, 'config')
  writeFileSync(path, stringify(config))
  return path
}

/** Starts a server and writes a kubeconfig with one context for it, `test`. */
export async function startCluster(
  options: ServerOptions & Omit<ContextOptions, 'server'> = {},
): Promise<{ readonly server: KubeServer; readonly kubeconfig: string }> {
  const server = await startServer(options)
  return { server, kubeconfig: writeKubeconfig(kubeconfigOf({ test: { ...options, server: server.url } })) }
}
