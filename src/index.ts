/**
 * The door: everything that the core offers to commands and other programs; docs/library.md is the guide. Nothing
 * behind it reads files, parses a command line or needs Node.
 */

/* The main path: manifests, a snapshot of typed objects, a mesh, what a proxy sees, answers. */

export { type LintSettings, lintSnapshot } from './lint.ts'
export {
  computeLookupTable,
  computeMesh,
  computeNameTable,
  computeProxy,
  computeProxyView,
  type Mesh,
  parseManifests,
  proxyView,
} from './pipeline.ts'

/* What stays the same from one computation to the next. */

export { Memory } from './common/memory.ts'

/* Errors that these functions throw for mistakes by the user. */

export { UserError } from './common/errors.ts'
export { ProxyError } from './proxy/error.ts'

/* Manifests: files, documents and their values, locations and problems. */

export { decodeText } from './sources/decode.ts'
export {
  type DocumentPlace,
  type JsonValue,
  type PathStep,
  type Position,
  type ProblemSeverity,
  placeOf,
  type SourceDocument,
  type SourceFile,
  type SourceProblem,
} from './sources/document.ts'
export {
  DEFAULT_LIMITS,
  type Limits,
  type ParsedFile,
  parseDocuments,
  readValue,
  sourceTextOf,
} from './sources/index.ts'
export { withThousands } from './sources/limits.ts'
export { Location } from './sources/location.ts'
export { isMapping, valueAt } from './sources/mapping.ts'

/* Typed objects, istiod's verdicts on them, and the settings of the mesh. */

export type { EnvoyFilterResource, Pod, Reads } from './kinds/index.ts'
export { describeResource, type Resource } from './kinds/resource.ts'
export { type BehaviourChange, type ReleaseDifference, releaseDifference } from './releases/difference.ts'
export { type Offer, offerFor } from './releases/offered.ts'
export { statedVersion } from './releases/stated.ts'
export { type IstioVersion, LATEST, MASTER, VERSION_NAMES, versionNamed, versionText } from './releases/version.ts'
export {
  ASSUMED_NOTHING,
  ASSUMED_OF_FILES,
  type AssumeOptions,
  statedAssumptions,
} from './resources/assumed/options.ts'
export { buildSnapshot, DEFAULT_CLUSTER_ID, type SnapshotOptions } from './resources/index.ts'
export { CONFIG_CLUSTER } from './resources/intake/intake.ts'
export { type Join, withJoins } from './resources/intake/join.ts'
export type { RawObject } from './resources/intake/objects.ts'
export { settingProblem } from './resources/mesh/environment.ts'
export { SYSTEM_NAMESPACE } from './resources/mesh/istiod.ts'
export { meshConfigMapName } from './resources/mesh/mesh.ts'
export { problemAt, problemAtKey } from './resources/problems.ts'
export type { Snapshot, Verdict } from './resources/snapshot.ts'

/* The mesh: services, endpoints, automatic addresses. */

export type { AllocatedRegistry, VipSource } from './allocation/allocation.ts'
export type { ObjectStatus } from './derivation/status.ts'
export { buildRegistry } from './registry/build.ts'
export type { Service } from './registry/service.ts'

/* Proxies, and what they see. */

export { chooseNode, type NodeOverrides, type ProxyChoice, withOverrides } from './proxy/choice.ts'
export { type ListedProxy, listProxies, type ProxyList } from './proxy/list.ts'
export { checkMetadata, type Metadata } from './proxy/metadata.ts'
export { buildProxy, type Node, parseNode } from './proxy/node.ts'
export type { Proxy } from './proxy/proxy.ts'
export { assumedRouters, routersOf, unmetGateways } from './proxy/routers.ts'
export { type SelectedNode, syntheticNode } from './proxy/select.ts'
export { viewOf } from './scope/build.ts'
export type { ProxyView } from './scope/view.ts'

/* Names and DNS answers. */

export { NameExplainer } from './dns/explain.ts'
export { type Answer, type DnsRecord, LookupTable } from './dns/lookup-table.ts'
export type { RecordType } from './dns/name-index.ts'
export type { NameRecord, NameTable } from './dns/name-table.ts'
export { nameProblem } from './dns/question-name.ts'
export { parseRecordType, RECORD_TYPES } from './dns/record-types.ts'
export { searchSteps } from './dns/search.ts'

/* The same answers as DNS messages. */

