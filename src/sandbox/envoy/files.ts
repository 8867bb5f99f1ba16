/** The configuration of one Envoy as files, which it reads again when they are replaced (`path_config_source`). */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ReceivedResources } from '../../simulation/resources.ts'
import type { Json } from './json.ts'
import { type SecretName, type StockSettings, stockResources } from './stock.ts'

const TYPES = {
  listener: 'envoy.config.listener.v3.Listener',
  cluster: 'envoy.config.cluster.v3.Cluster',
  endpoints: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  routes: 'envoy.config.route.v3.RouteConfiguration',
  secret: 'envoy.extensions.transport_sockets.tls.v3.Secret',
}

/** A file may have one resource only, where Envoy asks for one by its name. */
const responseOf = (type: keyof typeof TYPES, resources: readonly object[]): string =>
  `${JSON.stringify({ resources: resources.map((each) => ({ '@type': `type.googleapis.com/${TYPES[type]}`, ...each })) }, undefined, 1)}\n`

const LONGEST_NAME = 120
const PLAIN = /[^A-Za-z0-9._-]/g

/** Different names get different files. */
class FileNames {
  readonly #used = new Map<string, string>()
  readonly #taken = new Set<string>()

  of(name: string): string {
    const known = this.#used.get(name)
    if (known !== undefined) return known
    const plain = plainName(name)
    let file = plain
    for (let copy = 2; this.#taken.has(file.toLowerCase()); copy++) file = `${plain}~${copy}`
    this.#taken.add(file.toLowerCase())
    this.#used.set(name, file)
    return file
  }
}

/** Of a proxy's Envoy, with the contents of its files. */
export interface EnvoySettings extends Omit<StockSettings, 'sources' | 'accessLog'> {
  /** Where the files will be. */
  readonly folder: string
  readonly node: Json
  readonly adminPort: number
  /**
   * How many files of routes and endpoints Envoy may watch, because the kernel allows a user 128 watchers by default, and
   * Envoy has one for each file. What is beyond is in the files of listeners and clusters.
   */
  readonly mostWatched: number
  /** A listener besides those of the proxy. */
  readonly door?: Json
}

export interface EnvoyFiles {
  /** By their paths in the folder of the Envoy, in the order in which they must be written. */
  readonly files: ReadonlyMap<string, string>
  readonly secrets: readonly SecretName[]
  readonly removed: ReadonlySet<string>
}

export const BOOTSTRAP = 'bootstrap.json'

/** Not in the folder of the configuration, because Envoy watches that and would log about its own log. */
export const logOf = (folder: string): string => `${folder}.log`

/** Settings of istio's own bootstrap that decide about requests (pkg/bootstrap of the reference). */
const RUNTIME = {
  're2.max_program_size.error_level': 32768,
  'envoy.reloadable_features.http_reject_path_with_fragment': false,
}

const sourceAt = (path: string): Json => ({ pathConfigSource: { path }, resourceApiVersion: 'V3' })

function bootstrapOf({ folder, node, adminPort, resolver }: EnvoySettings): object {
  return {
    node,
    admin: { address: { socketAddress: { address: '127.0.0.1', portValue: adminPort } } },
    dynamicResources: {
      ldsConfig: sourceAt(join(folder, 'lds.json')),
      cdsConfig: sourceAt(join(folder, 'cds.json')),
    },
    typedDnsResolverConfig: resolver,
    layeredRuntime: { layers: [{ name: 'istio', staticLayer: RUNTIME }] },
  }
}

const secretKey = ({ use, name }: SecretName): string => `${use} ${name}`

const pathOf = (kind: string, name: string): string => `${kind}/${name}.json`

const EMPTY_ROUTES = { virtualHosts: [] }

/**
 * @returns all files but those of the secrets, which `secretFile` writes
 */
export function envoyFiles(resources: ReceivedResources, settings: EnvoySettings): EnvoyFiles {
  const names = { rds: new FileNames(), eds: new FileNames() }
  const secrets = new Map<string, SecretName>()
  const asked = { rds: new Set<string>(), eds: new Set<string>() }
  const at = (kind: 'rds' | 'eds', name: string): Json =>
    sourceAt(join(settings.folder, pathOf(kind, names[kind].of(name))))
  const fileOf = (kind: 'rds' | 'eds', name: string): Json | undefined => {
    if (asked.rds.size + asked.eds.size >= settings.mostWatched && !asked[kind].has(name)) return undefined
    asked[kind].add(name)
    return at(kind, name)
  }
  const sources = {
    routes: (name: string) => fileOf('rds', name),
    endpoints: (name: string) => fileOf('eds', name),
    secret(secret: SecretName) {
      secrets.set(secretKey(secret), secret)
      return sourceAt(join(settings.folder, secretPath(secret)))
    },
  }
  const accessLog = `${settings.folder}.access.log`
  const stock = stockResources(resources, { ...settings, sources, accessLog })
  const { listeners, clusters, routes, removed } = stock
  const files = new Map<string, string>()
  const assignments = new Map(stock.assignments.map((each): [unknown, Json] => [each.clusterName, each]))
  for (const name of asked.eds) {
    const found = assignments.get(name) ?? { clusterName: name, endpoints: [] }
    files.set(pathOf('eds', names.eds.of(name)), responseOf('endpoints', [found]))
  }
  const configurations = new Map(routes.map((each): [unknown, Json] => [each.name, each]))
  for (const name of asked.rds) {
    const found = configurations.get(name) ?? { name, ...EMPTY_ROUTES }
    files.set(pathOf('rds', names.rds.of(name)), responseOf('routes', [found]))
  }
  files.set('cds.json', responseOf('cluster', clusters))
  files.set('lds.json', responseOf('listener', settings.door ? [...listeners, settings.door] : listeners))
  files.set(BOOTSTRAP, `${JSON.stringify(bootstrapOf(settings), undefined, 1)}\n`)
  return { files, secrets: [...secrets.values()], removed }
}

/** A name as that of a file in any folder. */
export const plainName = (name: string): string => name.replace(PLAIN, '_').replace(/^\.+/, '_').slice(0, LONGEST_NAME)

const HASH_DIGITS = 12

/** Where a secret is kept, in the folder of the Envoy. */
export function secretPath({ use, name }: SecretName): string {
  const plain = plainName(name)
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS)
  return pathOf('sds', `${use}-${plain === name ? name : `${plain}-${hash}`}`)
}

/** @param content fields of `Secret` besides its name */
export const secretFile = ({ name }: SecretName, content: Json): string => responseOf('secret', [{ name, ...content }])
