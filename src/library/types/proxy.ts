import type { ConflictReport } from '../../answers/shapes/conflicts.ts'
import type { DnsAnswer } from '../../answers/shapes/dns.ts'
import type { Trace } from '../../answers/shapes/trace.ts'
import type { JsonObject, Problem, Source } from './source.ts'

/** Addresses of a name, with their origin. */
export interface NameSource extends Source {
  readonly addresses: readonly string[]
  /** An address of the Service or the entry, an automatic address, ready pods, or one pod. */
  readonly rule: 'cluster-ip' | 'own-address' | 'vip' | 'headless' | 'pod'
  /** The input does not state the addresses. */
  readonly assumed: boolean
}

/** A host of the name table that istiod sends to the proxy. */
export interface NameRecord {
  readonly host: string
  readonly addresses: readonly string[]
  readonly registry: 'Kubernetes' | 'External'
  /** The namespace and short name of a Kubernetes Service; absent otherwise. */
  readonly namespace?: string
  readonly shortname?: string
  readonly sources: readonly NameSource[]
}

/** A record of a DNS answer. */
export interface DnsRecord {
  /** In lower case, with its final dot. */
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'CNAME'
  /** In seconds. */
  readonly ttl: number
  /** An address, or the target of a CNAME. */
  readonly data: string
  /** The objects that state the address; empty for a CNAME. */
  readonly sources: readonly Source[]
}

/** Why a question is forwarded, or answered without a record. */
export interface DnsReason {
  readonly why: string
  /** The object that causes it. */
  readonly what?: string
  readonly location?: Source['location']
}

/** What the proxy's DNS server answers, with the origin of each record. */
export interface ExplainedDnsAnswer extends DnsAnswer {
  readonly records: readonly DnsRecord[]
  /** Empty if there are records. */
  readonly reasons: readonly DnsReason[]
}

/** A part of a message that has sources of its own. */
export interface EnvoyPart {
  /** Where it is in the message, such as `['virtualHosts', 0, 'routes', 1]`. */
  readonly path: readonly (string | number)[]
  readonly sources: readonly Source[]
}

/** A resource that istiod sends to the proxy. */
export interface EnvoyResource {
  /** What Envoy calls it: the name of a listener, cluster or route configuration, the cluster of an assignment. */
  readonly name: string
  /** The message as JSON, such as `vipctl dump` prints it. */
  readonly resource: JsonObject
  readonly sources: readonly Source[]
  /** Filter chains of a listener, virtual hosts and routes of a route configuration, endpoints of an assignment. */
  readonly parts: readonly EnvoyPart[]
}

/** Everything that Envoy gets. Each list is computed when it is first read. */
export interface EnvoyResources {
  readonly listeners: readonly EnvoyResource[]
  readonly clusters: readonly EnvoyResource[]
  readonly endpoints: readonly EnvoyResource[]
  readonly routes: readonly EnvoyResource[]
  /** Extensions that listeners ask for by name. */
  readonly extensions: readonly EnvoyResource[]
}

/** How conflicts are looked for. */
export interface ConflictSettings {
  /** Only conflicts of this port. */
  readonly port?: number | undefined
  /** false to look for no fixes, which is faster. */
  readonly fixes?: boolean | undefined
}

/** A request as data; the same as a line of `vipctl trace --batch`. */
export interface TraceRequest {
  /** A host or an address. */
  readonly address: string
  readonly port: number
  /** TLS that the client begins. */
  readonly tls?: { readonly sni?: string; readonly alpn?: readonly string[] } | undefined
  /** An HTTP request; absent for a TCP connection. */
  readonly http?:
    | {
        readonly method?: string
        /** The authority; that of the address by default. */
        readonly host?: string
        readonly path?: string
        readonly headers?: Readonly<Record<string, string>>
        /** The claims of the valid token that the request has. */
        readonly claims?: JsonObject
      }
    | undefined
  /** The client waits for the server to send first. */
  readonly serverFirst?: boolean | undefined
  /** The address that the client connects from. */
  readonly source?: string | undefined
  /** The identity of the client's proxy: `TRUSTDOMAIN/ns/NAMESPACE/sa/ACCOUNT`. */
  readonly principal?: string | undefined
}

/** How a request is followed. */
export interface TraceSettings {
  /** `gateway/NAME[.NAMESPACE]` for a client outside of the mesh that connects to this gateway, or `outside`. */
  readonly from?: string | undefined
  /** Addresses of names that the proxy does not answer itself. */
  readonly resolve?: Readonly<Record<string, string>> | undefined
  /** Whether every cluster of a weighted destination is followed, not only the heaviest. */
  readonly allBranches?: boolean | undefined
  /** How many proxies are followed after the first; 5 by default. */
  readonly depth?: number | undefined
}

/** What one proxy of a mesh gets from istiod. Answers are computed when they are first asked for. */
export interface Proxy {
  /** `sidecar of Deployment shop/web, DNS capture on` */
  readonly description: string
  readonly type: 'sidecar' | 'router'
  readonly namespace: string
  /** Whether queries of applications reach the proxy's DNS server. */
  readonly dnsCapture: boolean
  /** Problems with the proxy and with objects that its configuration refers to. */
  readonly problems: readonly Problem[]
  /** The names that the proxy's DNS server knows: what `vipctl nametable` prints. */
  nameTable(): readonly NameRecord[]
  /**
   * What the proxy's DNS server answers: what `vipctl dig` prints.
   * @param type a record type; `A` by default
   * @throws UserError for a name that no question can have, or an unknown type
   */
  dig(name: string, type?: string): ExplainedDnsAnswer
  /** Envoy's listeners, clusters, endpoints and routes: what `vipctl dump` prints, with origins. */
  resources(): EnvoyResources
  /** Ports that the proxy cannot reach, and fixes: what `vipctl conflicts` prints. */
  conflicts(settings?: ConflictSettings): ConflictReport
  /**
   * The way of a request or connection to its endpoint: what `vipctl trace` prints.
   * @param request `HOST:PORT`, a URL (http, https, grpc), or a request as data
   * @throws UserError for a request that cannot be
   */
  trace(request: string | TraceRequest, settings?: TraceSettings): Trace
}
