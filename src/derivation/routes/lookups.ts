/** Objects that routes and policies refer to. */
import type { KubeService, ServiceEntryResource } from '../../kinds/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { DerivationContext } from '../context.ts'

const keyOf = ({ meta }: Resource): string => `${meta.namespace}/${meta.name}`

/** The objects of the config cluster that can be parents, backends and targets. */
export class Lookups {
  readonly context: DerivationContext
  readonly #services: ReadonlyMap<string, KubeService>
  readonly #entries: ReadonlyMap<string, ServiceEntryResource>

  constructor(context: DerivationContext) {
    const { clusters, istio } = context.snapshot
    this.context = context
    this.#services = new Map(clusters[0].services.map((service) => [keyOf(service), service]))
    this.#entries = new Map(istio.serviceEntries.map((entry) => [keyOf(entry), entry]))
  }

  service(namespace: string, name: string): KubeService | undefined {
    return this.#services.get(`${namespace}/${name}`)
  }

  entry(namespace: string, name: string): ServiceEntryResource | undefined {
    return this.#entries.get(`${namespace}/${name}`)
  }

  /** Whether a service of a namespace has a host. */
  hasHost(host: string, namespace: string): boolean {
    return this.context.registry.serviceOf(host, namespace) !== undefined
  }
}
