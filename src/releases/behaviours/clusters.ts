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
} as const satisfies Readonly<Record<string, Behaviour>>
