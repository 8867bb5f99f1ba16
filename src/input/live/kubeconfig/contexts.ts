/** The contexts, clusters and users of kubeconfigs, read and merged as kubectl does. */
import { existsSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
// The package's own entry imports every API model, which takes ten times as long.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { ActionOnInvalid } from '@kubernetes/client-node/dist/config_types.js'
import { firstBy } from '../../../common/collections.ts'
import { decodeText } from '../../../sources/decode.ts'
import { type JsonValue, type PathStep, placeOf } from '../../../sources/document.ts'
import { withThousands } from '../../../sources/limits.ts'
import { Location } from '../../../sources/location.ts'
import { isMapping, textAt } from '../../../sources/mapping.ts'
import { parseDocuments } from '../../../sources/parse.ts'
import { readBytes, TooLargeError } from '../../files/read.ts'
import { LiveError } from '../errors.ts'
import type { JsonObject } from '../object.ts'
import type { ConnectOptions } from '../types.ts'
import { wrongTypeOf } from './types.ts'

const KUBECONFIG_BYTES = 10_000_000

/** A user's settings that the library does not read. */
export interface User {
  readonly entry: KubeConfig['users'][number]
  readonly tokenFile: string
  readonly impersonation: readonly (readonly [header: string, value: string])[]
}

/** Merged kubeconfigs: the first definition of each name applies. */
export interface Contexts {
  readonly current: string
  /** The origin in messages. */
  readonly origin: string
  readonly contexts: ReadonlyMap<string, KubeConfig['contexts'][number]>
  readonly clusters: ReadonlyMap<string, KubeConfig['clusters'][number]>
  readonly users: ReadonlyMap<string, User>
}

function textsAt(value: JsonValue | undefined, key: string): readonly string[] {
  const found = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return Array.isArray(found) ? found.filter((item) => typeof item === 'string') : []
}

/** Half a surrogate pair has no UTF-8. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd')

/** `as`, `as-uid`, `as-groups` and `as-user-extra` of a user, as headers. */
function impersonationOf(user: JsonObject): [string, string][] {
  const as = textAt(user, 'as')
  if (as === '') return []
  const uid = textAt(user, 'as-uid')
  const extra = isMapping(user['as-user-extra']) ? user['as-user-extra'] : {}
  return [
    ['Impersonate-User', as],
    ...(uid === '' ? [] : [['Impersonate-Uid', uid] as [string, string]]),
    ...textsAt(user, 'as-groups').map((group): [string, string] => ['Impersonate-Group', group]),
    ...Object.keys(extra).flatMap((key) =>
      textsAt(extra, key).map((value): [string, string] => [
        `Impersonate-Extra-${encodeURIComponent(wellFormed(key))}`,
        value,
      ]),
    ),
  ]
}

/** The raw users of a kubeconfig by name. */
function rawUsers(config: JsonObject): Map<string, JsonObject> {
  const found = new Map<string, JsonObject>()
  for (const item of Array.isArray(config.users) ? config.users : []) {
    const name = textAt(item, 'name')
    if (name !== '' && isMapping(item) && isMapping(item.user) && !found.has(name)) found.set(name, item.user)
  }
  return found
}

/** kubectl resolves a plugin command with a slash relative to the kubeconfig's folder. */
function resolveCommand(user: KubeConfig['users'][number], folder: string): void {
  const command: unknown = user.exec?.command
  if (typeof command === 'string' && /[/\\]/.test(command) && !isAbsolute(command)) {
    user.exec.command = join(folder, command)
  }
}

const firstOfEach = <T extends { readonly name: string }>(items: readonly T[]): Map<string, T> =>
  firstBy(items, ({ name }) => name)

/** `users[0].user.token` */
const pathText = (path: readonly PathStep[]): string =>
  path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`)).join('')

const NO_KUBECONFIG = 'a kubeconfig begins with apiVersion: v1, kind: Config'

/**
 * @param text YAML or JSON
 * @param folder the folder that relative paths start from
 * @throws LiveError when it is not a kubeconfig
 */
export function parseKubeconfig(text: string, origin: string, folder: string): Contexts {
  const { documents, problems } = parseDocuments({ name: origin, text }, '')
  const problem = problems.find(({ severity }) => severity === 'error')
  // The text may contain keys and tokens, so messages state only the line.
  const line = problem?.at && 'line' in problem.at ? ` (line ${problem.at.line})` : ''
  if (problem) throw new LiveError(`the kubeconfig ${origin} is not a YAML mapping${line}`, NO_KUBECONFIG)
  const config = documents[0]?.value ?? {}
  if (!isMapping(config)) throw new LiveError(`the kubeconfig ${origin} is not a YAML mapping`, NO_KUBECONFIG)
  const wrong = wrongTypeOf(config)
  if (wrong) {
    const [document] = documents
    const place = document ? ` (line ${new Location(placeOf(document), wrong.path).position().line})` : ''
    throw new LiveError(
      `the kubeconfig ${origin}: ${pathText(wrong.path)} must be ${wrong.wanted}${place}`,
      'texts that look like numbers or booleans need quotes',
    )
  }
  const library = new KubeConfig()
  try {
    library.loadFromString(JSON.stringify(withoutTokenFiles(config)), { onInvalidEntry: ActionOnInvalid.FILTER })
  } catch {
    throw new LiveError(`the kubeconfig ${origin} cannot be read`, '`kubectl config view` may say why')
  }
  library.makePathsAbsolute(folder)
  const raw = rawUsers(config)
  const users = [...firstOfEach(library.users)].map(([name, entry]): [string, User] => {
    resolveCommand(entry, folder)
    const user = raw.get(name) ?? {}
    const tokenFile = textAt(user, 'tokenFile')
    return [name, { entry, tokenFile: tokenFile && resolve(folder, tokenFile), impersonation: impersonationOf(user) }]
  })
  return {
    current: textAt(config, 'current-context'),
    origin,
    contexts: firstOfEach(library.contexts),
    clusters: firstOfEach(library.clusters),
    users: new Map(users),
  }
}

/** The library reads the `token-file` of every user; kubectl has no such key. */
function withoutTokenFiles(config: JsonObject): JsonObject {
  const users = (Array.isArray(config.users) ? config.users : []).map((item) => {
    if (!isMapping(item) || !isMapping(item.user)) return item
    const { 'token-file': _, ...user } = item.user
    return { ...item, user }
  })
  return { ...config, users }
}

function readKubeconfig(path: string): Contexts {
  let bytes: Buffer
  try {
    bytes = readBytes(path, KUBECONFIG_BYTES)
  } catch (error) {
    if (error instanceof TooLargeError) {
      throw new LiveError(`the kubeconfig ${path} is larger than the limit of ${withThousands(KUBECONFIG_BYTES)} bytes`)
    }
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EACCES' ? 'may not be read' : 'cannot be read'
    throw new LiveError(`the kubeconfig ${path} ${why}`)
  }
  const decoded = decodeText(bytes)
  if (!('text' in decoded)) throw new LiveError(`the kubeconfig ${path} is not text: ${decoded.problem}`)
  return parseKubeconfig(decoded.text, path, dirname(path))
}

function merged(all: readonly Contexts[]): Contexts | undefined {
  const [first] = all
  if (!first) return undefined
  const newestFirst = all.toReversed()
  return {
    current: all.find(({ current }) => current !== '')?.current ?? '',
    origin: all.map(({ origin }) => origin).join(delimiter),
    contexts: new Map(newestFirst.flatMap(({ contexts }) => [...contexts])),
    clusters: new Map(newestFirst.flatMap(({ clusters }) => [...clusters])),
    users: new Map(newestFirst.flatMap(({ users }) => [...users])),
  }
}

const IN_CLUSTER = 'in-cluster'
const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** The cluster that the program runs in, by the service account of its pod. */
function inCluster(env: ConnectOptions['env']): Contexts | undefined {
  if (!env.KUBERNETES_SERVICE_HOST || !env.KUBERNETES_SERVICE_PORT || !existsSync(TOKEN_FILE)) return undefined
  const library = new KubeConfig()
  library.loadFromCluster()
  const [context] = library.contexts
  // The library's provider reads the token without a limit.
  const users = library.users.map(({ name }) => ({ name }))
  if (!context) return undefined
  return {
    current: IN_CLUSTER,
    origin: 'the service account of this pod',
    contexts: new Map([[IN_CLUSTER, context]]),
    clusters: firstOfEach(library.clusters),
    users: new Map(users.map((entry) => [entry.name, { entry, tokenFile: TOKEN_FILE, impersonation: [] }])),
  }
}

/**
 * The available contexts: from `--kubeconfig`, otherwise from KUBECONFIG, otherwise from ~/.kube/config, otherwise the
 * cluster that the program runs in.
 * @returns undefined when there is none of these
 * @throws LiveError when a file that the user named cannot be read
 */
export function findContexts({ kubeconfig, env, cwd }: ConnectOptions): Contexts | undefined {
  if (kubeconfig !== undefined) return readKubeconfig(resolve(cwd, kubeconfig))
  const named = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '')
  const home = env.HOME || env.USERPROFILE
  const usual = named.length === 0 && home ? [join(home, '.kube', 'config')] : []
  // As in kubectl, files in the list may be missing.
  const paths = [...named, ...usual].map((path) => resolve(cwd, path)).filter((path) => existsSync(path))
  return merged(paths.map(readKubeconfig)) ?? inCluster(env)
}
