/** Runs the rules, and combines equal findings of several proxies. */
import { compareBytes } from '../../../common/bytes.ts'
import type { Location } from '../../../sources/location.ts'
import { RULE_IDS, type RuleId, ruleEntry } from '../catalogue/list.ts'
import { holdsFor } from '../catalogue/releases.ts'
import { Placeholders } from '../placeholders.ts'
import type { LintFinding, Rule, RuleEntry, Severity } from '../rule.ts'
import { RULES } from '../rules/list.ts'
import type { MeshFacts } from '../subjects.ts'
import { type Collected, FindingCollector, union } from './collector.ts'
import type { LintProxy } from './proxies.ts'
import { ProxyRun } from './proxy-run.ts'

/** The rule about placeholders, which replaces all findings about them. */
const UNFILLED: RuleId = 'value-not-filled-in'

/** Severities that override those of the catalogue and of findings; `off` disables a rule. */
export type SeverityOverrides = ReadonlyMap<RuleId, Severity | 'off'>

export interface LintOptions {
  readonly proxies: readonly LintProxy[]
  readonly severities: SeverityOverrides
}

function finish({ rule, found, namespaces }: Collected, conditions: number, overrides: SeverityOverrides): LintFinding {
  const { resource, location, related = [], proposals, cause } = found
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
    namespaces: found.namespaces ?? union([...namespaces.values()].flat()),
    cause,
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

/** By file and document, then by rule; cheap, because it needs no line numbers. */
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
 * Runs all rules that are not disabled and that hold for the mesh's release.
 * @returns distinct findings in the order of files and documents
 */
export function lint(mesh: MeshFacts, { proxies, severities }: LintOptions): readonly LintFinding[] {
  const collector = new FindingCollector()
  const { features } = mesh.registry.snapshot
  const running = RULE_IDS.filter((id) => severities.get(id) !== 'off' && holdsFor(id, features)).map(
    (id) => [id, RULES[id] as Rule] as const,
  )
  for (const [id, rule] of running) {
    if ('checkMesh' in rule) for (const found of rule.checkMesh(mesh)) collector.add(id, found)
  }
  const proxyRun = new ProxyRun(mesh, running, collector)
  for (const proxy of proxies) proxyRun.run(proxy)
  const conditions = new Set(proxies.map(({ condition }) => condition)).size
  const placeholders = new Placeholders()
  return [...collector]
    .map((collected) => finish(collected, collected.namespaces.size === 0 ? 0 : conditions, severities))
    .filter((finding) => finding.rule === UNFILLED || !placeholders.concerns(finding))
    .sort(byPlace)
}
