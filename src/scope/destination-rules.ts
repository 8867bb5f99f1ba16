/** DestinationRules by host, merged (pilot/pkg/model/push_context.go setDestinationRules, destination_rule.go). */

import { firstBy } from '../common/collections.ts'
import { ANNOTATIONS } from '../common/istio-names.ts'
import { oncePer } from '../common/once.ts'
import type { DerivedRegistry } from '../derivation/derived.ts'
import type { DestinationRuleResource } from '../kinds/index.ts'
import type { Subset, TrafficPolicy } from '../kinds/messages/destination-rule.ts'
import { byCreationThenName, selects } from '../kinds/resource.ts'
import type { Proxy } from '../proxy/proxy.ts'
import type { Service } from '../registry/service.ts'
import { HostIndex } from './hosts.ts'
import { completeHost } from './names.ts'
import { overPolicy } from './policies.ts'
import type { MergedDestinationRule } from './view.ts'

interface RuleView {
  readonly source: DestinationRuleResource
  readonly host: string
  readonly exportTo: ReadonlySet<string>
  readonly selector: ReadonlyMap<string, string> | undefined
}

/** A merged rule to which more rules may be added. */
interface Merging extends MergedDestinationRule {
  readonly exportTo: ReadonlySet<string>
  readonly selector: ReadonlyMap<string, string> | undefined
  sources: DestinationRuleResource[]
  trafficPolicy: TrafficPolicy | undefined
  subsets: Subset[]
  /** Names of the subsets. */
  readonly names: Set<string>
}

/** The subsets of a merged rule by name; of several with one name, the first. */
export const subsetsByName = oncePer(
  ({ subsets }: MergedDestinationRule): ReadonlyMap<string, Subset> => firstBy(subsets, ({ name }) => name),
)

const OWN_NAMESPACE: ReadonlySet<string> = new Set(['.'])

function viewOf(source: DestinationRuleResource): RuleView {
  const { spec, meta } = source
  const selector = spec.workloadSelector?.matchLabels
  return {
    source,
    host: completeHost(spec.host, meta.namespace),
    // A rule with a workload selector applies in its own namespace only.
    exportTo: selector ? OWN_NAMESPACE : new Set(spec.exportTo),
    selector,
  }
}

const isSuperset = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...b].every((item) => a.has(item))
const isEqualSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && isSuperset(a, b)
const isEqualMap = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && selects(a, b)

function startMerge(rule: RuleView): Merging {
  const { spec } = rule.source
  return {
    host: rule.host,
    source: rule.source,
    sources: [rule.source],
    trafficPolicy: spec.trafficPolicy,
    subsets: [...spec.subsets],
    names: new Set(spec.subsets.map(({ name }) => name)),
    exportTo: rule.exportTo,
    selector: rule.selector,
  }
}

/** Whether istiod made a rule of policies of the Gateway API. */
const isOfPolicies = ({ meta }: DestinationRuleResource): boolean => meta.annotations.has(ANNOTATIONS.parents)

/** If both rules have the same origin, the first policy applies; a user's fields win over those of the Gateway API. */
function mergedPolicy({ source, trafficPolicy }: Merging, { source: added }: RuleView): TrafficPolicy | undefined {
  const { trafficPolicy: other } = added.spec
  if (isOfPolicies(source) === isOfPolicies(added)) return trafficPolicy ?? other
  return isOfPolicies(added) ? overPolicy(trafficPolicy, other) : overPolicy(other, trafficPolicy)
}

function mergeInto(merged: Merging, rule: RuleView): void {
  const { spec } = rule.source
  const added = spec.subsets.filter(({ name }) => !merged.names.has(name))
  for (const subset of added) {
    merged.subsets.push(subset)
    merged.names.add(subset.name)
  }
  merged.trafficPolicy = mergedPolicy(merged, rule)
  merged.sources.push(rule.source)
}

