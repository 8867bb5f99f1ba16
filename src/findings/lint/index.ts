/** Runs the rules over what was computed, and joins what several proxies have in common. */
import type { Resource } from '../../resources/resource.ts'
import { compareBytes } from '../../resources/resource.ts'
import { viewOf } from '../../scope/build.ts'
import type { Location } from '../../sources/location.ts'
import { RULE_IDS, type RuleId, ruleEntry } from './catalogue/index.ts'
import { scopeFacts } from './facts.ts'
import type { Found, LintFinding, MeshFacts, MeshRule, RuleEntry, ScopeRule, Severity } from './rule.ts'
import { RULES } from './rules/index.ts'
import type { LintProxy } from './scopes.ts'

export { CATALOGUE, isRuleId, RULE_IDS, type RuleId, ruleEntry } from './catalogue/index.ts'
export {
  type LintFinding,
  type LintFix,
  type MeshFacts,
  type RuleEntry,
  SEVERITIES,
  type Severity,
} from './rule.ts'
export { DNS_CAPTURE_MODES, type DnsCaptureMode, type LintProxy, syntheticProxies } from './scopes.ts'

/** A severity over that of the catalogue and of the finding itself; `off` keeps a rule from running. */
export type SeverityOverrides = ReadonlyMap<RuleId, Severity | 'off'>

export interface LintOptions {
  readonly proxies: readonly LintProxy[]
  readonly severities: SeverityOverrides
}

/** One finding while the namespaces that have it are gathered. */
interface Gathered {
  readonly rule: RuleId
  readonly found: Found
  /** By condition of the proxies; none for rules of the mesh. */
  readonly namespaces: Map<string, Set<string>>
}

/** Gathers findings; the same one of several proxies is one. */
class Gatherer {
  readonly #byResource = new Map<Resource, Map<string, Gathered>>()

  add(rule: RuleId, found: Found, proxy?: LintProxy): void {
    const known = this.#byResource.get(found.resource) ?? new Map<string, Gathered>()
    this.#byResource.set(found.resource, known)
    const key = JSON.stringify([rule, found.severity, found.location.path, found.message])
    const gathered = known.get(key) ?? { rule, found, namespaces: new Map() }
    known.set(key, gathered)
    if (!proxy) return
    const namespaces = gathered.namespaces.get(proxy.condition) ?? new Set()
    gathered.namespaces.set(proxy.condition, namespaces)
    for (const namespace of proxy.namespaces) namespaces.add(namespace)
  }

  *[Symbol.iterator](): Iterator<Gathered> {
    for (const byKey of this.#byResource.values()) yield* byKey.values()
  }
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
    namespaces: [...new Set([...namespaces.values()].flatMap((names) => [...names]))].sort(compareBytes),
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
  const scopeRules: (readonly [RuleId, ScopeRule])[] = []
  for (const id of running) {
    const rule: MeshRule | ScopeRule = RULES[id]
    if ('checkScope' in rule) scopeRules.push([id, rule])
    else for (const found of rule.checkMesh(mesh)) gatherer.add(id, found)
  }
  if (scopeRules.length > 0) {
    for (const proxy of proxies) {
      const facts = scopeFacts(mesh, viewOf(proxy.proxy, mesh.scope), proxy.namespaces)
      for (const [id, rule] of scopeRules) for (const found of rule.checkScope(facts)) gatherer.add(id, found, proxy)
    }
  }
  const conditions = new Set(proxies.map(({ condition }) => condition)).size
  return [...gatherer]
    .map((gathered) => finish(gathered, gathered.namespaces.size === 0 ? 0 : conditions, severities))
    .sort(byPlace)
}
