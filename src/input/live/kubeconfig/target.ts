/** The cluster and user of a context. The Kubernetes client handles certificates, OIDC and proxies. */
import type { Agent, RequestOptions } from 'node:https'
import { nearestAll } from '../../../common/nearest.ts'
import { LiveError } from '../errors.ts'
import type { ConnectOptions } from '../types.ts'
import type { Contexts, User } from './contexts.ts'
import { Identity, OIDC } from './identity.ts'
import { proxyFromEnvironment } from './proxy-env.ts'
import { Secrets } from './secrets.ts'

const LONGEST_MESSAGE = 200

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
  /** What must not be in a message. */
  readonly secrets: Secrets
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

/** The password of a URL, as it is written and decoded. */
function passwordsOf(url: string): readonly string[] {
  const password = URL.canParse(url) ? new URL(url).password : ''
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
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

  checkProvider(user, name)
  const proxyUrl = cluster.proxyUrl ?? proxyFromEnvironment(server, options.env)
  // The library refuses plain HTTP unless certificates are ignored, and plain HTTP has none.
  const skipTLSVerify = cluster.skipTLSVerify || server.protocol === 'http:'
  const secrets = new Secrets()
  secrets.add(...(proxyUrl ? passwordsOf(proxyUrl) : []))
  const identity = new Identity(
    { user, cluster: { ...cluster, ...(proxyUrl && { proxyUrl }), skipTLSVerify } },
    secrets,
  )
  const extra = impersonation(user, options)
  return {
    context: name,
    server,
    namespace: context.namespace,
    proxy: proxyUrl && proxyText(proxyUrl),
    secrets,
    credentials: () => credentialsOf(identity, name, extra, options),
  }
}

/** The others run programs, read files, or were for clouds that use plugins now; kubectl has removed them, too. */
function checkProvider(user: User | undefined, context: string): void {
  const name = user?.entry.authProvider?.name
  if (name === undefined || name === OIDC) return
  throw new LiveError(
    `context ${context}: the auth-provider ${name} of the kubeconfig is not supported`,
    'kubectl has removed it; name a credential plugin under exec',
  )
}

/** Simultaneous requests to one server. */
export const CONNECTIONS = 6

async function credentialsOf(
  identity: Identity,
  context: string,
  extra: readonly (readonly [string, string])[],
  connect: ConnectOptions,
): Promise<Credentials> {
  const options: RequestOptions = {}
  try {
    const library = await identity.library(connect)
    await library.applyToHTTPSOptions(options)
  } catch (error) {
    throw credentialsError(error, context, identity.secrets)
  }
  // The library's agents would open a new connection for every request.
  const agent = Object.assign(options.agent as Agent, { keepAlive: true, maxSockets: CONNECTIONS })
  const own = Object.entries((options.headers ?? {}) as Record<string, string>).map(
    ([name, value]) => [name, String(value).trim()] as const,
  )
  const basic = options.auth
    ? [['Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`] as const]
    : []
  for (const [, value] of [...own, ...basic]) identity.secrets.add(value.replace(/^(?:Bearer|Basic) /, ''))
  return { agent, headers: headersOf([...own, ...basic, ...extra]) }
}

function credentialsError(error: unknown, context: string, secrets: Secrets): LiveError {
  if (error instanceof LiveError) return new LiveError(`context ${context}: ${error.message}`, error.hint)
  const message = secrets.hide(error instanceof Error ? error.message : String(error))
  const [line = ''] = message.trim().split('\n', 1)
  return new LiveError(
    `context ${context}: the credentials of the kubeconfig cannot be used: ${line.slice(0, LONGEST_MESSAGE)}`,
  )
}
