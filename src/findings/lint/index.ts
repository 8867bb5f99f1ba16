/** Rules about a mesh, and their findings. */
export { isRuleId, RULE_IDS, type RuleId, ruleEntry } from './catalogue/list.ts'
export {
  captures,
  DNS_CAPTURE_MODES,
  type DnsCaptureMode,
  differences,
  importsOf,
  type LintProxy,
  sidecarNamespaces,
  syntheticProxies,
} from './engine/proxies.ts'
export { lint, type SeverityOverrides } from './engine/run.ts'
export type { FixProposal } from './proposal.ts'
export { type LintFinding, SEVERITIES } from './rule.ts'
export type { MeshFacts } from './subjects.ts'
