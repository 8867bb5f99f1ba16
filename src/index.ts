/**
 * The door: everything that commands need of the core. Nothing behind it reads files, parses a command line or needs
 * Node. What other programs get is in library/.
 */

/* The main path: manifests, a snapshot of typed objects, a mesh, what a proxy sees, answers. */

export { computeMesh, computeNameTable, computeProxyView, type Mesh, parseManifests, proxyView } from './pipeline.ts'

/* What stays the same from one computation to the next. */

export { Memory } from './common/memory.ts'

/* Errors that these functions throw for mistakes by the user. */

export { UserError } from './common/errors.ts'
export { ProxyError } from './proxy/error.ts'

/* Manifests: files, documents and their values, locations and problems. */

export type {
  DocumentPlace,
  JsonValue,
  PathStep,
  Position,
  SourceDocument,
  SourceFile,
  SourceProblem,
} from './sources/document.ts'
export { DEFAULT_LIMITS, readValue } from './sources/index.ts'
export { withThousands } from './sources/limits.ts'
export { Location } from './sources/location.ts'
export { isMapping, valueAt } from './sources/mapping.ts'

/* Typed objects, istiod's verdicts on them, and the settings of the mesh. */

export type { EnvoyFilterResource, Pod, Reads } from './kinds/index.ts'
export type { Resource } from './kinds/resource.ts'
export { type BehaviourChange, type ReleaseDifference, releaseDifference } from './releases/difference.ts'
export { statedVersion } from './releases/stated.ts'
export { type IstioVersion, LATEST, versionText } from './releases/version.ts'
export { statedAssumptions } from './resources/assumed/options.ts'
export { buildSnapshot, DEFAULT_CLUSTER_ID } from './resources/index.ts'
export { CONFIG_CLUSTER } from './resources/intake/intake.ts'
export type { Join } from './resources/intake/join.ts'
export type { RawObject } from './resources/intake/objects.ts'
export { settingProblem } from './resources/mesh/environment.ts'
export { SYSTEM_NAMESPACE } from './resources/mesh/istiod.ts'
export { meshConfigMapName } from './resources/mesh/mesh.ts'
export type { Snapshot } from './resources/snapshot.ts'

/* The mesh: services, endpoints, automatic addresses. */

export type { AllocatedRegistry, VipSource } from './allocation/allocation.ts'
export type { ObjectStatus } from './derivation/status.ts'
export { buildRegistry } from './registry/build.ts'

/* Proxies, and what they see. */

export { withOverrides } from './proxy/choice.ts'
export { type ListedProxy, listProxies, type ProxyList } from './proxy/list.ts'
export { checkMetadata } from './proxy/metadata.ts'
export { buildProxy, type Node } from './proxy/node.ts'
export { assumedRouters, routersOf, unmetGateways } from './proxy/routers.ts'
export { syntheticNode } from './proxy/select.ts'
export { viewOf } from './scope/build.ts'
export type { ProxyView } from './scope/view.ts'

/* Names and DNS answers. */

export { NameExplainer } from './dns/explain.ts'
export { LookupTable } from './dns/lookup-table.ts'
export type { NameRecord } from './dns/name-table.ts'
export { nameProblem } from './dns/question-name.ts'
export { parseRecordType, RECORD_TYPES } from './dns/record-types.ts'
export { searchSteps } from './dns/search.ts'

/* The same answers as DNS messages. */

export type { ServedTables } from './serving/tables.ts'

/* Envoy's listeners, clusters, endpoints and routes, each with its origin. */

export { buildEnvoyResources } from './envoy/index.ts'
export { streamEnvoyResources } from './envoy/stream.ts'

/* What becomes of one connection. */

export {
  type Branch,
  type Client,
  clientOf,
  type MatchedRoute,
  matchedRoute,
  Peers,
  routeNamesOfRouter,
  type Step,
  type Trace,
  type TraceRequest,
  type TraceSettings,
} from './simulation/index.ts'

/* What proxies notice of a change of the mesh. */

export { AppliedObjects } from './difference/applied.ts'
export { diffMeshes } from './difference/diff-meshes.ts'
export type { GroupOptions } from './difference/groups.ts'
export { EFFECT_KINDS, type EffectKind, type InputChange, type MeshSide, type Sides } from './difference/model.ts'
export { ObjectDifference } from './difference/objects.ts'

/* What is wrong: conflicts and their fixes, gateways, references, remote clusters. */

export { clustersReport, notModelledClusters } from './findings/clusters/index.ts'
export { EditError } from './findings/edits/index.ts'
export { warningsOf } from './findings/finding.ts'
export { planFixes } from './findings/fixes/index.ts'
export { FIX_KINDS, type FixKind } from './findings/fixes/kinds.ts'
export {
  gatewayConflicts,
  gatewayFindings,
  type RouterReport,
  reachOfServers,
  routerReport,
  type Secrets,
  secretsOf,
  selectorMistake,
  unboundEverywhere,
} from './findings/gateways/index.ts'
export { workloadProxies } from './findings/patches/proxies.ts'
export { type PatchedProxy, reportPatches } from './findings/patches/report.ts'
export { concernsOf, statedReadings } from './findings/releases/index.ts'
export { unresolvedReferences } from './findings/unresolved/index.ts'

/* Lint: rules and findings, and how findings are identified, ignored and fixed. */

export { againstBaseline } from './findings/lint/baseline.ts'
export { groupByCause } from './findings/lint/causes.ts'
export { newFindings } from './findings/lint/compare.ts'
export { FAIL_ON, type FailOn, failingSeverities } from './findings/lint/fail-on.ts'
export {
  annotationProblems,
  type FilteredFindings,
  filterIgnored,
  type Ignore,
  type Remaining,
  unknownRule,
} from './findings/lint/ignores.ts'
export {
  captures,
  DNS_CAPTURE_MODES,
  type DnsCaptureMode,
  type FixProposal,
  isRuleId,
  type LintFinding,
  type LintProxy,
  lint,
  type MeshFacts,
  RULE_IDS,
  type SeverityOverrides,
  syntheticProxies,
} from './findings/lint/index.ts'
export { levelsOfRules, type StatedLevel, statedLevel } from './findings/lint/levels.ts'
export type { FixedManifests } from './findings/lint/make-fixes.ts'
export { compareMeshes, type Marks } from './findings/lint/marks.ts'
export {
  computationsFor,
  FIX_EFFORTS,
  type FixEffort,
  type ProofBasis,
  proveFixes,
  sizeOf,
} from './findings/lint/prove.ts'

/* Whether two sets of resources mean the same. */

export { isEqual, isVerified, type UnverifiedProxy, type Verified } from './verification/index.ts'
export { type ConnectedProxy, isInSync, namespaceOfProxy } from './verification/sync/index.ts'
