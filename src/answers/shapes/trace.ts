import type { Place, SourceObject } from './place.ts'

/** Something that might have decided instead. */
export interface TraceAlternative {
  readonly what: string
  readonly why: string
  readonly location?: Place
}

/** One decision on the way of a request. */
export interface TraceStep {
  readonly stage:
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
  readonly result: string
  /** The rule that decided, as a sentence without a full stop. */
  readonly reason: string
  /** The name of the resource of Envoy that was chosen. */
  readonly resource?: string
  /** The objects behind the decision. */
  readonly sources: readonly SourceObject[]
  readonly lost?: readonly TraceAlternative[]
}

/** An endpoint that a request may reach. */
export interface TraceEndpoint {
  /** An IP address, or a name that the proxy resolves itself. */
  readonly address: string
  readonly port: number
  readonly weight: number
  readonly priority: number
  /** `region/zone/subzone`; absent when it has none. */
  readonly locality?: string
  /** `NAME.NAMESPACE`; absent when it is not known. */
  readonly workload?: string
}

/** One cluster of a weighted destination; most requests have one. */
export interface TraceBranch {
  /** In percent. */
  readonly weight: number
  readonly cluster: string
  readonly subset?: string
  /** The authority and path that the endpoint sees; absent if the proxy does not read the request. */
  readonly host?: string
  readonly path?: string
  readonly tls: 'none' | 'passthrough' | 'simple' | 'mutual' | 'istio-mutual'
  readonly endpoints: readonly TraceEndpoint[]
}

/** The way of one request or connection. */
export interface Trace {
  /** As it was asked for. */
  readonly target: string
  /** The client's proxy, or the gateway. */
  readonly from: string
  readonly steps: readonly TraceStep[]
  readonly branches: readonly TraceBranch[]
  readonly outcome:
    | 'reached'
    | 'passthrough'
    | 'blackhole'
    | 'no-endpoints'
    | 'refused'
    | 'redirect'
    | 'direct-response'
    | 'not-captured'
    | 'no-address'
    | 'loop'
  /** External authorizers that decide too; the trace goes on as if they allowed the request. */
  readonly ifAllowedBy?: readonly string[]
  readonly detail: {
    /** The status of an answer that a proxy gives itself. */
    readonly status?: number
    /** Where a redirect leads. */
    readonly location?: string
    readonly text: string
  }
}
