/** The resources of a proxy as one bootstrap file, which Envoy validates as a whole, with nothing to be fetched. */
import { isObject, type Json, mapValues } from '../../../src/sandbox/envoy/json.ts'
import type { JsonValue } from '../../../src/sources/document.ts'
import { type Delivered, isIstio, secretContent } from './delivered.ts'
import type { Pki } from './pki.ts'

/** What a bootstrap has besides the node. */
export interface StaticResources {
  readonly listeners: readonly Json[]
  readonly clusters: readonly Json[]
  readonly secrets: readonly Json[]
}

/** The fields that refer to secrets, and whether it is the authority that signs certificates of others. */
const SECRETS: ReadonlyMap<string, boolean> = new Map([
  ['tlsCertificateSdsSecretConfigs', false],
  ['validationContextSdsSecretConfig', true],
])

class Inlining {
  readonly secrets = new Map<string, Json>()
  readonly #routes: ReadonlyMap<unknown, JsonValue>
  readonly #assignments: ReadonlyMap<unknown, JsonValue>
  readonly #pki: Pki
  readonly #extensions: string

  constructor({ rds, eds }: Delivered, pki: Pki, extensions: string) {
    this.#routes = new Map(rds.map((routes) => [routes.name, routes]))
    this.#assignments = new Map(eds.map((assignment) => [assignment.clusterName, assignment]))
    this.#pki = pki
    this.#extensions = extensions
  }

  #secret(reference: unknown, isAuthority: boolean): Json {
    const { name } = reference as Json
    this.secrets.set(`${isAuthority} ${name}`, { name, ...secretContent(this.#pki, isAuthority) })
    return { name }
  }

  #field(field: string, item: unknown): unknown {
    const isAuthority = SECRETS.get(field)
    if (isAuthority !== undefined)
      return Array.isArray(item) ? item.map((each) => this.#secret(each, isAuthority)) : this.#secret(item, isAuthority)
    // Extensions that Envoy asks for by name are not among these resources.
    if (field === 'configDiscovery' && isObject(item))
      return { ...item, configSource: { pathConfigSource: { path: this.#extensions } } }
    return this.value(item)
  }

  value(value: unknown): unknown {
    if (Array.isArray(value)) return value.filter((item) => !isIstio(item)).map((item) => this.value(item))
    if (!isObject(value)) return value
    const { rds, ...others } = value
    const changed = mapValues(others, (item, field) => this.#field(field, item))
    if (!isObject(rds) || rds.routeConfigName === undefined) return rds === undefined ? changed : { ...changed, rds }
    const name = rds.routeConfigName
    const routes = this.value(this.#routes.get(name) ?? { name }) as Json
    // Routes that are delivered by name may be to clusters that Envoy does not have.
    return { ...changed, routeConfig: { validateClusters: false, ...routes } }
  }

  cluster(cluster: Json): Json {
    const { edsClusterConfig, ...others } = cluster
    const changed = this.value(others) as Json
    if (cluster.type !== 'EDS') return changed
    const { serviceName = cluster.name } = (edsClusterConfig ?? {}) as Json
    const loadAssignment = this.value(this.#assignments.get(serviceName) ?? { clusterName: serviceName })
    return { ...changed, type: 'STATIC', loadAssignment }
  }
}

/**
 * Istio's own filters are left out; routes and endpoints are in the listeners and clusters that ask for them.
 * @param extensions the file of extensions that listeners ask for by name
 */
export function staticResources(resources: Delivered, pki: Pki, extensions: string): StaticResources {
  const inlining = new Inlining(resources, pki, extensions)
  const listeners = resources.lds.map((listener) => inlining.value(listener) as Json)
  const clusters = resources.cds.map((cluster) => inlining.cluster(cluster))
  return { listeners, clusters, secrets: [...inlining.secrets.values()] }
}
