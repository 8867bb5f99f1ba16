/**
 * Who asks a cluster, as data. Files are read and plugins are run here, within limits: the Kubernetes client has none, and
 * would also run programs that a kubeconfig hides in an auth-provider.
 */
// The package's own entry imports every API model, which takes ten times as long.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { withThousands } from '../../../sources/limits.ts'
import { readRegular, SpecialFileError, TooLargeError } from '../../files/read.ts'
import { LiveError } from '../errors.ts'
import type { ConnectOptions } from '../types.ts'
import type { Contexts, User } from './contexts.ts'
import { execOf, runPlugin } from './plugin.ts'
import type { Secrets } from './secrets.ts'

/** The only auth-provider that is supported. */
export const OIDC = 'oidc'
/** Of a token, a key, or a file of certificates. */
const FILE_BYTES = 10_000_000

type LibraryUser = KubeConfig['users'][number]
type LibraryCluster = Contexts['clusters'] extends ReadonlyMap<string, infer C> ? C : never

const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'does not exist'],
  ['EACCES', 'may not be read'],
  ['EPERM', 'may not be read'],
  ['EISDIR', 'is not a file'],
])

function reasonOf(error: unknown): string {
  if (error instanceof TooLargeError) return `is larger than the limit of ${withThousands(FILE_BYTES)} bytes`
  if (error instanceof SpecialFileError) return 'is not a file'
  return REASONS.get((error as NodeJS.ErrnoException).code) ?? 'cannot be read'
}

/** Reads a file that a kubeconfig names. @throws LiveError */
function readCredential(path: string): Buffer {
  try {
    return readRegular(path, FILE_BYTES)
  } catch (error) {
    throw new LiveError(`${path} of the kubeconfig ${reasonOf(error)}`)
  }
}

/** Base64 data of a kubeconfig, which applies before the file, as in kubectl. */
function dataOf(data: string | undefined, file: string | undefined): string | undefined {
  return data || !file ? data : readCredential(file).toString('base64')
}

const base64 = (text: string): string | undefined => (text === '' ? undefined : Buffer.from(text).toString('base64'))

const decoded = (data: string | undefined): string | undefined => data && Buffer.from(data, 'base64').toString()

/** Without the settings that make the client run a program or read a file. */
function oidcConfig(config: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const { exec: _exec, tokenFile: _tokenFile, ...own } = config ?? {}
  return own
}

/** A user of a cluster. Credentials are read again at each request for them, because plugins and files may have new ones. */
export class Identity {
  readonly secrets: Secrets
  readonly #user: User | undefined
  readonly #cluster: LibraryCluster
  /** The client renews OIDC's tokens, and remembers them. */
  #oidc: KubeConfig | undefined

  constructor({ user, cluster }: { user: User | undefined; cluster: LibraryCluster }, secrets: Secrets) {
    this.#user = user
    this.#cluster = cluster
    this.secrets = secrets
  }

  /** The client with the user's credentials. @throws LiveError when they cannot be read */
  async library(options: ConnectOptions): Promise<KubeConfig> {
    if (this.#oidc) return this.#oidc
    const user = await this.#resolvedUser(options)
    const { caFile, caData, ...cluster } = this.#cluster
    const library = new KubeConfig()
    library.loadFromClusterAndUser({ ...cluster, caData: dataOf(caData, caFile) } as LibraryCluster, user)
    if (user.authProvider) this.#oidc = library
    return library
  }

  async #resolvedUser(options: ConnectOptions): Promise<LibraryUser> {
    if (!this.#user) return { name: '' }
    const { entry, tokenFile } = this.#user
    const exec = execOf(this.#user)
    const plugin = exec && (await runPlugin(exec, options, this.secrets))
    // A token file overrides a token, and may change during the run.
    const token = tokenFile === '' ? entry.token || plugin?.token : readCredential(tokenFile).toString().trim()
    const certData = base64(plugin?.certificate ?? '') ?? dataOf(entry.certData, entry.certFile)
    const keyData = base64(plugin?.key ?? '') ?? dataOf(entry.keyData, entry.keyFile)
    const config = entry.authProvider && oidcConfig(entry.authProvider.config)
    this.secrets.add(token, entry.password, decoded(keyData), keyData)
    this.secrets.add(config?.['id-token'], config?.['refresh-token'], config?.['client-secret'])
    const { name, username, password } = entry
    const provider = config && !exec ? { authProvider: { name: OIDC, config } } : {}
    return { name, username, password, token, certData, keyData, ...provider } as LibraryUser
  }
}
