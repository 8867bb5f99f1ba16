/** The origin of a name's addresses. */
import type { HostAllocation, VipSource } from '../allocation/allocation.ts'
import { groupBy } from '../common/collections.ts'
import { describeResource, type Resource } from '../kinds/resource.ts'
import { type Service, serviceLocation } from '../registry/service.ts'
import type { ScopeContext } from '../scope/context.ts'
import type { ProxyView } from '../scope/view.ts'
import type { Location } from '../sources/location.ts'
import type { RecordSource } from './name-table.ts'

/** The object and the rule behind an address. */
export interface AddressOrigin {
  readonly address: string
  readonly source: RecordSource
  /** `ServiceEntry default/db` */
  readonly what: string
  readonly location: Location
  /** The rule in plain words, without a full stop. */
  readonly why: string
  /** How an automatic address was assigned. */
  readonly allocation: VipSource | undefined
  readonly orderAssumed: boolean
  /** The input does not state the address. */
  readonly assumed: boolean
}

const VIP_WORDS: Readonly<Record<HostAllocation['source'], string>> = {
  status: 'address assigned automatically',
  simulated: 'address assigned automatically (simulated)',
  hashed: 'address assigned automatically (hashed)',
  ordered: 'address assigned automatically (by order)',
  own: 'address stated in spec.addresses',
  none: 'no address',
}

/** Appended to the rule of an address that the input does not state. */
const ASSUMED_IP = ', assumed: the API server assigns it'
const ASSUMED_POD = ', at an assumed address'

/** Finds the objects behind the addresses that one proxy receives. */
export class AddressOrigins {
  readonly #view: ProxyView
  readonly #context: ScopeContext
  #allocations: Map<Resource, HostAllocation[]> | undefined
  /** Services of the proxy's cluster by `NAMESPACE/NAME`. */
  #declarations: Map<string, Resource> | undefined

  constructor(view: ProxyView, context: ScopeContext) {
    this.#view = view
    this.#context = context
  }

  /** The decision for the host of a service. */
  allocationOf(service: Service): HostAllocation | undefined {
    this.#allocations ??= groupBy(this.#context.registry.hosts, ({ entry }) => entry)
    return this.#allocations.get(service.source)?.find(({ hostIndex }) => hostIndex === service.hostIndex)
  }

  /** The Service as the proxy's own cluster declares it, because each of several clusters has its own address. */
  #declarationFor(service: Service): Resource {
    if (!this.#declarations) {
      const cluster = this.#context.registry.snapshot.clusters.find(({ id }) => id === this.#view.proxy.clusterId)
      this.#declarations = new Map(cluster?.services.map((item) => [`${item.meta.namespace}/${item.meta.name}`, item]))
    }
    const { namespace, name } = service.source.meta
    const own = this.#declarations.get(`${namespace}/${name}`)
    return own ?? service.source
  }

  of(source: RecordSource, address: string): AddressOrigin {
    const { service, rule } = source
    const assumed = this.#context.registry.snapshot.assumed.addresses.has(address)
    const origin = (
      resource: Resource,
      location: Location,
      why: string,
      allocation?: HostAllocation,
    ): AddressOrigin => ({
      address,
      source,
      what: describeResource(resource),
      location,
      why,
      allocation: allocation?.source,
      orderAssumed: allocation?.orderAssumed ?? false,
      assumed,
    })
    switch (rule) {
      case 'cluster-ip': {
        const declared = this.#declarationFor(service)
        return origin(
          declared,
          declared.location.child('spec', 'clusterIP'),
          `clusterIP of the Service${assumed ? ASSUMED_IP : ''}`,
        )
      }
      case 'own-address': {
        const { source: entry, addressIndex } = service
        return origin(entry, entry.location.child('spec', 'addresses', addressIndex), VIP_WORDS.own)
      }
      case 'vip': {
        const allocation = this.allocationOf(service)
        const words = VIP_WORDS[allocation?.source ?? 'simulated']
        const why = allocation ? `${words}: ${allocation.reason}` : words
        return origin(service.source, serviceLocation(service), why, allocation)
      }
      default: {
        const endpoint = source.endpoints.find((item) => item.addresses.includes(address))
        const pod =
          rule === 'pod' ? 'pod of a headless Service, by its own name' : 'ready endpoint of a headless Service'
        return origin(
          service.source,
          endpoint?.location ?? serviceLocation(service),
          `${pod}${assumed ? ASSUMED_POD : ''}`,
        )
      }
    }
  }
}
