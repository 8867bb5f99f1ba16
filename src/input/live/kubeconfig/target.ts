/** The cluster and user of a context. The Kubernetes client handles certificates, tokens, exec plugins and proxies. */
import type { Agent, RequestOptions } from 'node:https'
// The package's own entry imports every API model, which takes ten times as long.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { nearestAll } from '../../../common/nearest.ts'
import { LiveError } from '../errors.ts'
import type { ConnectOptions } from '../types.ts'
import type { Contexts, User } from './contexts.ts'
import { proxyFromEnvironment } from './proxy-env.ts'

/** How to make requests to one cluster. Renewed when credentials have expired. */
export interface Credentials {
  readonly agent: Agent
  readonly headers: Readonly<Record<string, string>>
}

/** One cluster of a kubeconfig, and the user. */
export interface Target {
  readonly context: string
  /** The API's URL, which may have a path. */
  readonly server: URL
  readonly namespace: string | undefined
  /** The proxy to the server, without credentials in its URL. */
  readonly proxy?: string | undefined
  /** Reads certificates and tokens, and runs exec plugins. */
  readonly credentials: () => Promise<Credentials>
}

function serverOf(text: string, context: string): URL {
  try {
    const server = new URL(text)
    if (server.protocol === 'https:' || server.protocol === 'http:') return server
  } catch {
    // Reported below.
  }
  throw new LiveError(`context ${context}: the server of its cluster is not a URL`, 'it begins with https://')
}

function impersonation(user: User | undefined, options: ConnectOptions): readonly (readonly [string, string])[] {
  const { as, asGroups } = options
  if (as === undefined) return user?.impersonation ?? []
  return [['Impersonate-User', as], ...asGroups.map((group) => ['Impersonate-Group', group] as const)]
}

/** Node takes a repeated header as a list. */
function headersOf(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of entries) {
    const before = headers[name] as string | string[] | undefined
    Object.assign(headers, { [name]: before === undefined ? value : [before, value].flat() })
  }
  return headers
}

function proxyText(url: string): string {
  try {
    const { protocol, host } = new URL(url)
    return `${protocol}//${host}`
  } catch {
    return 'whose address is not a URL'
  }
}

/** @throws LiveError when the context does not exist or has no cluster */
export function targetOf(found: Contexts, wanted: string | undefined, options: ConnectOptions): Target {
  const name = wanted ?? found.current
  const few = [...found.contexts.keys()].slice(0, 5).join(', ')
  if (name === '') {
    throw new LiveError(
      `no current context in ${found.origin}`,
      few === '' ? 'it has none' : `choose one with --context: ${few}`,
    )
  }
  const context = found.contexts.get(name)
  if (!context) {
    const close = nearestAll(name, found.contexts.keys())
    const known = few === '' ? 'it has none' : `it has ${few}`
    throw new LiveError(
      `no context ${name} in ${found.origin}`,
      close.length > 0 ? `did you mean ${close.join(' or ')}?` : known,
    )
  }
  const cluster = found.clusters.get(context.cluster)
  if (!cluster) throw new LiveError(`context ${name}: ${found.origin} has no cluster ${context.cluster} with a server`)
  const user = context.user === '' ? undefined : found.users.get(context.user)
  if (context.user && !user) throw new LiveError(`context ${name}: ${found.origin} has no user ${context.user}`)
  const server = serverOf(cluster.server, name)

  const library = new KubeConfig()
  const proxyUrl = cluster.proxyUrl ?? proxyFromEnvironment(server, options.env)
  library.loadFromClusterAndUser(
    // The library refuses plain HTTP unless certificates are ignored, and plain HTTP has none.
    { ...cluster, ...(proxyUrl && { proxyUrl }), skipTLSVerify: cluster.skipTLSVerify || server.protocol === 'http:' },
    userEntry(user),
  )
  const extra = impersonation(user, options)
  return {
    context: name,
    server,
    namespace: context.namespace,
    proxy: proxyUrl && proxyText(proxyUrl),
    credentials: () => credentialsOf(library, name, extra),
  }
}

/** The user in the library's form, which drops the cluster's certificates when there is none. */
function userEntry(user: User | undefined): KubeConfig['users'][number] {
  if (!user) return { name: '' }
  const { entry, tokenFile } = user
  const { impersonateUser: _, ...plain } = entry
  if (tokenFile === '') return plain
  // A token file overrides a token, and may change during the run.
  return { ...plain, token: undefined as unknown as string, authProvider: { name: 'tokenFile', config: { tokenFile } } }
}

/** Simultaneous requests to one server. */
export const CONNECTIONS = 6

async function credentialsOf(
  library: KubeConfig,
  context: string,
  extra: readonly (readonly [string, string])[],
): Promise<Credentials> {
  const options: RequestOptions = {}
  try {
    await library.applyToHTTPSOptions(options)
  } catch (error) {
    throw credentialsError(error, library, context)
  }
  // The library's agents would open a new connection for every request.
  const agent = Object.assign(options.agent as Agent, { keepAlive: true, maxSockets: CONNECTIONS })
  const own = Object.entries((options.headers ?? {}) as Record<string, string>).map(
    ([name, value]) => [name, String(value).trim()] as const,
  )
  const basic = options.auth
    ? [['Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`] as const]
    : []
  return { agent, headers: headersOf([...own, ...basic, ...extra]) }
}

/** Plugins print tokens, so their output is never repeated. */
function credentialsError(error: unknown, library: KubeConfig, context: string): LiveError {
  const { code, path } = error as NodeJS.ErrnoException
  const user = library.users[0]
  const command: unknown = user?.exec?.command
  if (typeof command === 'string') {
    if (code === 'ENOENT') {
      return new LiveError(
        `context ${context}: the credential plugin ${command} is not installed`,
        'the kubeconfig names it under exec',
      )
    }
    const said =
      error instanceof SyntaxError || error instanceof TypeError
        ? 'its output is not an ExecCredential'
        : firstLine(error)
    return new LiveError(
      `context ${context}: the credential plugin ${command} failed${said && `: ${said}`}`,
      'run it by hand',
    )
  }
  if (code === 'ENOENT') return new LiveError(`context ${context}: ${path} of the kubeconfig does not exist`)
  return new LiveError(`context ${context}: the credentials of the kubeconfig cannot be used: ${firstLine(error)}`)
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n', 1)[0]?.slice(0, 200) ?? ''
