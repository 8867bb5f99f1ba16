/**
 * What rules are: an entry of the catalogue, a check of a subject, and findings with places and fixes.
 *
 * A decoded object has a value for each field, so `spec` does not tell an entry without `location` from one with
 * `location: MESH_EXTERNAL`. Where a rule needs to know whether a field is written, it asks
 * `resource.states('spec', 'location')`.
 */
import type { Resource } from '../../kinds/resource.ts'
import type { Location } from '../../sources/location.ts'
import type { FixProposal } from './proposal.ts'
import type { HostSubject, IngressSubject, ListenerSubject, MeshFacts } from './subjects.ts'

/** Worst first. */
export const SEVERITIES = ['error', 'warning', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

/** All that is known of a rule without running it. Its page is docs/rules/ID.md. */
export interface RuleEntry {
  /** Where neither a configuration nor the finding itself says otherwise. */
  readonly severity: Severity
  /** One line without a full stop. */
  readonly title: string
  /** What is found, decided by what, and what happens in production because of it. */
  readonly description: string
  /** What to do, in the order of preference. */
  readonly howToFix: string
  /** Codes of istioctl analyze (`IST0133`) and Kiali (`KIA1212`) for the same thing. */
  readonly answersTo: readonly string[]
  /** Issues of istio/istio by users who were hit by it. */
  readonly issues: readonly number[]
}

export type Catalogue = Readonly<Record<string, RuleEntry>>

/** Another place that a finding is about: the winner of a conflict, the entry that shadows. */
export interface RelatedPlace {
  readonly message: string
  readonly location: Location
}

/** What a rule says about one object. */
export interface Found {
  /** A sentence without a full stop that names what is wrong and what follows; no namespace of a proxy in it. */
  readonly message: string
  readonly resource: Resource
  /** The value that decides, as near as possible. */
  readonly location: Location
  readonly related?: readonly RelatedPlace[]
  /** Where it differs from that of the catalogue. */
  readonly severity?: Severity
  /** The namespaces whose proxies it concerns, from a rule of the mesh that asked them itself; sorted. */
  readonly namespaces?: readonly string[]
  /** In the order of preference; asked for only when somebody wants fixes. */
  readonly proposals?: () => Iterable<FixProposal>
}

/** A rule about the mesh as a whole: run once. */
export interface MeshRule {
  readonly checkMesh: (mesh: MeshFacts) => Iterable<Found>
}

/** A rule about one host as a proxy sees it: run for every host that the proxy sees. */
export interface HostRule {
  readonly checkHost: (host: HostSubject) => Iterable<Found>
}

/** A rule about one outbound listener of a proxy: run for every one. */
export interface ListenerRule {
  readonly checkListener: (listener: ListenerSubject) => Iterable<Found>
}

/** A rule about one ingress listener of a proxy's Sidecar: run for every one. */
export interface IngressRule {
  readonly checkIngress: (ingress: IngressSubject) => Iterable<Found>
}

/** A rule states what it is about by its check, and gets nothing else; it may have several. */
export type Rule = MeshRule | HostRule | ListenerRule | IngressRule

/** A rule for each entry of a catalogue. */
export type RulesOf<C extends Catalogue> = { readonly [Id in keyof C]: Rule }

/** A finding as it is reported. */
export interface LintFinding {
  readonly rule: string
  readonly severity: Severity
  readonly message: string
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly resource: Resource
  readonly location: Location
  readonly related: readonly RelatedPlace[]
  /** The namespaces whose proxies it concerns, sorted; empty when it holds whatever proxy there is. */
  readonly namespaces: readonly string[]
  readonly proposals: () => Iterable<FixProposal>
  /** One that was tried, or undefined; see prove.ts. */
  readonly fix: LintFix | undefined
}

/** A fix that was carried out in memory: the finding was gone after computing again, and no other had come. */
export interface LintFix extends FixProposal {
  readonly proven: true
}
