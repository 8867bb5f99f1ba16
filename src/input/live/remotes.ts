/**
 * Clusters that a config cluster's istiod also reads (pkg/kube/multicluster). A secret has a kubeconfig per cluster ID;
 * only what a connection needs is kept.
 */
import type { JsonValue, SourceProblem } from '../../sources/document.ts'
import { isMapping, textAt } from '../../sources/mapping.ts'
import { parseDocuments } from '../../sources/parse.ts'
import type { Connection } from './connection.ts'
import { LiveError, unreadableRemote } from './errors.ts'
import { parseKubeconfig } from './kubeconfig/contexts.ts'
import { type Target, targetOf } from './kubeconfig/target.ts'
import type { ConnectOptions } from './types.ts'

const REMOTE_LABEL = 'istio/multiCluster=true'

export interface Remote {
  readonly id: string
  readonly target: Target
}

export interface Remotes {
  readonly remotes: readonly Remote[]
  readonly problems: readonly SourceProblem[]
}

const itemsOf = (value: JsonValue): readonly JsonValue[] =>
  isMapping(value) && Object.hasOwn(value, 'items') && Array.isArray(value.items) ? value.items : []

const entriesOf = (value: JsonValue | undefined): readonly (readonly [string, JsonValue])[] =>
  isMapping(value) ? Object.entries(value) : []

/** Fields that istiod refuses in a secret, because they would run programs or read files of this machine. */
const USER_DANGERS = ['exec', 'tokenFile', 'token-file', 'client-key', 'client-certificate']
const CLUSTER_DANGERS = ['certificate-authority']

function dangerIn(list: JsonValue | undefined, part: string, names: readonly string[]): string | undefined {
  for (const item of Array.isArray(list) ? list : []) {
    const entry = isMapping(item) ? item[part] : undefined
    if (!isMapping(entry)) continue
    const found = names.find((name) => Object.hasOwn(entry, name))
    if (found !== undefined) return found
    const provider = textAt(entry['auth-provider'], 'name')
    if (Object.hasOwn(entry, 'auth-provider') && provider !== 'oidc') return `auth-provider ${provider}`
  }
  return undefined
}

function danger(text: string): string | undefined {
  const value = parseDocuments({ name: '', text }, '').documents[0]?.value
  if (!isMapping(value)) return undefined
  return dangerIn(value.users, 'user', USER_DANGERS) ?? dangerIn(value.clusters, 'cluster', CLUSTER_DANGERS)
}

function targetOfSecret(name: string, id: string, data: JsonValue, options: ConnectOptions): Target {
  const origin = `of remote secret ${name}, cluster ${id},`
  const text = typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : ''
  const found = danger(text)
  if (found !== undefined) {
    throw new LiveError(`the kubeconfig ${origin} has ${found}, which istiod does not take from a secret`)
  }
  const target = targetOf(parseKubeconfig(text, origin, '/'), undefined, options)
  return { ...target, context: id }
}

/**
 * The remote clusters of the secrets in istiod's namespace. One that cannot be used becomes a problem.
 * @param localId the config cluster's ID, whose own secret istiod ignores
 * @throws the errors of `Connection.get`
 */
export async function readRemotes(
  connection: Connection,
  namespace: string,
  localId: string,
  options: ConnectOptions,
): Promise<Remotes> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`
  const secrets = itemsOf(await connection.get(path, { labelSelector: REMOTE_LABEL }))
  const remotes = new Map<string, Remote>()
  const problems: SourceProblem[] = []
  for (const secret of secrets) {
    const name = `${namespace}/${textAt(isMapping(secret) ? secret.metadata : undefined, 'name')}`
    for (const [id, data] of entriesOf(isMapping(secret) ? secret.data : undefined)) {
      if (id === localId || remotes.has(id)) continue
      try {
        // Impersonation applies to the kubeconfig's cluster; for others, the secret determines the user.
        const own = { ...options, as: undefined, asGroups: [] }
        remotes.set(id, { id, target: targetOfSecret(name, id, data, own) })
      } catch (error) {
        if (!(error instanceof LiveError)) throw error
        problems.push(unreadableRemote(id, error))
      }
    }
  }
  return { remotes: [...remotes.values()], problems }
}
