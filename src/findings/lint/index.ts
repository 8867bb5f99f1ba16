/** Rules about a mesh, and their findings. */
export { CATALOGUE, isRuleId, RULE_IDS, type RuleId, ruleEntry } from './catalogue/list.ts'
export {
  captures,
  DNS_CAPTURE_MODES,
  type DnsCaptureMode,
  type LintProxy,
  syntheticProxies,
} from './engine/proxies.ts'
export { type LintOptions, lint, type SeverityOverrides } from './engine/run.ts'
export { type LintFinding, type LintFix, type RuleEntry, SEVERITIES, type Severity } from './rule.ts'
export type { MeshFacts } from './subjects.ts'
