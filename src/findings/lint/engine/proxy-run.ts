/** Runs the rules for proxies: once for all that see the same, then for the differences of each of the others. */

import { compareBytes } from '../../../common/bytes.ts'
import { append } from '../../../common/collections.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { viewOf } from '../../../scope/build.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { RuleId } from '../catalogue/list.ts'
import type { Found, HostRule, IngressRule, ListenerRule, Rule } from '../rule.ts'
import type { MeshFacts } from '../subjects.ts'
import type { FindingCollector, Namespaces, Where } from './collector.ts'
import type { LintProxy } from './proxies.ts'
import { Scope } from './scope.ts'
import { SharedListeners } from './variations.ts'

/** Objects in indexed loops: V8 reads pairs with iterators, which cost more than most checks until it optimizes them. */
type Running<R> = { readonly id: RuleId; readonly rule: R }[]

/** The proxies that a finding about a host or listener affects; undefined if none. */
type WhereOf = (name: string) => Where | undefined

/** The namespaces whose hosts and listeners differ from the shared view, by name. */
interface Differences {
  readonly hosts: Map<string, string[]>
  readonly listeners: Map<string, string[]>
}

/** Tells for which of the namespaces a finding applies; most apply to all. */
class Holders {
  readonly #condition: string
  readonly #all: Namespaces
  readonly #byException = new Map<string, Where>()

  constructor(condition: string, all: Namespaces) {
    this.#condition = condition
    this.#all = all
  }

  /** All namespaces except those where a name means something else. */
  except(differing: ReadonlyMap<string, Namespaces>): WhereOf {
    return (name) => {
      const where = this.#without(differing.get(name) ?? [])
      return where.namespaces.length > 0 ? where : undefined
    }
  }

  #without(exceptions: Namespaces): Where {
    const key = exceptions.join(' ')
    const known = this.#byException.get(key)
    if (known) return known
    const namespaces =
      exceptions.length === 0 ? this.#all : this.#all.filter((namespace) => !exceptions.includes(namespace))
    const where = { condition: this.#condition, namespaces }
    this.#byException.set(key, where)
    return where
  }
}

export class ProxyRun {
  readonly #mesh: MeshFacts
  readonly #collector: FindingCollector
  readonly #hostRules: Running<HostRule> = []
  readonly #listenerRules: Running<ListenerRule> = []
  readonly #ingressRules: Running<IngressRule> = []

  constructor(mesh: MeshFacts, rules: Iterable<readonly [RuleId, Rule]>, collector: FindingCollector) {
    this.#mesh = mesh
    this.#collector = collector
    for (const [id, rule] of rules) {
      if ('checkHost' in rule) this.#hostRules.push({ id, rule })
      if ('checkListener' in rule) this.#listenerRules.push({ id, rule })
      if ('checkIngress' in rule) this.#ingressRules.push({ id, rule })
    }
  }

  run({ proxy, namespaces, condition, variations }: LintProxy): void {
    if (this.#hostRules.length + this.#listenerRules.length + this.#ingressRules.length === 0) return
    const view = viewOf(proxy, this.#mesh.scope)
    const { hosts, listeners } = this.#runVariations(view, condition, variations)
    const all = [...namespaces, ...variations.map(({ namespace }) => namespace)].sort(compareBytes)
    const holders = new Holders(condition, all)
    const scope = new Scope(this.#mesh, view)
    this.#checkHosts(scope, holders.except(hosts))
    this.#checkListeners(scope, holders.except(listeners))
    // Proxies that only differ in services have no Sidecar.
    this.#checkIngress(scope, { condition, namespaces: all })
  }

  /** @returns the hosts and listeners that differ, with the namespaces in which they do */
  #runVariations(view: ProxyView, condition: string, variations: readonly Proxy[]): Differences {
    const differing: Differences = { hosts: new Map(), listeners: new Map() }
    if (variations.length === 0) return differing
    const shared = new SharedListeners(view, this.#mesh.scope)
    for (const proxy of variations) {
      const { namespace } = proxy
      const { view: own, hosts, listeners } = shared.variationFor(proxy)
      for (const host of hosts) append(differing.hosts, host, namespace)
      for (const listener of listeners) append(differing.listeners, listener, namespace)
      const where = { condition, namespaces: [namespace] }
      const scope = new Scope(this.#mesh, own)
      this.#checkHosts(scope, (host) => (hosts.has(host) ? where : undefined))
      this.#checkListeners(scope, (listener) => (listeners.has(listener) ? where : undefined))
    }
    return differing
  }

  #checkHosts(scope: Scope, whereOf: WhereOf): void {
    const rules = this.#hostRules
    for (const host of scope.hosts) {
      const where = whereOf(host)
      if (!where) continue
      const subject = scope.host(host)
      for (let index = 0; index < rules.length; index++) {
        const { id, rule } = rules[index] as (typeof rules)[number]
        if (rule.concernsHost?.(subject) ?? true) this.#addAll(id, rule.checkHost(subject), where)
      }
    }
  }

  #checkListeners(scope: Scope, whereOf: WhereOf): void {
    const rules = this.#listenerRules
    for (const entry of scope.entries) {
      const where = whereOf(entry.name)
      if (!where) continue
      const subject = scope.listener(entry)
      for (let index = 0; index < rules.length; index++) {
        const { id, rule } = rules[index] as (typeof rules)[number]
        if (rule.concernsListener?.(subject) ?? true) this.#addAll(id, rule.checkListener(subject), where)
      }
    }
  }

  #checkIngress(scope: Scope, where: Where): void {
    for (const subject of scope.ingress()) {
      for (const { id, rule } of this.#ingressRules) this.#addAll(id, rule.checkIngress(subject), where)
    }
  }

  #addAll(id: RuleId, found: Iterable<Found>, where: Where): void {
    for (const item of found) this.#collector.add(id, item, where)
  }
}
