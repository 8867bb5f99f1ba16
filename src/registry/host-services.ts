/** Services by host, and by namespace and host. */
import { compareBytes } from '../common/bytes.ts'
import { groupBy, sameList } from '../common/collections.ts'
import { oncePerKey } from '../common/once.ts'
import type { ExternalService, Service } from './service.ts'

const NONE: readonly Service[] = []
const NO_ENTRIES: readonly ExternalService[] = []

export type ServicesByHost = ReadonlyMap<string, readonly Service[]>

/**
 * Services by host, in their order.
 * @param like of a registry with largely the same services, whose lists are used again
 */
export function servicesByHost(services: readonly Service[], like: ServicesByHost | undefined): ServicesByHost {
  const hosts: Map<string, readonly Service[]> = groupBy(services, ({ hostname }) => hostname)
  if (!like) return hosts
  for (const [host, list] of hosts) {
    const known = like.get(host)
    if (known && sameList(known, list)) hosts.set(host, known)
  }
  return hosts
}

const isOfEntry = (service: Service): service is ExternalService => service.registry === 'External'

/** The services of one host and namespace. */
class Namesakes {
  readonly services: readonly Service[]
  /** A Kubernetes service before entries, then the first in order. */
  readonly preferred: Service | undefined

  constructor(services: readonly Service[]) {
    this.services = services
    this.preferred = services.find((service) => !isOfEntry(service)) ?? services[0]
  }

  /** Services of ServiceEntries, oldest first, then by entry name: the order in which their endpoints are listed. */
  get ofEntries(): readonly ExternalService[] {
    return this.services
      .filter(isOfEntry)
      .sort((a, b) => a.creationTime - b.creationTime || compareBytes(a.source.meta.name, b.source.meta.name))
  }
}

/** Finds services by namespace and host. Most hosts have one service, so only the others are indexed, on first use. */
export class HostServices {
  readonly #hosts: ServicesByHost
  readonly #namesakesOf = oncePerKey((host: string): ReadonlyMap<string, Namesakes> => {
    const groups = groupBy(this.#hosts.get(host) ?? NONE, ({ namespace }) => namespace)
    return new Map([...groups].map(([namespace, services]) => [namespace, new Namesakes(services)]))
  })

  constructor(hosts: ServicesByHost) {
    this.#hosts = hosts
  }

  /** The services of a namespace and host if the host has at most one service; otherwise undefined. */
  #withoutNamesakes(namespace: string, host: string): readonly Service[] | undefined {
    const services = this.#hosts.get(host) ?? NONE
    if (services.length > 1) return undefined
    return services[0]?.namespace === namespace ? services : NONE
  }

  /** In the order of the registry. */
  all(namespace: string, host: string): readonly Service[] {
    return this.#withoutNamesakes(namespace, host) ?? this.#namesakesOf(host).get(namespace)?.services ?? NONE
  }

  /** A Kubernetes service before entries, then the first in order. */
  preferred(namespace: string, host: string): Service | undefined {
    const only = this.#withoutNamesakes(namespace, host)
    return only ? only[0] : this.#namesakesOf(host).get(namespace)?.preferred
  }

  /** Services of ServiceEntries, oldest first, then by entry name: the order in which their endpoints are listed. */
  ofEntries(namespace: string, host: string): readonly ExternalService[] {
    const only = this.#withoutNamesakes(namespace, host)
    return only ? only.filter(isOfEntry) : (this.#namesakesOf(host).get(namespace)?.ofEntries ?? NO_ENTRIES)
  }
}
