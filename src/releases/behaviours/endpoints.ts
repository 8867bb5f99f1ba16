import type { Behaviour } from '../behaviour.ts'

/** What endpoints say of themselves, and which of them a proxy is told of. */
export const ENDPOINTS = {
  'group-workload-name': {
    does: 'An auto-registered WorkloadEntry is known by the name of its WorkloadGroup, not by its own.',
    touches: ['cds', 'eds'],
    since: ['1.25.0'],
    upgrade: 'Telemetry of virtual machines names the group: dashboards that filter by entry names need the new name.',
    source: '#54340',
  },
  'traffic-distribution': {
    does: 'The traffic distribution of a Service or ServiceEntry (field or annotation) makes proxies prefer close endpoints and send unhealthy ones.',
    touches: ['cds', 'eds'],
    since: ['1.25.0'],
    upgrade:
      'Services with PreferClose keep traffic in the zone where there are healthy endpoints; remove the annotation or field to spread it as before.',
    source: '#54715',
  },
  'traffic-distribution-by-node': {
    does: 'Traffic distributions PreferSameZone and PreferSameNode are known beside PreferClose.',
    touches: ['cds', 'eds'],
    since: ['1.27.0'],
    upgrade: 'Services that ask for PreferSameZone or PreferSameNode keep traffic there; before, it was spread.',
    source: '#56042',
  },
  'traffic-distribution-of-namespaces': {
    does: "A Namespace's annotation networking.istio.io/traffic-distribution is the default of its services.",
    touches: ['cds', 'eds'],
    since: ['1.30.0'],
    upgrade: 'Services in such namespaces prefer close endpoints.',
    source: '#58701',
  },
  'resolved-host-cluster': {
    does: "The endpoint of a ServiceEntry that is resolved by its host's name carries istiod's cluster.",
    touches: ['cds'],
    since: ['1.26.0'],
    upgrade: 'Telemetry shows a destination cluster for hosts that are resolved by DNS.',
    source: '#55816',
  },
  'entry-workload-names': {
    does: 'Endpoints of ServiceEntries that select no workloads carry the name and namespace of their entry, and follow PeerAuthentications of that namespace.',
    touches: ['cds', 'eds'],
    since: ['1.30.0'],
    upgrade: 'Telemetry names the destination workload of such endpoints (ENTRY-INDEX) where it was unknown before.',
    source: '#58951',
  },
  'gateways-without-own-network': {
    does: 'A proxy that states no network reaches endpoints of a network that has gateways through these gateways.',
    touches: ['eds', 'cds'],
    since: ['1.30.0'],
    upgrade:
      'Proxies without ISTIO_META_NETWORK in a mesh of several networks no longer dial pod addresses of other networks; endpoints without mTLS there are left out.',
    source: '#58613',
  },
  'unhealthy-endpoints': {
    does: 'Endpoints that are not ready are sent as unhealthy, and no cluster falls back to them (healthyPanicThreshold 0).',
    touches: ['cds', 'eds'],
    since: ['1.31.0'],
    setting: { variable: 'PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS', on: true },
    upgrade:
      'Proxies know of endpoints that are not ready; when none is ready requests fail at once. PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS=false keeps the old way.',
    source: '#60690',
  },
  'tls-mode-of-subsets': {
    does: 'A subset without TLS settings has the TLS mode of its rule, also where endpoints are told which mode they take.',
    touches: ['eds', 'cds'],
    since: ['1.31.0'],
    upgrade: 'Endpoints of such subsets are reached as the rule says, through gateways of other networks too.',
    source: '#60792',
  },
  'other-networks-last': {
    does: 'With failover by topology.istio.io/network first, all endpoints of the own network come before those of others, in the order of the other labels.',
    touches: ['eds', 'cds'],
    since: ['1.31.0'],
    upgrade:
      'Endpoints of other networks get priorities of their own; this includes services with a traffic distribution.',
    source: '#60829',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
