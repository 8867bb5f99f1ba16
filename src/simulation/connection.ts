/** Connections and requests as a client makes them. */
import type { JsonMapping } from '../sources/mapping.ts'

/** An HTTP request inside a connection. */
export interface HttpRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** The Host header, with or without a port. */
  readonly authority: string
  readonly scheme: 'http' | 'https'
  /** Names in lower case, without pseudo headers. */
  readonly headers: ReadonlyMap<string, string>
  readonly version: '1.1' | '2'
  /** The claims of the token that the client sends, which no proxy has checked yet. */
  readonly token?: JsonMapping | undefined
  /** The claims of a token that this proxy has checked. */
  readonly claims?: JsonMapping | undefined
}

/** How a client protects a connection. */
export interface ClientTls {
  readonly sni: string
  /** Application protocols that the client offers. */
  readonly alpn: readonly string[]
  /** Which certificate the client presents, if it is asked: none, its identity in the mesh, or another one. */
  readonly certificate: 'none' | 'mesh' | 'other'
}

/** A connection as it arrives at a proxy. */
export interface Connection {
  /** Where the client wants to go; undefined for an address that is not known. */
  readonly address: string | undefined
  readonly port: number
  /** The address that the connection comes from: the client's, or that of the proxy before; undefined when it is not known. */
  readonly source?: string | undefined
  /** The address of the client behind all proxies; undefined when it is not known. */
  readonly client?: string | undefined
  /** The identity of whom the connection comes from, as far as TLS with a certificate of the mesh shows it. */
  readonly identity?: string | undefined
  /** The identity that this proxy has seen. */
  readonly peer?: string | undefined
  /** The server name of TLS that this proxy has ended. */
  readonly serverName?: string | undefined
  readonly tls?: ClientTls | undefined
  /** The request, if it is HTTP; inside TLS if there is TLS. */
  readonly http?: HttpRequest | undefined
  /** The client waits for the server to send first. */
  readonly serverFirst?: boolean | undefined
}

/** What the first bytes of a connection show. */
export const protocolOf = ({ tls, http }: Connection): 'tls' | 'http' | 'tcp' => (tls ? 'tls' : http ? 'http' : 'tcp')
