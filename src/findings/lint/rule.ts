/**
 * The definition of a rule: an entry of the catalogue, a check of a subject, and findings with locations and fixes.
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

/** 0 for the worst. */
export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity)

/** What is known about a rule without running it. Its page is docs/rules/ID.md. */
export interface RuleEntry {
  /** The default, unless a configuration or the finding itself sets another. */
  readonly severity: Severity
  /** A single line without a full stop. */
  readonly title: string
  /** What the rule finds, how it decides, and the effect in production. */
  readonly description: string
  /** What to do, in order of preference. */
  readonly howToFix: string
  /** Codes of istioctl analyze (`IST0133`) and Kiali (`KIA1212`) for the same problem. */
  readonly answersTo: readonly string[]
  /** Issues in istio/istio by affected users. */
  readonly issues: readonly number[]
}

export type Catalogue = Readonly<Record<string, RuleEntry>>

/**
 * A setting of all proxies that is the reason for many findings, so that one change ends them:
 * `dns-capture`, proxies do not capture DNS and so do not use automatic addresses; `automatic-addresses`, proxies of a
 * release before addresses in status do not ask for any.
 */
export type Cause = 'dns-capture' | 'automatic-addresses'

/** Another location that matters for a finding: the winner of a conflict, the entry that shadows. */
export interface RelatedPlace {
  readonly message: string
  readonly location: Location
}

/** A finding of a rule about one object. */
export interface Found {
  /** A sentence without a full stop about the problem and its effect, without the namespace of a proxy. */
  readonly message: string
  readonly resource: Resource
  /** The location closest to the deciding value. */
  readonly location: Location
  readonly related?: readonly RelatedPlace[]
  /** If it differs from the catalogue's. */
  readonly severity?: Severity
  /** What it has in common with other findings. */
  readonly cause?: Cause
  /** The namespaces whose proxies it concerns, from a rule of the mesh that asked them itself; sorted. */
  readonly namespaces?: readonly string[]
  /** In order of preference; computed only when fixes are needed. */
  readonly proposals?: () => Iterable<FixProposal>
}

/** A rule about the mesh as a whole; runs once. */
export interface MeshRule {
  readonly checkMesh: (mesh: MeshFacts) => Iterable<Found>
}

/** A rule about one host; runs for every host that a proxy sees. */
export interface HostRule {
  /** Whether there is anything to check; asked first, because most rules have nothing to say about most hosts. */
  readonly concernsHost?: (host: HostSubject) => boolean
  readonly checkHost: (host: HostSubject) => Iterable<Found>
}

/** A rule about one outbound listener; runs for every one of a proxy. */
export interface ListenerRule {
  /** Whether there is anything to check; asked first, because most listeners are in order. */
  readonly concernsListener?: (listener: ListenerSubject) => boolean
  readonly checkListener: (listener: ListenerSubject) => Iterable<Found>
}

/** A rule about one ingress listener of a proxy's Sidecar; runs for every one. */
export interface IngressRule {
  readonly checkIngress: (ingress: IngressSubject) => Iterable<Found>
}

/** A rule has one or more checks, each of which receives just its subject. */
export type Rule = MeshRule | HostRule | ListenerRule | IngressRule

/** A rule per entry of a catalogue. */
export type RulesOf<C extends Catalogue> = { readonly [Id in keyof C]: Rule }

/** A finding as reported. */
export interface LintFinding {
  readonly rule: string
  readonly severity: Severity
  readonly message: string
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly resource: Resource
  readonly location: Location
  readonly related: readonly RelatedPlace[]
  /** The namespaces of the affected proxies, sorted; empty when it does not depend on proxies. */
  readonly namespaces: readonly string[]
  /** What it has in common with other findings, if one change ends all of them. */
  readonly cause?: Cause | undefined
  /** The environments that have it, if several inputs were checked one by one. */
  readonly environments?: readonly string[]
  /** How many findings of one cause this one stands for; absent for a finding of its own. */
  readonly count?: number
  readonly proposals: () => Iterable<FixProposal>
  /** A proven fix, or undefined; see prove.ts. */
  readonly fix: LintFix | undefined
}

/** A fix that was applied in memory: computing again, the finding was gone and no other had appeared. */
export interface LintFix extends FixProposal {
  readonly proven: true
}
