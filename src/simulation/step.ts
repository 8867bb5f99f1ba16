/** What a trace consists of. */
import { once } from '../common/once.ts'
import type { Origin } from '../envoy/explained.ts'
import type { Location } from '../sources/location.ts'
import type { Connection } from './connection.ts'
import type { Route } from './resources.ts'
import type { Endpoint } from './steps/endpoints.ts'
import type { TlsMode } from './steps/transport.ts'

export type Stage =
  | 'dns'
  | 'capture'
  | 'listener'
  | 'filterChain'
  | 'virtualHost'
  | 'route'
  | 'cluster'
  | 'endpoints'
  | 'authorization'
  | 'inbound'
  | 'gateway'

/** Something that might have decided instead. */
export interface Lost {
  readonly what: string
  readonly why: string
  readonly location?: Location | undefined
}

/** One decision, with the rule and the objects behind it. Texts have no full stop. */
export interface Step {
  readonly stage: Stage
  readonly result: string
  readonly reason: string
  /** The name of the resource of Envoy that was chosen. */
  readonly resource?: string | undefined
  readonly origins: readonly Origin[]
  readonly lost?: readonly Lost[] | undefined
  /** The external providers (action CUSTOM) that decide here; the trace goes on as if they allowed it. */
  readonly asks?: readonly string[]
}

type Explained = Omit<Step, 'stage' | 'resource' | 'asks'>

/** A step that is put into words when one of its texts is read, because a suite prints only the traces that fail. */
class LateStep implements Step {
  readonly stage: Stage
  readonly resource: string | undefined
  readonly #explained: () => Explained

  constructor(stage: Stage, resource: string | undefined, explain: () => Explained) {
    this.stage = stage
    this.resource = resource
    this.#explained = once(explain)
  }

  get result(): string {
    return this.#explained().result
  }

  get reason(): string {
    return this.#explained().reason
  }

  get origins(): readonly Origin[] {
    return this.#explained().origins
  }

  get lost(): readonly Lost[] | undefined {
    return this.#explained().lost
  }
}

/** @param resource the name of the resource of Envoy that was chosen */
export const lateStep = (stage: Stage, resource: string | undefined, explain: () => Explained): Step =>
  new LateStep(stage, resource, explain)

export const OUTCOMES = [
  'reached',
  'passthrough',
  'blackhole',
  'no-endpoints',
  'refused',
  'redirect',
  'direct-response',
  'not-captured',
  'no-address',
  'loop',
] as const

export type Outcome = (typeof OUTCOMES)[number]

/** The outcomes of a connection that gets to an endpoint, or to an address that is passed through. */
export const ARRIVES: ReadonlySet<Outcome> = new Set(['reached', 'passthrough'])

/** How a connection ends. */
export interface Ending {
  readonly outcome: Outcome
  /** The status of an answer that a proxy gives itself. */
  readonly status?: number | undefined
  /** Where a redirect leads. */
  readonly location?: string | undefined
  readonly text: string
}

/** An endpoint, and the connection that the proxy opens to it. */
export interface Target {
  readonly endpoint: Endpoint
  readonly sent: Connection
}

/** A cluster that gets a part of the connections or requests, each kind of TLS on its own. */
export interface Branch {
  /** In percent. */
  readonly weight: number
  readonly cluster: string
  /** '' without one. */
  readonly subset: string
  /** As the endpoint sees them; undefined if the proxy does not read the request. */
  readonly host: string | undefined
  readonly path: string | undefined
  readonly tls: TlsMode
  /** What goes on to the cluster, before an endpoint is chosen. */
  readonly sent: Connection
  readonly targets: readonly Target[]
  /** The cluster and its endpoints. */
  readonly steps: readonly Step[]
  readonly ending: Ending
}

/** The way through one proxy. */
export interface Hop {
  readonly steps: readonly Step[]
  readonly branches: readonly Branch[]
  /** The route of a request. */
  readonly route?: Route | undefined
  /** Set if the connection ends at this proxy. */
  readonly ending: Ending | undefined
}

/** A whole trace. */
export interface Trace {
  readonly steps: readonly Step[]
  /** Of the client's own proxy. */
  readonly branches: readonly Branch[]
  /** The route of a request at the client's own proxy. */
  readonly route?: Route | undefined
  readonly ending: Ending
  /** The target is a name that the proxy resolves to a service. */
  readonly isService: boolean
}

/** The external providers without whose consent a connection does not end as the trace says, in the order of the steps. */
export function askedProviders({ steps, ending }: Trace): readonly string[] {
  if (ending.outcome === 'refused') return []
  return [...new Set(steps.flatMap(({ asks = [] }) => asks))]
}
