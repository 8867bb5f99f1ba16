/** What a proxy has, against what was computed for it. */
export { readConfigDump } from './config-dump.ts'
export type { MessageDifference } from './differences.ts'
export { withNameTable } from './name-table.ts'
export { type HeldResource, type ProxyState, type Refusal, VERIFIED_KINDS, type VerifiedKind } from './state.ts'
export {
  type ComputedResources,
  type KindResult,
  type ProxyVerification,
  type ResourceFinding,
  type ResourceVerdict,
  verifyProxy,
} from './verify.ts'
