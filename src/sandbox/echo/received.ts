/** What an echo server answers: who it is and what arrived. */

export interface ReceivedTls {
  readonly sni: string
  /** What the client offered. */
  readonly alpn: readonly string[]
  readonly version?: string
  /** The subject alternative names of the client's certificate; absent without a certificate. */
  readonly client?: string
}

export interface ReceivedRequest {
  readonly version: '1.1' | '2'
  readonly method: string
  readonly path: string
  readonly host: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Who answers a connection. */
export interface Place {
  /** `address:port`, as the proxy wrote it. */
  readonly endpoint: string
  /** `Pod shop/web-1`; absent outside of the mesh. */
  readonly workload?: string
  /** The last proxy on the way; '' if the connection came past the proxy. */
  readonly proxy: string
  /** The cluster by which that proxy sent the connection. */
  readonly cluster: string
}

export interface Received extends Place {
  /** Set if the connection came in TLS. */
  readonly tls?: ReceivedTls
  readonly http?: ReceivedRequest
  /** The first bytes of a connection that is not HTTP, as text. */
  readonly text?: string
}
