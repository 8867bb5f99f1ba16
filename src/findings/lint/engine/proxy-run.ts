/** Runs the rules for proxies: once for all that see the same, then for the differences of each of the others. */

import { compareBytes } from '../../../common/bytes.ts'
import { append } from '../../../common/collections.ts'
import { once } from '../../../common/once.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { viewOf } from '../../../scope/build.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { RuleId } from '../catalogue/list.ts'
import type { Found, HostRule, IngressRule, ListenerRule, Rule } from '../rule.ts'
import type { HostSubject, ListenerSubject, MeshFacts } from '../subjects.ts'
import { type FindingCollector, keyOfFinding, type Namespaces, type Where } from './collector.ts'
import { type FoundBy, type Kept, type KeptFound, keptFindings, type RuleFound } from './kept.ts'
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

const NOTHING: readonly RuleFound[] = []

/** Makes a list only if there is something to add: most checks find nothing. */
function withFound(all: RuleFound[] | undefined, id: RuleId, found: Iterable<Found>): RuleFound[] | undefined {
  let out = all
  for (const item of found) {
    out ??= []
    out.push({ id, found: item })
  }
  return out
}

const NO_PROPOSALS = () => []

function keep(findings: FoundBy, name: string, all: readonly RuleFound[]): void {
  if (all.length === 0) return
  const kept = all.map(({ id, found }) => ({
    id,
    // Its proposals would keep the whole mesh that they were found in.
    found: found.proposals ? { ...found, proposals: NO_PROPOSALS } : found,
    key: keyOfFinding(id, found),
  }))
  findings.set(name, kept)
}

export class ProxyRun {
  /** Tells the rules that run. */
  readonly #names: string
  readonly #mesh: MeshFacts
  readonly #collector: FindingCollector
  readonly #hostRules: Running<HostRule> = []
  readonly #listenerRules: Running<ListenerRule> = []
  readonly #ingressRules: Running<IngressRule> = []

  constructor(mesh: MeshFacts, rules: Iterable<readonly [RuleId, Rule]>, collector: FindingCollector) {
    this.#mesh = mesh
    this.#collector = collector
    const names: string[] = []
    for (const [id, rule] of rules) {
      names.push(id)
      if ('checkHost' in rule) this.#hostRules.push({ id, rule })
      if ('checkListener' in rule) this.#listenerRules.push({ id, rule })
      if ('checkIngress' in rule) this.#ingressRules.push({ id, rule })
    }
    this.#names = names.join(' ')
  }

  run({ proxy, namespaces, condition, variations }: LintProxy): void {
    if (this.#hostRules.length + this.#listenerRules.length + this.#ingressRules.length === 0) return
    const view = viewOf(proxy, this.#mesh.scope)
    const { hosts, listeners } = this.#runVariations(view, condition, variations)
    const all = [...namespaces, ...variations.map(({ namespace }) => namespace)].sort(compareBytes)
    const holders = new Holders(condition, all)
    const kept = keptFindings(view, `${condition} ${this.#names}`)
    if (kept) {
      this.#checkKept(view, kept, { ofHost: holders.except(hosts), ofListener: holders.except(listeners) })
      return
    }
    const scope = new Scope(this.#mesh, view)
    this.#checkHosts(scope, holders.except(hosts))
    this.#checkListeners(scope, holders.except(listeners))
    // Proxies that only differ in services have no Sidecar.
    this.#checkIngress(scope, { condition, namespaces: all })
  }

  /** Checks what may have changed, and adds these findings and the kept ones. */
  #checkKept(
    view: ProxyView,
    { findings, egress }: Kept,
    { ofHost, ofListener }: { readonly ofHost: WhereOf; readonly ofListener: WhereOf },
  ): void {
    const recheck = findings.update(view, egress, this.#mesh.scope)
    const scope = new Scope(this.#mesh, recheck?.view ?? view)
    for (const host of recheck?.hosts ?? []) findings.hosts.delete(host)
    for (const name of recheck?.listeners ?? []) findings.listeners.delete(name)
    for (const host of scope.hosts) {
      if (recheck?.hosts.has(host) ?? true) keep(findings.hosts, host, this.#ofHost(scope.host(host)))
    }
    for (const entry of scope.entries) {
      if (recheck?.listeners.has(entry.name) ?? true) {
        keep(findings.listeners, entry.name, this.#ofListener(scope.listener(entry)))
      }
    }
    // Proposals look at everything that the proxy sees.
    const whole = once(() => new Scope(this.#mesh, view))
    for (const [host, found] of findings.hosts) {
      this.#addKept(found, ofHost(host), () => this.#ofHost(whole().host(host)))
    }
    for (const [name, found] of findings.listeners) {
      this.#addKept(found, ofListener(name), () => {
        const listener = whole().listenerNamed(name)
        return listener ? this.#ofListener(listener) : NOTHING
      })
    }
  }

  /** @param again finds the same, in the same order */
  #addKept(all: readonly KeptFound[], where: Where | undefined, again: () => readonly RuleFound[]): void {
    if (!where) return
    const now = once(again)
    for (const [index, { id, found, key }] of all.entries()) {
      const proposals = () => now()[index]?.found.proposals?.() ?? []
      this.#collector.add(id, found.proposals ? { ...found, proposals } : found, where, key)
    }
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
    for (const host of scope.hosts) {
      const where = whereOf(host)
      if (where) this.#addAll(this.#ofHost(scope.host(host)), where)
    }
  }

  #checkListeners(scope: Scope, whereOf: WhereOf): void {
    for (const entry of scope.entries) {
      const where = whereOf(entry.name)
      if (where) this.#addAll(this.#ofListener(scope.listener(entry)), where)
    }
  }

  #ofHost(subject: HostSubject): readonly RuleFound[] {
    const rules = this.#hostRules
    let all: RuleFound[] | undefined
    for (let index = 0; index < rules.length; index++) {
      const { id, rule } = rules[index] as (typeof rules)[number]
      if (rule.concernsHost?.(subject) ?? true) all = withFound(all, id, rule.checkHost(subject))
    }
    return all ?? NOTHING
  }

  #ofListener(subject: ListenerSubject): readonly RuleFound[] {
    const rules = this.#listenerRules
    let all: RuleFound[] | undefined
    for (let index = 0; index < rules.length; index++) {
      const { id, rule } = rules[index] as (typeof rules)[number]
      if (rule.concernsListener?.(subject) ?? true) all = withFound(all, id, rule.checkListener(subject))
    }
    return all ?? NOTHING
  }

  #checkIngress(scope: Scope, where: Where): void {
    for (const subject of scope.ingress()) {
      for (const { id, rule } of this.#ingressRules) {
        for (const found of rule.checkIngress(subject)) this.#collector.add(id, found, where)
      }
    }
  }

  #addAll(all: readonly RuleFound[], where: Where): void {
    for (const { id, found } of all) this.#collector.add(id, found, where)
  }
}
