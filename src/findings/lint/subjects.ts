/**
 * What each type of rule receives. Proxies in many namespaces see nearly the same, and only differing hosts and
 * listeners are checked again. So a check must depend on nothing but its subject, and these types do not include
 * anything else that a proxy sees.
 */
import type { AllocatedRegistry } from '../../allocation/allocation.ts'
import type { InboundPort, ListenerEntry, PortRef, SkippedPort } from '../../envoy/listeners/index.ts'
import type { SidecarResource } from '../../kinds/index.ts'
import type { Port, Service } from '../../registry/service.ts'
import type { IstioVersion } from '../../releases/version.ts'
import type { ScopeContext } from '../../scope/context.ts'
import type { EgressListenerView, ProxyView } from '../../scope/view.ts'
import type { Conflict, ConflictParty } from '../conflicts/index.ts'
import type { KnownElsewhere } from '../elsewhere.ts'
import type { Secrets } from '../gateways/secrets.ts'
import type { FixProposal } from './proposal.ts'

/** The facts that all proxies share. */
export interface MeshFacts {
  /** Has the snapshot, services and automatic addresses. */
  readonly registry: AllocatedRegistry
  readonly scope: ScopeContext
  /** The value of `--from-version`: the version that was installed before. */
  readonly fromVersion: IstioVersion | undefined
  /** What exists outside of the input; nothing when absent. */
  readonly known?: KnownElsewhere | undefined
  /** The Secrets of the input; undefined if they were not looked up. */
  readonly secrets?: Secrets | undefined
}

/** The parts of the proxy's view that a check may use: everything except its services and listeners. */
export type RuleView = Pick<ProxyView, 'proxy' | 'sidecar' | 'usesVips' | 'addressesOf'> & {
  readonly egressListeners: readonly Pick<EgressListenerView, 'spec' | 'virtualServiceOf'>[]
}

/** Proposals to fix a finding, computed when fixes are needed. */
export interface Proposer {
  /** For a service port that lost its place in a listener. */
  forLoss(conflict: Conflict, loser: ConflictParty): Iterable<FixProposal>
  /** For a service port that receives every connection to its port number. */
  forHolder(party: ConflictParty, listener: string): Iterable<FixProposal>
  /** Another port, for a service port that cannot have its own. */
  forPort(party: ConflictParty, listener: string): Iterable<FixProposal>
}

interface ProxySubject {
  readonly mesh: Pick<MeshFacts, 'registry' | 'scope'>
  readonly view: RuleView
  readonly proposer: Proposer
}

/** One host as a proxy sees it. */
export interface HostSubject extends ProxySubject {
  readonly host: string
  /**
   * Its services that the egress listeners import, in order and without duplicates; several entries are separate. Empty
   * for a host that only routes lead to.
   */
  readonly services: readonly Service[]
  /** These services as istiod merges them for clusters. */
  readonly merged: Service | undefined
  /** All services of the host in the mesh, including those that the proxy does not see. */
  readonly declared: readonly Service[]
  /** Its ports without a listener, with the reason; conflicts are not included. */
  readonly skipped: readonly SkippedPort[]
  /** Whether some listener or route leads to this port of the host. */
  readonly isReached: (port: number) => boolean
  /** The number of endpoints of this port's cluster; 0 when its policy passes connections through. */
  readonly dnsEndpointCount: (port: Port) => number
}

/** One planned outbound listener of a proxy: its content, and the services that lost a place in it. */
export interface ListenerSubject extends ProxySubject {
  readonly entry: ListenerEntry
  /** Conflicts whose losers are not reached otherwise. */
  readonly conflicts: readonly Conflict[]
  /** For a listener of all addresses: ports of headless Services with the same number, which have listeners per pod. */
  readonly headless: readonly PortRef[]
  /** Another listener that has this one's address as a further address. */
  readonly sameAddress: ListenerEntry | undefined
  /** The port of a party of its conflicts, as the proxy sees it. */
  readonly portOf: (party: ConflictParty) => Port | undefined
}

/** One ingress listener of the Sidecar that applies to a proxy. */
export interface IngressSubject extends ProxySubject {
  readonly sidecar: SidecarResource
  /** The listener's name, such as `0.0.0.0_8080`. */
  readonly name: string
  readonly port: InboundPort
  /** The outbound listener with the same address and port. */
  readonly outbound: ListenerEntry | undefined
}
