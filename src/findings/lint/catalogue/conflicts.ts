/** Rules about services that lose their listener to each other. */
import type { Catalogue } from '../rule.ts'

export const CONFLICT_ENTRIES = {
  'tcp-port-conflict': {
    severity: 'error',
    title: 'TCP services without an address of their own share one listener',
    description:
      'Two or more TCP services that a proxy sees have no address to tell them apart, so they share one listener for ' +
      'the whole port. The first one gets every connection to the port: the service that fewer namespaces see, then ' +
      'the oldest, then the first by name. Connections meant for the others reach its servers. Each loser is ' +
      'reported once, and not by the rules about missing addresses.',
    howToFix:
      'Give each entry its own address (spec.addresses), let proxies capture DNS so that automatic addresses take ' +
      'effect (ISTIO_META_DNS_CAPTURE), use different ports, or separate the entries with exportTo.',
    answersTo: [],
    issues: [6695, 11741, 57539],
  },
  'tcp-catch-all': {
    severity: 'info',
    title: 'One TCP service takes a whole port',
    description:
      "In a proxy's listener 0.0.0.0_PORT, a filter chain that matches everything leads to this service, because the " +
      'service states nothing that tells it apart: it has a range of all addresses, a wildcard host without an ' +
      'address, or an address that the proxy cannot use. The service takes every TCP connection to the port without ' +
      'a more specific listener, whatever its destination, so those connections reach the wrong servers. Entries ' +
      'that could have an address and have none are reported by tcp-address-required and vip-without-capture; ' +
      'entries that lost the port to another service by tcp-port-conflict. Where another service lost the listener to ' +
      'this one, only the loss is reported, as an error that points here.',
    howToFix:
      'Give the entry an address or a narrower range (spec.addresses), and name the hosts. If several ports are ' +
      'affected, only the first is reported; an address fixes them all.',
    answersTo: [],
    issues: [29992, 13349, 30266],
  },
  'vip-without-capture': {
    severity: 'info',
    title: 'An automatic address has no effect, because proxies do not capture DNS',
    description:
      'istiod has assigned an automatic address to the entry and shows it in status.addresses, but only proxies that ' +
      'capture DNS use it. For all other proxies the entry has no address, and its TCP port is the default filter ' +
      'chain of the listener 0.0.0.0_PORT: every TCP connection to that port without a more specific listener is ' +
      "sent to this entry's servers, whatever its destination (all but plain HTTP if the port states no protocol). " +
      'Where another service lost the listener to this entry, only the loss is reported, as an error that points here ' +
      '(tcp-port-conflict and its relatives). The other entries have one finding together, with their number: they ' +
      'have one cause.',
    howToFix:
      'Let proxies capture DNS (ISTIO_META_DNS_CAPTURE in defaultConfig.proxyMetadata or in the annotation ' +
      'proxy.istio.io/config), or set spec.addresses to addresses at which clients really reach the entry.',
    answersTo: [],
    issues: [59599],
  },
  'tcp-address-required': {
    severity: 'info',
    title: 'A TCP port has neither an address nor an automatic one',
    description:
      'The port is TCP or has no protocol, the entry has no addresses, and it gets no automatic address: its ' +
      'resolution is NONE, it opts out by label, or istiod or its proxies do not use automatic addresses. So the ' +
      'entry takes every TCP connection to the port without a more specific listener, whatever its destination. With ' +
      'resolution NONE these connections keep their destination, but get the policies, mTLS settings and telemetry ' +
      'of this entry. If an automatic address exists but is not used, vip-without-capture reports it; if the entry ' +
      'lost its port, tcp-port-conflict does. Where another service lost the listener to this entry, only the loss is ' +
      'reported, as an error that points here.',
    howToFix:
      'Set the addresses or ranges of the servers (spec.addresses), let the entry have an automatic address, or set ' +
      'a protocol that names its host (TLS, HTTP). If several ports have no address, only the first is reported.',
    answersTo: ['IST0133', 'IST0134'],
    issues: [],
  },
  'shared-vip-port': {
    severity: 'error',
    title: 'Two hosts have the same address and TCP port',
    description:
      'Two hosts declare the same address or range and the same TCP port, or their entries have the same automatic ' +
      'address stored. A listener has one address and one port, so the host that comes first gets it. The name of ' +
      'the other host still resolves, but its connections reach the servers of the first.',
    howToFix: 'Give each host its own address, or one of them another port; remove a copied status.addresses.',
    answersTo: [],
    issues: [],
  },
  'server-first-conflict': {
    severity: 'error',
    title: 'MySQL or MongoDB shares a port with another protocol',
    description:
      'MySQL and MongoDB servers speak first, so a listener for one of these protocols cannot be shared with any ' +
      'other protocol, including HTTP. The service that comes first gets the port, and istiod drops the other one ' +
      'entirely: its connections go to the first service.',
    howToFix:
      'Give the entries their own addresses or different ports, or declare the same protocol (TCP) for both and give ' +
      'each its own address.',
    answersTo: [],
    issues: [],
  },
  'http-tcp-same-port': {
    severity: 'warning',
    title: 'HTTP and TCP in one listener',
    description:
      'A TCP service without its own address shares the listener of a port with HTTP services or with ports that ' +
      "state no protocol. To tell them apart, the proxy waits for the client's first bytes, so connections stall if " +
      'the server speaks first. The finding is an error if one of the two is left out of the listener: its ' +
      'connections go to the other one.',
    howToFix: 'Give the TCP service its own address, or another port.',
    answersTo: [],
    issues: [35242],
  },
  'headless-port-collision': {
    severity: 'warning',
    title: 'A headless Service shares a port with another service',
    description:
      'Proxies have a listener for each known pod of a headless Service, and none for the Service itself. If another ' +
      "TCP service holds the whole port, connections to pods that the proxy does not know yet, or to the proxy's own " +
      'pod, reach the servers of that service. If two headless Services have the same pods and port, one of them ' +
      'loses its listeners, and its policies have no effect.',
    howToFix:
      'Give the service that holds the port its own address, or one of the two another port; let only one headless ' +
      'Service select the pods.',
    answersTo: [],
    issues: [5992, 27018, 10456],
  },
  'reserved-port': {
    severity: 'warning',
    title: 'A port that proxies use themselves',
    description:
      'Proxies themselves listen on some ports (15001, 15006, and those for status and metrics), and create no ' +
      'listener for HTTP services there. Nothing leads to the port: connections are dropped on 15001 and treated as ' +
      'connections to an unknown destination elsewhere. The same is true for ports below 1024 of unprivileged pods ' +
      'whose proxy binds them itself. TCP on 15001 and 15006 is worse, see envoy-rejects.',
    howToFix: 'Use another port, and targetPort for the port of the servers.',
    answersTo: [],
    issues: [],
  },
  'envoy-rejects': {
    severity: 'error',
    title: 'Envoy rejects what istiod sends',
    description:
      'istiod accepts the manifests, but Envoy rejects the generated configuration: a second listener on the same ' +
      'address and port (0.0.0.0:15001, which the proxy itself uses, or an ingress listener of a Sidecar at the ' +
      'address of an outbound one), two filter chains that match the same connections, or a LOGICAL_DNS cluster with ' +
      'more than one endpoint. Running proxies keep their old configuration and do not receive later changes either; ' +
      'new proxies may not become ready.',
    howToFix:
      'Move the entry to another port or give it an address; make sure that server names and ranges of different ' +
      'routes do not overlap; use resolution DNS for hosts with several endpoints.',
    answersTo: [],
    issues: [],
  },
  'order-dependent': {
    severity: 'warning',
    title: 'Two HTTP hosts declare one address, and istiod picks either',
    description:
      'Two HTTP hosts on one port declare the same address. Requests that name the address instead of a host go to the ' +
      'host that istiod takes first when it makes the routes, which no field of a manifest decides and which can ' +
      'change with every push. Conflicts in which the age of the objects decides have one finding, of the rule that ' +
      'reports the loser.',
    howToFix:
      'Give each host its own address (spec.addresses), let one entry declare both hosts, or route one of the hosts ' +
      'with a VirtualService, whose routes come first.',
    answersTo: [],
    issues: [],
  },
} as const satisfies Catalogue
