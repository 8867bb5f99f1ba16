/** Runs the rules over what was computed, and joins what several proxies have in common. */

import { compareBytes } from '../../common/bytes.ts'
import { append } from '../../common/collections.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import { viewOf } from '../../scope/build.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Location } from '../../sources/location.ts'
import { RULE_IDS, type RuleId, ruleEntry } from './catalogue/index.ts'
import { scopeFacts } from './facts.ts'
import type { Found, LintFinding, MeshFacts, MeshRule, RuleEntry, ScopeRule, Severity, Subject } from './rule.ts'
import { RULES } from './rules/index.ts'
import type { LintProxy } from './scopes.ts'
import { SharedListeners } from './variations.ts'

export { CATALOGUE, isRuleId, RULE_IDS, type RuleId, ruleEntry } from './catalogue/index.ts'
export {
  type LintFinding,
  type LintFix,
  type MeshFacts,
  type RuleEntry,
  SEVERITIES,
  type Severity,
} from './rule.ts'
export { captures, DNS_CAPTURE_MODES, type DnsCaptureMode, type LintProxy, syntheticProxies } from './scopes.ts'

/** A severity over that of the catalogue and of the finding itself; `off` keeps a rule from running. */
export type SeverityOverrides = ReadonlyMap<RuleId, Severity | 'off'>

export interface LintOptions {
  readonly proxies: readonly LintProxy[]
  readonly severities: SeverityOverrides
}

/** Namespaces that are shared by many findings are one array. */
type Namespaces = readonly string[]

/** One finding while the namespaces that have it are gathered. */
interface Gathered {
  readonly rule: RuleId
  readonly found: Found
  /** By condition of the proxies; none for rules of the mesh. */
  readonly namespaces: Map<string, Namespaces[]>
}

/** Gathers findings; the same one of several proxies is one. */
class Gatherer {
  readonly #byResource = new Map<Resource, Map<string, Gathered>>()

  /** @param where the proxies that it is about; undefined for rules of the mesh */
  add(rule: RuleId, found: Found, where?: { readonly condition: string; readonly namespaces: Namespaces }): void {
    const known = this.#byResource.get(found.resource) ?? new Map<string, Gathered>()
    this.#byResource.set(found.resource, known)
    const key = JSON.stringify([rule, found.severity, found.location.path, found.message])
    const gathered = known.get(key) ?? { rule, found, namespaces: new Map() }
    known.set(key, gathered)
    if (!where) return
    append(gathered.namespaces, where.condition, where.namespaces)
  }

  *[Symbol.iterator](): Iterator<Gathered> {
    for (const byKey of this.#byResource.values()) yield* byKey.values()
  }
}

type RunningRule = readonly [RuleId, ScopeRule]

/** Runs rules over what the proxies of some namespaces see, and over what is different for their variations. */
class ScopeRun {
  readonly #mesh: MeshFacts
  readonly #rules: readonly RunningRule[]
  readonly #gatherer: Gatherer

  constructor(mesh: MeshFacts, rules: readonly RunningRule[], gatherer: Gatherer) {
    this.#mesh = mesh
    this.#rules = rules
    this.#gatherer = gatherer
  }

