/**
 * What each sort of rule is given. Proxies of many namespaces see nearly the same, and only the hosts and listeners that
 * differ are checked again for the others. So a check must depend on nothing but its subject: what else a proxy sees is
 * not in these types.
 */
import type { AllocatedRegistry } from '../../allocation/allocation.ts'
import type { InboundPort, ListenerEntry, PortRef, SkippedPort } from '../../envoy/listeners/index.ts'
import type { SidecarResource } from '../../kinds/index.ts'
import type { Port, Service } from '../../registry/service.ts'
import type { IstioVersion } from '../../releases/version.ts'
import type { ScopeContext } from '../../scope/context.ts'
import type { EgressListenerView, ProxyView } from '../../scope/view.ts'
import type { Conflict, ConflictParty } from '../conflicts/index.ts'
import type { FixProposal } from './proposal.ts'

/** What is the same for all proxies. */
export interface MeshFacts {
  /** With the snapshot, services and automatic addresses. */
  readonly registry: AllocatedRegistry
  readonly scope: ScopeContext
  /** Of `--from-version`: what was installed before. */
  readonly fromVersion: IstioVersion | undefined
}

/** What a check may ask about the proxy: all of its view but the services and listeners in it. */
export type RuleView = Pick<ProxyView, 'proxy' | 'sidecar' | 'usesVips' | 'addressesOf'> & {
  readonly egressListeners: readonly Pick<EgressListenerView, 'spec' | 'virtualServiceOf'>[]
}

/** Ways to get rid of a finding; computed when somebody wants fixes. */
export interface Proposer {
  /** For a service port that lost its place in a listener. */
  forLoss(conflict: Conflict, loser: ConflictParty): Iterable<FixProposal>
  /** For a service port that takes every connection to its port number. */
  forHolder(party: ConflictParty, listener: string): Iterable<FixProposal>
  /** Another port, for a service port that cannot have its own. */
  forPort(party: ConflictParty, listener: string): Iterable<FixProposal>
}

interface ProxySubject {
  readonly mesh: MeshFacts
  readonly view: RuleView
  readonly proposer: Proposer
}

/** One host as a proxy sees it. */
export interface HostSubject extends ProxySubject {
  readonly host: string
  /**
   * Its services that the egress listeners import, in their order, each once; entries of one host apart. Empty for a host
   * that only routes lead to.
   */
  readonly services: readonly Service[]
  /** What its clusters are made of: these services as istiod merges them. */
  readonly merged: Service | undefined
  /** All services of the host in the mesh, those that the proxy does not see included. */
  readonly declared: readonly Service[]
  /** Its ports that no listener is made for, with the reason; conflicts are not among them. */
  readonly skipped: readonly SkippedPort[]
  /** Some listener or route leads to this port of the host. */
  readonly isReached: (port: number) => boolean
  /** How many endpoints the cluster of this port of `merged` gets; 0 when its policy passes connections through. */
  readonly dnsEndpointCount: (port: Port) => number
}

/** One outbound listener of a proxy as decided: what it holds, and who lost a place in it. */
export interface ListenerSubject extends ProxySubject {
  readonly entry: ListenerEntry
  /** The losers are reached by nothing else. */
  readonly conflicts: readonly Conflict[]
  /** For a listener of all addresses: the ports of headless Services with its number, which listen by pod. */
  readonly headless: readonly PortRef[]
  /** Another listener, one of whose further addresses is the address of this one. */
  readonly sameAddress: ListenerEntry | undefined
  /** The port of one side of its conflicts, as the proxy sees it. */
  readonly portOf: (party: ConflictParty) => Port | undefined
}

/** One ingress listener of the Sidecar that applies to a proxy. */
export interface IngressSubject extends ProxySubject {
  readonly sidecar: SidecarResource
  /** Of the listener, such as `0.0.0.0_8080`. */
  readonly name: string
  readonly port: InboundPort
  /** The outbound listener of the same address and port. */
  readonly outbound: ListenerEntry | undefined
}
