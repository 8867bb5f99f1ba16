import type { Behaviour } from '../behaviour.ts'

/** Clusters. */
export const CLUSTERS = {
  'dns-resolver-options': {
    does: "Clusters that are resolved by DNS spread their queries (dnsJitter) and renew the resolver's connection after 100 queries (typedDnsResolverConfig).",
    touches: ['cds'],
    since: ['1.25.0'],
    upgrade:
      'DNS load of many proxies is spread; PILOT_DNS_JITTER_DURATION and PILOT_DNS_CARES_UDP_MAX_QUERIES set the figures.',
    source: '#53806, #53912',
  },
  'tracks-remaining': {
    does: 'Circuit breakers publish how much is left before they open (trackRemaining).',
    touches: ['cds'],
    until: ['1.29.0'],
    setting: { variable: 'DISABLE_TRACK_REMAINING_CB_METRICS', on: false },
    upgrade:
      'The metrics remaining_cx, remaining_pending, remaining_rq and remaining_retries of Envoy are gone unless DISABLE_TRACK_REMAINING_CB_METRICS=false.',
    source: '#58070',
  },
  'auto-sni': {
    does: 'TLS of a DestinationRule without an SNI takes the requested host as SNI, and verifies it.',
    touches: ['cds'],
    since: ['1.20.0'],
    setting: { variable: 'ENABLE_AUTO_SNI', on: true },
    upgrade: 'None. From 1.26 on ENABLE_AUTO_SNI=false has no effect.',
    source: '#55568',
  },
  'config-map-credentials': {
    does: 'Sidecars use authorities in a ConfigMap (credentialName configmap://NAMESPACE/NAME) of any DestinationRule.',
    touches: ['cds', 'validation'],
    since: ['1.26.0'],
    upgrade: 'Such rules have an effect; before, sidecars spoke plain text to these hosts.',
    source: '#55545',
  },
  'header-case-of-passthrough': {
    does: 'The setting preserveHttp1HeaderCase applies to PassthroughCluster and InboundPassthroughCluster, too.',
    touches: ['cds'],
    since: ['1.28.0'],
    upgrade: 'Headers to unknown hosts keep their case where the proxy configuration asks for it.',
    source: '#57367',
  },
  'http2-upgrade-first': {
    does: 'An upgrade to HTTP/2 comes before the connection pool, so that limits such as maxConcurrentStreams apply, and does not replace other protocol options.',
    touches: ['cds'],
    since: ['1.28.0'],
    upgrade: 'Limits of HTTP/2 connections apply to upgraded clusters; before, an upgrade dropped them.',
    source: '#57533, #57569',
  },
  'retry-budget-in-percent': {
    does: 'A retryBudget without percent lets 20 percent of the requests be retries; before, it was 0.2 percent.',
    touches: ['cds'],
    since: ['1.28.6', '1.29.2', '1.30.0'],
    upgrade: 'Such budgets allow a hundred times as many retries. State percent to keep a budget.',
    source: '#59505',
  },
  'retry-budget-of-subsets': {
    does: 'The retryBudget of a DestinationRule also applies to its subsets, and that of a subset to it.',
    touches: ['cds'],
    since: ['1.29.2', '1.30.0'],
    upgrade: 'Subsets whose policy is laid over that of the rule have a retry budget; before, they had none.',
    source: '#59668',
  },
  'label-failover-of-dns-clusters': {
    does: 'failoverPriority applies to clusters that are resolved by DNS, too.',
    touches: ['cds'],
    since: ['1.30.0'],
    upgrade: 'Endpoints of such clusters get priorities by their labels.',
    source: '#58674',
  },
  'connect-strategy': {
    does: 'The annotation istio.io/connect-strategy: RACE_FIRST_TCP_CONNECT makes proxies try all addresses of a resolved host at once.',
    touches: ['cds'],
    since: ['1.30.0'],
    upgrade: 'Entries with this annotation become clusters of type LOGICAL_DNS for both IP families.',
    source: '#59083',
  },
  'unverified-mesh-tls': {
    does: 'insecureSkipVerify has an effect with TLS mode ISTIO_MUTUAL, and with certificates that the proxy was given.',
    touches: ['cds'],
    since: ['1.30.0'],
    upgrade: 'Rules that state it no longer verify the server.',
    source: '#58688',
  },
  'external-credentials-by-name': {
    does: 'A credentialName sds://NAME for which there is no SDS server means the Secret NAME.',
    touches: ['cds', 'lds'],
    since: ['1.30.1', '1.31.0'],
    upgrade: 'None where an SDS server is configured; before, no Secret had such a name.',
    source: '#60272',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