export { Responder, type Response, type Transport } from './serving/responder.ts'
export type { ServedTables } from './serving/tables.ts'
export { type ClientView, Views } from './serving/views.ts'

/* Envoy's listeners, clusters, endpoints and routes, each with its origin. */

export { buildEnvoyResources, type EnvoyResources } from './envoy/index.ts'
export { streamEnvoyResources } from './envoy/stream.ts'

/* What becomes of one connection. */

export {
  type Branch,
  type Client,
  type ClientTls,
  type ClusterShare,
  type ConnectionOutcome,
  type ConnectionRequest,
  clientOf,
  connect,
  type Ending,
  type Entrance,
  endpointsOfCluster,
  entranceOf,
  type HttpRequest,
  type MatchedRoute,
  matchedRoute,
  type Outcome,
  Peers,
  type ReceivedResources,
  receivedResources,
  routeNamesOfRouter,
  type Step,
  type Trace,
  type TraceRequest,
  type TraceSettings,
  trace,
  traceFromOutside,
  traceToWorkload,
} from './simulation/index.ts'

/* What proxies notice of a change of the mesh. */

export { AppliedObjects } from './difference/applied.ts'
export { diffMeshes } from './difference/diff-meshes.ts'
export type { GroupOptions } from './difference/groups.ts'
export {
  type Changed,
  type ComparedProxy,
  EFFECT_KINDS,
  type Effect,
  type EffectKind,
  type InputChange,
  type MeshSide,
  type ResourceKind,
  type ResourceName,
  type Sides,
  type Source,
  type Subject,
} from './difference/model.ts'
export { ObjectDifference } from './difference/objects.ts'

/* Whether two sets of resources mean the same. */

export {
  COMPARED_KINDS,
  type ComparedKind,
  compareResources,
  type Difference,
  type DifferentResource,
  differencesOf,
  type NamedResources,
  namedResources,
  type ResourceComparison,
} from './comparison/index.ts'

/* What is wrong: conflicts and their fixes, gateways, references, remote clusters. */

export { clustersReport, notModelledClusters } from './findings/clusters/index.ts'
export {
  type Conflict,
  type ConflictParty,
  type ConflictReport,
  findConflicts,
  type Reach,
  reachOf,
  type WithoutListener,
} from './findings/conflicts/index.ts'
export { EditError, type EditedManifests, editManifests } from './findings/edits/index.ts'
export { warningsOf } from './findings/finding.ts'
export { type ChangeSet, changeSet, findFixes, planFixes, type Recompute } from './findings/fixes/index.ts'
export { FIX_KINDS, type FixKind } from './findings/fixes/kinds.ts'
export {
  type GatewayConflict,
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
export { findingsNotIn, newFindings } from './findings/lint/compare.ts'
export { FAIL_ON, type FailOn, failingSeverities } from './findings/lint/fail-on.ts'
export { fingerprintOf } from './findings/lint/fingerprint.ts'
export {
  annotationProblems,
  type FilteredFindings,
  filterIgnored,
  type Ignore,
  type IgnoredFinding,
  type Remaining,
  unknownRuleHint,
} from './findings/lint/ignores.ts'
export { OBJECT_PATTERN } from './findings/lint/ignores-patterns.ts'
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
  type RuleId,
  SEVERITIES,
  type Severity,
  type SeverityOverrides,
  syntheticProxies,
} from './findings/lint/index.ts'
export { levelsOfRules, type StatedLevel, statedLevel } from './findings/lint/levels.ts'
export type { FixedManifests } from './findings/lint/make-fixes.ts'
export { compareMeshes, type Marks } from './findings/lint/marks.ts'
export {
  computationsFor,
  type FixEffort,
  type FixPlan,
  type ProofBasis,
  planSafeFixes,
  proveFixes,
} from './findings/lint/prove.ts'
export {
  type ComputedResources,
  type HeldResource,
  isEqual,
  isVerified,
  type KindResult,
  type MessageDifference,
  type ProxyState,
  type ProxyVerification,
  type Refusal,
  type ResourceFinding,
  type ResourceVerdict,
  readConfigDump,
  type UnverifiedProxy,
  VERIFIED_KINDS,
  type Verified,
  type VerifiedKind,
  verifyProxy,
  withHosts,
  withNameTable,
} from './verification/index.ts'
export {
  type ConnectedProxy,
  isInSync,
  namespaceOfProxy,
  type SyncState,
  syncOf,
  type TypeSync,
} from './verification/sync/index.ts'
