/**
 * What rules are: an entry of the catalogue, a check over what was computed, and findings with places and fixes.
 *
 * A decoded object has a value for each field, so `spec` does not tell an entry without `location` from one with
 * `location: MESH_EXTERNAL`. Where a rule needs to know whether a field is written, it asks
 * `resource.states('spec', 'location')`.
 */
import type { AllocatedRegistry } from '../../allocation/allocation.ts'
import type { OutboundPlan } from '../../envoy/listeners/index.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Service } from '../../registry/service.ts'
import type { IstioVersion } from '../../releases/version.ts'
import type { ScopeContext } from '../../scope/context.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Location } from '../../sources/location.ts'
import type { Conflict } from '../conflicts/index.ts'
import type { Change } from '../fixes/change.ts'

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

/** A way to get rid of a finding that has not been tried. */
export interface FixProposal {
  /** What to do, as a command without a full stop. */
  readonly title: string
  readonly changes: readonly Change[]
  /** It changes nothing that anybody could miss, so that `--fix` may carry it out when it is proven. */
  readonly safe: boolean
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
  /** In the order of preference; asked for only when somebody wants fixes. */
  readonly proposals?: () => Iterable<FixProposal>
}

/**
 * What of a proxy's view a finding depends on: everything in one listener, or every service of one host. Findings of
 * other namespaces with the same listener or host are the same.
 */
export type Subject = `listener ${string}` | `host ${string}`

export const listenerSubject = (name: string): Subject => `listener ${name}`
export const hostSubject = (host: string): Subject => `host ${host}`

/** What a rule says about what proxies of some namespaces see. */
export interface ScopedFound extends Found {
  readonly subject: Subject
}

/** What is the same for all proxies. */
export interface MeshFacts {
  /** With the snapshot, services and automatic addresses. */
  readonly registry: AllocatedRegistry
  readonly scope: ScopeContext
  /** Of `--from-version`: what was installed before. */
  readonly fromVersion: IstioVersion | undefined
}

/** What proxies of some namespaces see, which is the same for all of them. */
export interface ScopeFacts extends MeshFacts {
  readonly namespaces: readonly string[]
  readonly view: ProxyView
  /**
   * What the egress listeners import, each once, entries of one host apart (those of `view.services` are merged). This
   * and `plan` may hold only what differs from scopes that were checked before: a rule must not conclude anything from
   * the absence of services of other hosts and listeners.
   */
  readonly services: readonly Service[]
  /** Listeners as decided: what they hold, who lost a place in them, which ports were passed over. */
  readonly plan: OutboundPlan
  /** The losers are reached by nothing else. Inbound ones are left out. */
  readonly conflicts: readonly Conflict[]
  /** Some listener or route leads to the port of the host. */
  isReached(host: string, port: number): boolean
}

/** A rule that looks at the mesh: run once. */
export interface MeshRule {
  readonly checkMesh: (facts: MeshFacts) => Iterable<Found>
}

/** A rule that looks at what proxies see: run once for all namespaces that see the same. */
export interface ScopeRule {
  readonly checkScope: (facts: ScopeFacts) => Iterable<ScopedFound>
}

export type Rule = MeshRule | ScopeRule

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
