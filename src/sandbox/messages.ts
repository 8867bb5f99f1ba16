/**
 * What the two processes of a sandbox ask each other. The outer one computes; the inner one runs in the namespaces, has
 * all sockets and starts all programs.
 */

import type { Transport } from '../serving/responder.ts'
import type { Received } from './echo/received.ts'
import type { Sender } from './network/sources.ts'
import type { Certificate } from './pki.ts'
import type { Arrival, Probe } from './probe.ts'

/** Who is at an address. */
export interface Workload {
  /** `Pod shop/web-1` */
  readonly name: string
  /** `spiffe://...`; undefined without a proxy. */
  readonly identity: string | undefined
}

/** Everything that may change while a sandbox runs. */
export interface EchoPlan {
  /** Rules for nft. */
  readonly rules: string
  /** Ports of endpoints, with those at which their echo servers listen. */
  readonly ports: ReadonlyMap<number, number>
  /** By the index in the source address of their connections. */
  readonly senders: ReadonlyMap<number, Sender>
  readonly workloads: ReadonlyMap<string, Workload>
}

export interface EnvoyStart {
  /** Of the proxy. */
  readonly name: string
  readonly folder: string
  readonly adminPort: number
}

export interface InsidePlan {
  /** Of the client's pod; the first one is where its connections come from. */
  readonly addresses: readonly string[]
  readonly echo: EchoPlan
  /** Files that replace those of the machine, by the path of the original. */
  readonly mounts: ReadonlyMap<string, string>
  readonly binary: string
  readonly envoys: readonly EnvoyStart[]
  /** A socket at which the machine reaches Envoy's administration; undefined if nobody asks. */
  readonly adminSocket: string | undefined
}

export interface CertificateRequest {
  readonly authority: 'mesh' | 'outside'
  readonly names: readonly string[]
}

export interface DnsRequest {
  /** The proxy's own server, or the resolver behind it. */
  readonly server: 'agent' | 'upstream'
  readonly message: Uint8Array
  readonly transport: Transport
}

export interface CommandRequest {
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** How a command ended: with a code, or by a signal. */
export interface CommandEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** Why a command did not start, such as `ENOENT`. */
export interface CommandFailure {
  readonly failure: string
}

/** Statistics of clusters: attempts to connect without an endpoint, and all connections. */
export type ClusterCounter = 'upstream_cx_none_healthy' | 'upstream_cx_total'

/** What the inner process answers. */
export interface InsideHandlers {
  setUp(plan: InsidePlan): Promise<void>
  update(plan: EchoPlan): Promise<void>
  /** Starts and ends Envoys, so that exactly these run. */
  keepEnvoys(envoys: readonly EnvoyStart[]): Promise<void>
  probe(probe: Probe): Promise<Arrival>
  /** The clusters whose counter is above zero in the statistics of the client's Envoy. */
  counted(counter: ClusterCounter): Promise<readonly string[]>
  run(command: CommandRequest): Promise<CommandEnd | CommandFailure>
  signal(signal: NodeJS.Signals): void
}

/** What the outer process answers. */
export interface OutsideHandlers {
  /** undefined: no answer. */
  dns(request: DnsRequest): Uint8Array | undefined
  certificate(request: CertificateRequest): Promise<Certificate & { readonly ca: string }>
  answered(received: Received): void
}
