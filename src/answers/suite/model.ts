/** Suites of traces that are asserted: what a test asks, and what it expects. */
import type { Outcome } from '../../simulation/step.ts'
import type { Location } from '../../sources/location.ts'

/** A request as a suite states it; one of `url`, `tcp` and `dns`. */
export interface SuiteRequest {
  readonly url?: string | undefined
  readonly tcp?: string | undefined
  readonly dns?: string | undefined
  readonly method?: string | undefined
  readonly headers?: ReadonlyMap<string, string> | undefined
  readonly sni?: string | undefined
  readonly alpn?: readonly string[] | undefined
  readonly serverFirst?: boolean | undefined
}

/** Expectations, each of which is optional. */
export interface Expectations {
  readonly outcome?: Outcome | undefined
  readonly cluster?: string | undefined
  /** The Host header that the endpoint sees. */
  readonly host?: string | undefined
  readonly path?: string | undefined
  readonly subset?: string | undefined
  /** Percent by cluster or subset. */
  readonly weights?: ReadonlyMap<string, number> | undefined
  /** Addresses with or without a port, or workloads as `NAME.NAMESPACE`; all of them must be there. */
  readonly endpoints?: readonly string[] | undefined
  /** An address, or whether there is one. */
  readonly resolves?: string | boolean | undefined
  readonly tls?: string | undefined
  /** Of the request that the endpoint gets; null for a header that must not be there. */
  readonly headers?: ReadonlyMap<string, string | null> | undefined
  readonly status?: number | undefined
  readonly location?: string | undefined
  readonly timeout?: string | undefined
  readonly listener?: string | undefined
  readonly route?: string | undefined
  /** Names of what the client's own proxy, or the gateway, chooses. */
  readonly filterChain?: string | undefined
  readonly virtualHost?: string | undefined
  readonly routeConfiguration?: string | undefined
  /** The name of the filter chain with which the workload's proxy takes the connection. */
  readonly inbound?: string | undefined
  /** A part of the last line of the trace. */
  readonly text?: string | undefined
  /** Proxies from which the same request must not arrive. */
  readonly notFrom?: readonly string[] | undefined
}

/** A destination of a test of istio-config-validator. */
export interface WantedRoute {
  readonly host: string
  readonly port: number | undefined
  readonly subset: string
  /** undefined when it is the only one. */
  readonly weight: number | undefined
}

interface WantedRedirect {
  readonly uri: string | undefined
  readonly authority: string | undefined
  readonly scheme: string | undefined
  readonly port: number | undefined
  readonly status: number | undefined
}

interface WantedRewrite {
  readonly uri: string | undefined
  readonly authority: string | undefined
  /** An expression, and what it is replaced with. */
  readonly regex: { readonly match: string | undefined; readonly rewrite: string | undefined } | undefined
}

interface WantedFault {
  readonly abort: { readonly status: number | undefined; readonly percent: number | undefined } | undefined
  readonly delay: { readonly duration: string | undefined; readonly percent: number | undefined } | undefined
}

/** Headers that a route sets or adds, and those that it removes. */
export interface WantedHeaders {
  readonly set: ReadonlyMap<string, string>
  readonly removed: readonly string[]
}

/** What a test of istio-config-validator says about the route of a request. */
export interface WantedMatch {
  /** Whether the route must be as stated, or must differ. */
  readonly want: boolean
  readonly routes: readonly WantedRoute[] | undefined
  readonly redirect: WantedRedirect | undefined
  /** The name of the VirtualService that has the route, perhaps as `NAMESPACE/NAME`. */
  readonly delegate: string | undefined
  readonly rewrite: WantedRewrite | undefined
  readonly fault: WantedFault | undefined
  readonly requestHeaders: WantedHeaders
  readonly responseHeaders: WantedHeaders
}

/** One request with its expectations; a table of requests makes several. */
export interface SuiteTest {
  readonly name: string
  /** As `--proxy` takes it, `gateway/NAME`, or `outside`; undefined for a synthetic sidecar. */
  readonly from: string | undefined
  /** Of a synthetic sidecar. */
  readonly namespace: string | undefined
  readonly request: SuiteRequest
  readonly expect: Expectations
  /** Set instead of expectations. */
  readonly match: WantedMatch | undefined
  /** Why it is not run; undefined when it is. */
  readonly skip: string | undefined
  readonly only: boolean
  readonly location: Location
}

export interface Suite {
  readonly file: string
  /** Paths relative to the file; empty for those of the command line. */
  readonly inputs: readonly string[]
  readonly remotes: ReadonlyMap<string, string>
  readonly namespace: string | undefined
  readonly istioVersion: string | undefined
  readonly istiodEnv: ReadonlyMap<string, string>
  readonly meshConfig: string | undefined
  /** Node metadata of every proxy. */
  readonly metadata: ReadonlyMap<string, string>
  readonly resolve: ReadonlyMap<string, string>
  readonly tests: readonly SuiteTest[]
}