/** Merges a rule into each of the host's rules that it fits, or adds it as a separate one. */
function addRule(list: Merging[] | undefined, rule: RuleView): Merging[] {
  if (!list) return [startMerge(rule)]
  let separate = true
  for (const merged of list) {
    if (isEqualSet(rule.exportTo, merged.exportTo)) separate = false
    else {
      separate = true
      if (merged.exportTo.size === 0 || !isSuperset(rule.exportTo, merged.exportTo)) continue
    }
    if (rule.selector && merged.selector) {
      if (!isEqualMap(rule.selector, merged.selector)) {
        separate = true
        continue
      }
      separate = false
    } else if (!rule.selector && !merged.selector) separate = false
    mergeInto(merged, rule)
  }
  if (separate) list.push(startMerge(rule))
  return list
}

type Pool = HostIndex<Merging[]>

function poolOf(pools: Map<string, Pool>, namespace: string): Pool {
  const pool = pools.get(namespace) ?? new HostIndex<Merging[]>()
  pools.set(namespace, pool)
  return pool
}

const addTo = (pool: Pool, rule: RuleView): void => pool.add(rule.host, (known) => addRule(known, rule))

/** Whether only clients in the rule's own namespace see it. */
function isPrivate(rule: RuleView, fallback: readonly string[]): boolean {
  if (rule.exportTo.size === 0) return fallback.includes('.')
  const [only] = rule.exportTo
  return rule.exportTo.size === 1 && (only === '.' || only === rule.source.meta.namespace)
}

function isLocal(rule: RuleView): boolean {
  const { exportTo, source } = rule
  return exportTo.size === 0 || exportTo.has('*') || exportTo.has('.') || exportTo.has(source.meta.namespace)
}

export interface DestinationRules {
  /** The rule for clients in a namespace that no rule with a selector selects. */
  ruleForMost(namespace: string, service: Service): MergedDestinationRule | undefined
  ruleOf(proxy: Proxy, service: Service, direction: 'outbound' | 'inbound'): MergedDestinationRule | undefined
}

const NONE: readonly Merging[] = []

const withoutSelector = (rules: readonly Merging[]): Merging | undefined => rules.findLast((rule) => !rule.selector)

function pick(
  rules: readonly Merging[],
  proxy: Proxy,
  direction: 'outbound' | 'inbound',
): MergedDestinationRule | undefined {
  if (direction === 'outbound') {
    const chosen = rules.find(
      (rule) => rule.selector && rule.source.meta.namespace === proxy.namespace && selects(rule.selector, proxy.labels),
    )
    if (chosen) return chosen
  }
  return withoutSelector(rules)
}

export function indexDestinationRules({ snapshot, derived }: DerivedRegistry): DestinationRules {
  const { rootNamespace, defaultDestinationRuleExportTo } = snapshot.mesh
  const local = new Map<string, Pool>()
  const exported = new Map<string, Pool>()
  const rootLocal: Pool = new HostIndex()
  const rules = [...snapshot.istio.destinationRules, ...derived.destinationRules].sort(byCreationThenName).map(viewOf)
  for (const rule of [...rules.filter((item) => item.selector), ...rules.filter((item) => !item.selector)]) {
    const { namespace } = rule.source.meta
    if (isLocal(rule)) addTo(poolOf(local, namespace), rule)
    if (!isPrivate(rule, defaultDestinationRuleExportTo)) addTo(poolOf(exported, namespace), rule)
    else if (namespace === rootNamespace) addTo(rootLocal, rule)
  }

  function exportedFrom(owner: string, namespace: string, host: string): readonly Merging[] {
    const found = exported.get(owner)?.find(host) ?? NONE
    return found.filter(({ exportTo }) => exportTo.size === 0 || exportTo.has('*') || exportTo.has(namespace))
  }

  /** All merged rules for a service in a client's namespace, before selectors apply. */
  function rulesFor(namespace: string, service: Service): readonly Merging[] {
    const { hostname } = service
    const own = namespace === rootNamespace ? rootLocal.find(hostname) : local.get(namespace)?.find(hostname)
    if (own) return own
    const fromService = exportedFrom(service.namespace, namespace, hostname)
    return fromService.length > 0 ? fromService : exportedFrom(rootNamespace, namespace, hostname)
  }

  return {
    ruleForMost: (namespace, service) => withoutSelector(rulesFor(namespace, service)),
    ruleOf: (proxy, service, direction) => pick(rulesFor(proxy.namespace, service), proxy, direction),
  }
}