  run({ proxy, namespaces, condition, variations }: LintProxy): void {
    const view = viewOf(proxy, this.#mesh.scope)
    const differing = this.#runVariations(view, condition, variations)
    const all = [...namespaces, ...variations.map(({ namespace }) => namespace)].sort(compareBytes)
    // Namespaces by the variations for which a finding does not hold; most findings hold for all.
    const without = new Map<string, Namespaces>()
    const exceptFor = (subject: Subject): Namespaces => {
      const except = differing.get(subject)
      if (!except) return all
      const key = except.join(' ')
      const known = without.get(key) ?? all.filter((namespace) => !except.includes(namespace))
      without.set(key, known)
      return known
    }
    const facts = scopeFacts(this.#mesh, view, namespaces)
    for (const [id, rule] of this.#rules) {
      for (const found of rule.checkScope(facts)) {
        const where = { condition, namespaces: exceptFor(found.subject) }
        if (where.namespaces.length > 0) this.#gatherer.add(id, found, where)
      }
    }
  }

  /** @returns the subjects that are different somewhere, with the namespaces for which they are */
  #runVariations(view: ProxyView, condition: string, variations: readonly Proxy[]): ReadonlyMap<Subject, string[]> {
    const differing = new Map<Subject, string[]>()
    if (variations.length === 0) return differing
    const shared = new SharedListeners(view, this.#mesh.scope)
    for (const proxy of variations) {
      const { namespace } = proxy
      const variation = shared.variationFor(proxy)
      for (const subject of variation.subjects) append(differing, subject, namespace)
      const where = { condition, namespaces: [namespace] }
      const facts = scopeFacts(this.#mesh, variation.view, where.namespaces)
      for (const [id, rule] of this.#rules) {
        for (const found of rule.checkScope(facts)) {
          if (variation.subjects.has(found.subject)) this.#gatherer.add(id, found, where)
        }
      }
    }
    return differing
  }
}

/** Namespaces of several groups, sorted; the array of a group that is alone is kept. */
function union(groups: readonly Namespaces[]): Namespaces {
  const [only] = groups
  if (only && groups.length === 1) return only
  return [...new Set(groups.flat())].sort(compareBytes)
}

function finish({ rule, found, namespaces }: Gathered, conditions: number, overrides: SeverityOverrides): LintFinding {
  const { resource, location, related = [], proposals } = found
  const { kind, meta } = resource
  const override = overrides.get(rule)
  const entry: RuleEntry = ruleEntry(rule)
  const only = namespaces.size < conditions ? [...namespaces.keys()].join(', ') : ''
  return {
    rule,
    severity: override && override !== 'off' ? override : (found.severity ?? entry.severity),
    message: only === '' ? found.message : `${found.message} (${only})`,
    object: { kind, namespace: meta.namespace, name: meta.name },
    resource,
    location,
    related,
    namespaces: union([...namespaces.values()].flat()),
    proposals: proposals ?? (() => []),
    fix: undefined,
  }
}

function comparePaths({ path: a }: Location, { path: b }: Location): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const [left, right] = [a[index], b[index]]
    if (left === right) continue
    if (typeof left === 'number' && typeof right === 'number') return left - right
    return compareBytes(String(left), String(right))
  }
  return a.length - b.length
}

/** By file and document, then by rule; cheap, because it asks for no line numbers. */
function byPlace(a: LintFinding, b: LintFinding): number {
  const [left, right] = [a.location.document, b.location.document]
  return (
    compareBytes(left.file.name, right.file.name) ||
    left.start - right.start ||
    comparePaths(a.location, b.location) ||
    compareBytes(a.rule, b.rule) ||
    compareBytes(a.message, b.message)
  )
}

/**
 * Runs all rules that are not switched off.
 * @returns findings in the order of files and documents, each once
 */
export function lint(mesh: MeshFacts, { proxies, severities }: LintOptions): readonly LintFinding[] {
  const gatherer = new Gatherer()
  const running = RULE_IDS.filter((id) => severities.get(id) !== 'off')
  const scopeRules: RunningRule[] = []
  for (const id of running) {
    const rule: MeshRule | ScopeRule = RULES[id]
    if ('checkScope' in rule) scopeRules.push([id, rule])
    else for (const found of rule.checkMesh(mesh)) gatherer.add(id, found)
  }
  const scopes = new ScopeRun(mesh, scopeRules, gatherer)
  if (scopeRules.length > 0) for (const proxy of proxies) scopes.run(proxy)
  const conditions = new Set(proxies.map(({ condition }) => condition)).size
  return [...gatherer]
    .map((gathered) => finish(gathered, gathered.namespaces.size === 0 ? 0 : conditions, severities))
    .sort(byPlace)
}
