import type { Behaviour } from '../behaviour.ts'

/** What endpoints contain, and which of them a proxy receives. */
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
      'Proxies know of endpoints that are not ready; when none is ready requests fail at once. PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS=false keeps the old behaviour.',
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
  'close-to-the-subzone': {
    does: 'Traffic distribution PreferClose prefers endpoints of the own subzone over others of the zone.',
    touches: ['eds', 'cds'],
    since: ['1.25.0'],
    until: ['1.27.0'],
    upgrade: 'PreferClose is now PreferSameZone: traffic is spread over the subzones of a zone.',
    source: '#55046',
  },
  'own-network-label': {
    does: "A workload's own label topology.istio.io/network stands, whatever network istiod computes for it.",
    touches: ['eds', 'cds'],
    since: ['1.25.0'],
    upgrade: 'Subsets and failover by this label see what the workload states.',
    source: '#54513',
  },
  'topology-locality-label': {
    does: 'The label topology.istio.io/locality states the locality of a workload, before istio-locality.',
    touches: ['eds', 'cds'],
    since: ['1.29.0'],
    upgrade: 'Workloads that have the label move to the locality that it states.',
    source: '#58186',
  },
  'ports-of-native-sidecars': {
    does: 'A named targetPort is looked up in native sidecars (initContainers with restartPolicy Always), too.',
    touches: ['eds', 'lds', 'cds'],
    since: ['1.28.5', '1.29.1', '1.30.0'],
    upgrade: 'Services whose targetPort is a port of a native sidecar get endpoints.',
    source: '#59142',
  },
  'network-gateways-with-port': {
    does: 'A Service with the label topology.istio.io/network is a network gateway only when it has the port for it (15443 or that of its label), or port 15008.',
    touches: ['eds', 'cds'],
    since: ['1.29.0'],
    upgrade:
      'Labelled Services without such a port are no longer gateways: if one of them is, state its port in the label networking.istio.io/gatewayPort.',
    source: '#58131',
  },
  'network-of-unselected-namespace': {
    does: "The network label of istiod's namespace is read even when discoverySelectors leave that namespace out.",
    touches: ['eds', 'cds'],
    since: ['1.25.4', '1.26.3', '1.27.0'],
    upgrade: 'Endpoints get the network of the label: those of other networks are reached through gateways.',
    source: '#56687',
  },
  'gateways-of-own-family': {
    does: 'A proxy reaches other networks through gateways of its own IP family only.',
    touches: ['eds', 'cds'],
    since: ['1.30.0'],
    upgrade:
      'An IPv4 proxy no longer gets IPv6 gateways, and the other way round; each network needs one of each family.',
    source: '#59767',
  },
  'pods-by-address': {
    does: 'A proxy whose ID names no pod stands for the pod at its address.',
    touches: ['nds', 'dns', 'lds', 'cds', 'eds', 'rds'],
    until: ['1.27.0'],
    setting: { variable: 'ENABLE_PROXY_FIND_POD_BY_IP', on: true },
    upgrade:
      'Proxies that run outside of their pod, or with an ID of their own, state their labels in ISTIO_METAJSON_LABELS; ENABLE_PROXY_FIND_POD_BY_IP=true keeps the old behaviour.',
    source: '#56502',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
