import type { Behaviour } from '../behaviour.ts'

/** Listeners, and which of its services a proxy receives traffic for. */
export const LISTENERS = {
  'tls-inspector-for-http': {
    does: 'Outbound listeners of HTTP ports look for TLS first (listener filter tls_inspector).',
    touches: ['lds'],
    until: ['1.25.0'],
    upgrade: 'None: connections to HTTP ports are no longer inspected for TLS.',
    source: '#54080',
  },
  'connection-limit': {
    does: 'virtualOutbound, virtualInbound and the listeners of gateways take one connection for each socket event (maxConnectionsToAcceptPerSocketEvent).',
    touches: ['lds'],
    since: ['1.26.0'],
    upgrade:
      'New connections are spread more evenly over worker threads; MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP sets the figure, 0 removes the limit.',
    source: '#55817',
  },
  'connection-limit-of-bound-ports': {
    does: 'Outbound listeners that bind their port themselves have the limit of connections for each socket event too.',
    touches: ['lds'],
    since: ['1.28.0'],
    upgrade: 'As for virtualOutbound, for proxies with interception mode NONE and for Sidecar listeners that bind.',
    source: '#57717',
  },
  'targets-from-metadata': {
    does: 'A sidecar that is not a pod of a cluster that istiod reads gets its inbound clusters and filter chains at once, from the labels in its metadata.',
    touches: ['lds', 'cds'],
    since: ['1.31.0'],
    upgrade:
      'Before, such a sidecar had no inbound configuration until the next full push; pods that istiod knows are not concerned.',
    source: '#60568',
  },
  'auto-detected-ports-merge': {
    does: 'When several services of unknown protocol share a wildcard port, the TCP filter chains of each are added; before, the first service kept the port alone.',
    touches: ['lds'],
    since: ['1.32.0'],
    upgrade:
      'TCP connections to such a port that went to the PassthroughCluster reach the cluster of the last service of the port.',
    source: '#60642',
  },
  'header-case-beside-options': {
    does: 'The setting preserveHttp1HeaderCase leaves the other options of HTTP/1 as they are.',
    touches: ['lds'],
    since: ['1.25.5', '1.26.4', '1.27.1', '1.28.0'],
    upgrade: 'HTTP/1.0 and absolute URLs are accepted again by proxies that keep the case of headers.',
    source: '#57533',
  },
  'gateway-binds-apart': {
    does: 'Servers of a gateway with one port and different bind addresses do not affect each other, and a plain-text server keeps its place beside a TLS server of the port.',
    touches: ['lds', 'rds'],
    since: ['1.26.8', '1.27.4', '1.28.1', '1.29.0'],
    upgrade: 'Plain HTTP beside TLS on one port of a gateway gets its routes; before, requests found none.',
    source: '#57707',
  },
  'tls-defaults-of-gateways': {
    does: "The mesh's tlsDefaults.minProtocolVersion applies to servers of gateways as it is written; before, TLSV1_2 gave TLS 1.0 and TLSV1_3 gave TLS 1.1.",
    touches: ['lds'],
    since: ['1.27.6', '1.28.4', '1.29.1', '1.30.0'],
    upgrade: 'Clients that speak only older versions than the mesh configuration states are refused.',
    source: '#58912',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
