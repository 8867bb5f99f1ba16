/** Clusters that the routes of a proxy refer to and that the proxy does not have (in RDS or LDS but not in CDS). */
import { append } from '../../../common/collections.ts'
import { oncePer } from '../../../common/once.ts'
import { buildProxy } from '../../../proxy/node.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { syntheticNode } from '../../../proxy/select.ts'
import { portByNumber, type Service } from '../../../registry/service.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import { subsetsByName } from '../../../scope/destination-rules.ts'
import { HostIndex, isWildcard } from '../../../scope/hosts.ts'
import { completeHost } from '../../../scope/names.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { variantSubsets } from '../../duplicates.ts'
import { namespacesWithoutSidecars } from './clients.ts'
import type { ProxyRoutes, UsedRule } from './proxy-routes.ts'
import type { RuleRef } from './rule-ref.ts'

export interface MissingCluster {
  readonly rule: RuleRef
  readonly host: string
  readonly port: number
  /** '' if the port is missing. */
  readonly subset: string
  /** As the proxies see it. */
  readonly service: Service
  /** Whether the rule leads to no other port of the host either. */
  readonly alone: boolean
  /** The namespaces of the sidecars; empty for a router. */
  readonly namespaces: readonly string[]
}

const CLUSTER = /^outbound\|(\d+)\|([^|]*)\|(.+)$/

/** The namespaces with DestinationRules for a host, because these apply to clients in the namespace. */
class LocalRules {
  readonly #exact = new Map<string, string[]>()
  readonly #wild: (readonly [index: HostIndex<true>, namespace: string])[] = []
  /** Subsets that only selected workloads have, by host. */
  readonly chosen = new Map<string, Set<string>>()

  constructor({ registry }: ScopeContext) {
    for (const { spec, meta } of registry.snapshot.istio.destinationRules) {
      const host = completeHost(spec.host, meta.namespace)
      if (isWildcard(host)) {
        const index = new HostIndex<true>()
        index.add(host, () => true)
        this.#wild.push([index, meta.namespace])
      } else append(this.#exact, host, meta.namespace)
      if (!spec.workloadSelector) continue
      const names = this.chosen.get(host) ?? new Set()
      this.chosen.set(host, names)
      for (const { name } of spec.subsets) names.add(name)
    }
    for (const { host, subset } of variantSubsets(registry.snapshot)) {
      this.chosen.set(host, (this.chosen.get(host) ?? new Set<string>()).add(subset))
    }
  }

  namespacesFor(host: string): ReadonlySet<string> {
    const wild = this.#wild.filter(([index]) => index.find(host)).map(([, namespace]) => namespace)
    return new Set([...(this.#exact.get(host) ?? []), ...wild])
  }
}

const localRules = oncePer((context: ScopeContext) => new LocalRules(context))

/** Tells which clusters are missing for the proxies of one view. */
class Clusters {
  readonly #view: ProxyView
  readonly #context: ScopeContext
  readonly #namespaces: readonly string[]
  readonly #proxies = new Map<string, Proxy>()

  constructor(view: ProxyView, namespaces: readonly string[], context: ScopeContext) {
    this.#view = view
    this.#context = context
    const without = namespacesWithoutSidecars(context.registry.snapshot)
    this.#namespaces = namespaces.filter((namespace) => !without.has(namespace))
  }

  missing({ clusters, ...rule }: UsedRule): readonly MissingCluster[] {
    if (this.#isSidecar && this.#namespaces.length === 0) return []
    const known = [...clusters].flatMap((name) => this.#parse(name) ?? [])
    const reached = new Set(known.filter(({ service, port }) => this.#hasPort(service, port)).map(({ host }) => host))
    return known.flatMap(({ subset, ...cluster }) => {
      const found = { rule, ...cluster, alone: !reached.has(cluster.host) }
      const { service, port } = cluster
      if (!this.#hasPort(service, port)) return [{ ...found, subset: '', namespaces: this.#namespaces }]
      if (subset === '') return []
      const namespaces = this.#withoutSubset(service, subset)
      if (namespaces.length === 0 && (this.#isSidecar || this.#hasSubset(this.#view.proxy, service, subset))) return []
      return [{ ...found, subset, namespaces }]
    })
  }

  /** The parts of a cluster's name; undefined if the proxies see no service with its host. */
  #parse(name: string) {
    const [, port = '', subset = '', host = ''] = CLUSTER.exec(name) ?? []
    const service = this.#view.serviceByHost.get(host) ?? this.#view.visibleServiceOf(host)
    return service && service.resolution !== 'Alias' ? { host, port: Number(port), subset, service } : undefined
  }

  get #isSidecar(): boolean {
    return this.#view.proxy.type === 'sidecar'
  }

  /**
   * Whether any service of the host has the port. If it is not this one, the proxy has the port or lost it in a
   * conflict, which other rules report.
   */
  #hasPort({ hostname }: Service, port: number): boolean {
    const services = this.#context.registry.servicesByHost.get(hostname) ?? []
    return services.some(({ ports }) => portByNumber(ports, port))
  }

  #withoutSubset(service: Service, subset: string): readonly string[] {
    if (!this.#isSidecar) return []
    const special = localRules(this.#context).namespacesFor(service.hostname)
    const usual = this.#namespaces.find((namespace) => !special.has(namespace))
    const usualHas = usual === undefined || this.#hasSubset(this.#proxyOf(usual), service, subset)
    return this.#namespaces.filter((namespace) =>
      special.has(namespace) ? !this.#hasSubset(this.#proxyOf(namespace), service, subset) : !usualHas,
    )
  }

  #hasSubset(proxy: Proxy, service: Service, subset: string): boolean {
    const { destinationRules } = this.#context
    const rule = destinationRules.ruleOf(proxy, service, 'outbound')
    const has = rule !== undefined && subsetsByName(rule).has(subset)
    return has || (localRules(this.#context).chosen.get(service.hostname)?.has(subset) ?? false)
  }

  #proxyOf(namespace: string): Proxy {
    const { snapshot } = this.#context.registry
    const proxy = this.#proxies.get(namespace) ?? buildProxy(syntheticNode(namespace, snapshot), snapshot)
    this.#proxies.set(namespace, proxy)
    return proxy
  }
}

/** @param namespaces of the sidecars that get the routes */
export function missingClusters(
  view: ProxyView,
  namespaces: readonly string[],
  routes: ProxyRoutes,
  context: ScopeContext,
): readonly MissingCluster[] {
  const clusters = new Clusters(view, namespaces, context)
  return [...routes.used()].flatMap((rule) => clusters.missing(rule))
}
