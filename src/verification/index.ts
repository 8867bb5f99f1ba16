/** What a proxy has, against what was computed for it. */
export { computedFor } from './computed.ts'
export { readConfigDump } from './config-dump.ts'
export type { MessageDifference } from './differences.ts'
export { NotModelledError } from './error.ts'
export {
  type EarlierProxy,
  type ExplainedFinding,
  type ExplainedKind,
  type Explanation,
  explainFindings,
  type NamedObject,
} from './explain.ts'
export { withHosts } from './hosts.ts'
export { withNameTable } from './name-table.ts'
export type { ProxyState, VerifiedKind } from './state.ts'
export { unmodelledObjects } from './unmodelled.ts'
export { findingsOf, isEqual, isVerified, type UnverifiedProxy, type Verified, type VerifiedProxy } from './verified.ts'
export { type ComputedResources, type ResourceVerdict, verifyProxy } from './verify.ts'
