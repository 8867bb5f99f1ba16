/** Everything that the functions of the library take and give. */
export type {
  Conflict,
  ConflictFix,
  ConflictParty,
  ConflictReport,
  PortWithoutListener,
} from '../../answers/shapes/conflicts.ts'
export type { AddressOwner, DnsAnswer } from '../../answers/shapes/dns.ts'
export type { LintFinding, LintFix, LintPlace, LintReport } from '../../answers/shapes/lint.ts'
export type { Place, SourceObject } from '../../answers/shapes/place.ts'
export type { ListedProxy } from '../../answers/shapes/proxies.ts'
export type { IstioRelease } from '../../answers/shapes/release.ts'
export type { Trace, TraceAlternative, TraceBranch, TraceEndpoint, TraceStep } from '../../answers/shapes/trace.ts'
export type { CancelSignal, FileOptions, ManifestText, MeshOptions } from './input.ts'
export { MeshMemory } from './memory.ts'
export type { HostAddresses, LintSettings, Mesh, ProxyChoice } from './mesh.ts'
export type {
  ConflictSettings,
  DnsReason,
  DnsRecord,
  EnvoyPart,
  EnvoyResource,
  EnvoyResources,
  ExplainedDnsAnswer,
  NameRecord,
  NameSource,
  Proxy,
  TraceRequest,
  TraceSettings,
} from './proxy.ts'
export type { JsonObject, JsonValue, Problem, Source } from './source.ts'
