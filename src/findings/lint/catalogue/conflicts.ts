/** Rules about services that take each other's place in listeners. */
import type { Catalogue } from '../rule.ts'

export const CONFLICT_ENTRIES = {
  'tcp-port-conflict': {
    severity: 'error',
    title: 'TCP services without an address of their own share one listener',
    description:
      'Two or more TCP services that a proxy sees have no address that it could tell them apart by, so that they meet ' +
      'in one listener of the whole port. The one that comes first gets every connection to the port: the one that ' +
      'fewer namespaces see, then the oldest, then the first by name. Connections that are meant for the others reach ' +
      'its servers. Each loser is reported once, and by no rule about missing addresses.',
    howToFix:
      'Give each entry an address of its own (spec.addresses), let proxies capture DNS so that automatic addresses ' +
      'count (ISTIO_META_DNS_CAPTURE), use different ports, or keep the entries apart with exportTo.',
    answersTo: [],
    issues: [6695, 11741, 57539],
  },
  'tcp-catch-all': {
    severity: 'warning',
    title: 'One TCP service takes a whole port',
    description:
      'The listener 0.0.0.0_PORT of a proxy has a filter chain that matches everything and leads to this service, ' +
      'because nothing it states tells it apart: a range of all addresses, a wildcard host without an address, a ' +
      'Service whose address the proxy cannot use. It takes not only its own connections but every TCP connection to ' +
      'the port that has no listener of its own, to whatever server: those reach the wrong servers. Entries that could ' +
      'have an address and have none are under tcp-address-required and vip-without-capture, those that lost the port ' +
      'to another one under tcp-port-conflict.',
    howToFix:
      'Give the entry an address or a narrower range (spec.addresses), and name the hosts. Of several ports the first ' +
      'is reported; an address serves them all.',
    answersTo: [],
    issues: [29992, 13349, 30266],
  },
  'vip-without-capture': {
    severity: 'error',
    title: 'An automatic address counts for nothing, because proxies do not capture DNS',
    description:
      'istiod has given the entry an automatic address and shows it in status.addresses, but only proxies that capture ' +
      'DNS use it. For all others the entry has no address, and its TCP port is the default filter chain of the ' +
      'listener 0.0.0.0_PORT: every TCP connection to the port that has no listener of its own reaches the servers of ' +
      'this entry, to whomever it was going.',
    howToFix:
      'Let proxies capture DNS (ISTIO_META_DNS_CAPTURE in defaultConfig.proxyMetadata or in the annotation ' +
      'proxy.istio.io/config), or give the entry addresses at which its clients really reach it (spec.addresses).',
    answersTo: [],
    issues: [59599],
  },
  'tcp-address-required': {
    severity: 'warning',
    title: 'A TCP port without an address, and without an automatic one',
    description:
      'The port is TCP or has no protocol, the entry states no addresses, and it gets no automatic one: its resolution ' +
      'is NONE, it opts out by label, or istiod or its proxies are without automatic addresses. So it takes every TCP ' +
      'connection to the port that has no listener of its own. These reach its servers, whoever was meant; with ' +
      'resolution NONE they keep their destination, and get the policies, the mTLS settings and the telemetry of this ' +
      'entry. Where an automatic address exists and is not used, vip-without-capture says so; of entries that lost ' +
      'their port, tcp-port-conflict.',
    howToFix:
      'State the addresses or ranges of the servers (spec.addresses), let the entry have an automatic address, or state ' +
      'a protocol that names its host (TLS, HTTP). Of several ports without an address the first is reported.',
    answersTo: ['IST0133', 'IST0134'],
    issues: [],
  },
  'shared-vip-port': {
    severity: 'error',
    title: 'Two hosts have one address and TCP port',
    description:
      'Two hosts declare the same address or range and the same TCP port, or their entries have the same automatic ' +
      'address stored. A listener is made for an address and a port, so that the host that comes first has it. The name ' +
      'of the other one still resolves, and its connections reach the servers of the first.',
    howToFix: 'Give each host an address of its own, or one of them another port; remove a copied status.addresses.',
    answersTo: [],
    issues: [],
  },
  'server-first-conflict': {
    severity: 'error',
    title: 'MySQL or MongoDB shares a port with another protocol',
    description:
      'Servers of MySQL and MongoDB speak first, so that a listener with one of these protocols is shared with no ' +
      'other, HTTP included. The service that comes first has the port, and what the other one declares is dropped as ' +
      'a whole: its connections go where the first one leads.',
    howToFix:
      'Give the entries addresses of their own or different ports, or declare both with the same protocol (TCP) and ' +
      'addresses of their own.',
    answersTo: [],
    issues: [],
  },
  'http-tcp-same-port': {
    severity: 'warning',
    title: 'HTTP and TCP in one listener',
    description:
      'A TCP service without an address of its own shares the listener of a port with HTTP services or with ports of ' +
      "no stated protocol. To tell them apart the proxy waits for the client's first bytes, so that connections of " +
      'protocols in which the server speaks first stall. It is an error where one of the two is left out of the ' +
      'listener: its connections go where the other one leads.',
    howToFix: 'Give the TCP service an address of its own, or another port.',
    answersTo: [],
    issues: [35242],
  },
  'headless-port-collision': {
    severity: 'warning',
    title: 'A headless Service meets another service on its port',
    description:
      'Proxies have a listener for each known pod of a headless Service, and none for the Service. Where another TCP ' +
      'service holds the whole port, connections to pods that a proxy does not know of yet, or to its own, reach the ' +
      'servers of that one. Where two headless Services have the same pods and port, one of them loses its listeners, ' +
      'and its policies do not count.',
    howToFix:
      'Give the service that holds the port an address of its own, or one of the two another port; let only one ' +
      'headless Service select the pods.',
    answersTo: [],
    issues: [5992, 27018, 10456],
  },
  'reserved-port': {
    severity: 'warning',
    title: 'A port that proxies use themselves',
    description:
      'Proxies listen on some ports themselves (15001, 15006, and those for their status and metrics), and make no ' +
      'listener for HTTP services there. Nothing leads to the port: connections are dropped on 15001, and elsewhere ' +
      'treated as those to an unknown destination. The same holds for ports below 1024 of pods without privileges that ' +
      'listen for themselves. TCP on 15001 and 15006 is worse, see envoy-rejects.',
    howToFix: 'Use another port, with targetPort for the one of the servers.',
    answersTo: [],
    issues: [],
  },
  'envoy-rejects': {
    severity: 'error',
    title: 'Envoy refuses what istiod sends',
    description:
      'istiod accepts the manifests, and Envoy rejects what comes of them: a second listener on an address and port ' +
      '(0.0.0.0:15001, which is the own one of the proxy, or an ingress listener of a Sidecar at the address of an ' +
      'outbound one), two filter chains that match the same connections, or a LOGICAL_DNS cluster with more than one ' +
      'endpoint. Running proxies keep their old configuration, and later ' +
      'changes do not reach them either; new ones may not become ready.',
    howToFix:
      'Move the entry to another port or give it an address; let server names and ranges of different routes not ' +
      'overlap; use resolution DNS for hosts with several endpoints.',
    answersTo: [],
    issues: [],
  },
  'order-dependent': {
    severity: 'warning',
    title: 'Who wins depends on an order that the manifests do not state',
    description:
      'Between services that want one listener the oldest wins, and manifests do not say when they were created: here ' +
      'the first by name was taken to win, and restoring or re-creating an object can turn it round. Or two HTTP hosts ' +
      'declare one address, and istiod takes either for requests to that address. The losers of the first kind are ' +
      'reported by the rules of their conflicts.',
    howToFix: 'End the conflict, as the rule that reports its losers says; then the order does not matter.',
    answersTo: [],
    issues: [],
  },
} as const satisfies Catalogue
