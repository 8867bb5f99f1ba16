/** Orders and indexes of services. With a memory they follow changes of a few services. */
import { compareBytes } from '../common/bytes.ts'
import { changedIn } from '../common/changes/hunks.ts'
import { groupsAfter, sortedAfter } from '../common/changes/lists.ts'
import { append, groupBy, groupLike } from '../common/collections.ts'
import { keepingWhole } from '../common/memory.ts'
import { once, oncePerKey } from '../common/once.ts'
import { type ExternalService, isExternal, type KubernetesService, type Service } from './service.ts'

const byHost = (a: Service, b: Service): number => compareBytes(a.hostname, b.hostname)

export const sortedByHost = keepingWhole(
  (services: readonly KubernetesService[]): readonly KubernetesService[] => [...services].sort(byHost),
  (sorted, hunks) => sortedAfter(sorted, hunks, byHost),
)

/** The order in which istiod prefers services (model.SortServicesByCreationTime). */
export function byCreation(a: Service, b: Service): number {
  return a.creationTime - b.creationTime || compareBytes(a.name, b.name) || compareBytes(a.namespace, b.namespace)
}

export const sortedByCreation = keepingWhole(
  (services: readonly Service[]): readonly Service[] => [...services].sort(byCreation),
  (sorted, hunks) => sortedAfter(sorted, hunks, byCreation),
)

type ServicesByHost = ReadonlyMap<string, readonly Service[]>

interface Hosts {
  /** In the order of the services. */
  readonly services: ServicesByHost
  /** Those that have several services. */
  readonly shared: () => ServicesByHost
}

const hostOf = ({ hostname }: Service): string => hostname

const sharedIn = (hosts: ServicesByHost): (() => ServicesByHost) =>
  once(() => {
    const shared = new Map<string, readonly Service[]>()
    for (const [host, services] of hosts) if (services.length > 1) shared.set(host, services)
    return shared
  })

/** @param like hosts with largely the same services, whose lists are used again */
function hostsLike(list: readonly Service[], like: ServicesByHost | undefined): Hosts {
  const services = like ? groupLike(list, hostOf, like) : groupBy(list, hostOf)
  return { services, shared: sharedIn(services) }
}

/** The services of each host; instead of a memory, which does more, it may get those of a similar mesh. */
export const hostsOf = keepingWhole(hostsLike, (before, hunks, list) => {
  const services = groupsAfter(before.services, hunks, list, hostOf)
  if (!services) return undefined
  const wasOrIsShared = changedIn(hunks).some(({ hostname }) =>
    [before.services, services].some((hosts) => (hosts.get(hostname)?.length ?? 0) > 1),
  )
  return { services, shared: wasOrIsShared ? sharedIn(services) : before.shared }
})

/** The host at the end of a chain of ExternalName services; undefined for a loop. */
function finalTarget(service: Service, aliases: ReadonlyMap<string, Service>): string | undefined {
  const seen = new Set([service.hostname])
  let target = service.kubernetes?.externalName ?? ''
  for (let next = aliases.get(target); next; next = aliases.get(target)) {
    if (seen.has(target)) return undefined
    seen.add(target)
    target = next.kubernetes?.externalName ?? ''
  }
  return target
}

/** ExternalName services by the host that they resolve to (pilot/pkg/model/push_context.go resolveServiceAliases). */
function resolveAliases(services: readonly Service[]): ReadonlyMap<string, readonly Service[]> {
  const aliases = new Map<string, Service>()
  for (const service of services) if (service.resolution === 'Alias') aliases.set(service.hostname, service)
  const out = new Map<string, Service[]>()
  for (const service of aliases.values()) {
    const target = finalTarget(service, aliases)
    if (target === undefined) continue
    append(out, target, service)
  }
  for (const list of out.values()) {
    list.sort((a, b) => compareBytes(a.namespace, b.namespace) || compareBytes(a.hostname, b.hostname))
  }
  return out
}

const isAlias = ({ resolution }: Service): boolean => resolution === 'Alias'

export const aliasesOf = keepingWhole(resolveAliases, (aliases, hunks) =>
  changedIn(hunks).some(isAlias) ? undefined : aliases,
)

const NONE: readonly Service[] = []
const NO_ENTRIES: readonly ExternalService[] = []

/** The services of one host and namespace. */
class Namesakes {
  readonly services: readonly Service[]
  /** A Kubernetes service before entries, then the first in order. */
  readonly preferred: Service | undefined

  constructor(services: readonly Service[]) {
    this.services = services
    this.preferred = services.find((service) => !isExternal(service)) ?? services[0]
  }

  /** Services of ServiceEntries, oldest first, then by entry name: the order in which their endpoints are listed. */
  get ofEntries(): readonly ExternalService[] {
    return this.services
      .filter(isExternal)
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
    return only ? only.filter(isExternal) : (this.#namesakesOf(host).get(namespace)?.ofEntries ?? NO_ENTRIES)
  }
}
