/** Rules about hosts and addresses. */
import type { Catalogue } from '../rule.ts'

export const HOST_ENTRIES = {
  'host-split-vips': {
    severity: 'error',
    title: 'One host has several entries, each with its own address',
    description:
      'Several ServiceEntries that a proxy sees have the same host, and each has its own address. DNS returns all ' +
      'addresses for the host, but the proxy listens on a TCP or TLS port only at the addresses of the entries that ' +
      'declare it. A client that picks another address is passed through to an address that nothing listens on, so ' +
      'connections fail intermittently.',
    howToFix:
      'Declare all ports of the host in one ServiceEntry. If that is not possible, give all entries of the host the ' +
      'same address (spec.addresses), or declare all ports in each.',
    answersTo: [],
    issues: [55266, 55776, 53676],
  },
  'host-port-protocol-conflict': {
    severity: 'warning',
    title: 'Entries of one host disagree about the protocol of a port',
    description:
      'Two ServiceEntries that a proxy sees declare the same port of the same host with different protocols. The ' +
      'proxy has one cluster for the port, with the protocol of the entry that comes first, but listeners for both. ' +
      'Which listener handles a connection depends on the address that the client picked.',
    howToFix: 'Set the same protocol in all entries of the host, or declare the port in only one of them.',
    answersTo: ['IST0177', 'KIA1212'],
    issues: [],
  },
  'host-port-duplicate': {
    severity: 'warning',
    title: 'A port of a host is declared twice',
    description:
      'Two ServiceEntries that a proxy sees declare a port of the same host with the same protocol, or one entry ' +
      'lists a host twice. The proxy has one cluster for the port, with the settings of the entry that comes first; ' +
      'istiod adds the endpoints of the other entries or leaves them out, depending on the names of their ports. ' +
      'Changing or deleting one of the entries changes the effect of the other.',
    howToFix: 'Declare the port once: remove the repeated port, host or entry.',
    answersTo: ['KIA1211'],
    issues: [],
  },
  'host-merge-blocked': {
    severity: 'warning',
    title: 'Entries of one host cannot be merged',
    description:
      'istiod merges several ServiceEntries of a host into one service only if they have the same resolution, ' +
      'labels, workloadSelector and exportTo. If the entries differ in one of these, the first one wins. The ports ' +
      'of the others get listeners and routes without a cluster, so connections to them fail; for a port that both ' +
      'declare, the resolution of the first entry applies.',
    howToFix:
      'Declare all ports in one ServiceEntry, or make resolution, metadata.labels, workloadSelector and exportTo ' +
      'equal in all entries of the host.',
    answersTo: [],
    issues: [51466, 54988],
  },
  'host-namespace-shadowed': {
    severity: 'warning',
    title: 'A host is declared in several namespaces, but only one of them takes effect',
    description:
      'A proxy uses the ServiceEntries of only one namespace for a host: those of its own namespace, otherwise those ' +
      'exported to it by name, otherwise the oldest. Entries for the host in other namespaces have no effect on it, ' +
      'because istiod does not merge across namespaces. The rule reports entries that differ, and names the entry ' +
      'that each namespace gets.',
    howToFix:
      'Declare the host once and export it (exportTo), keep the others to their own namespace (exportTo: [.]), or ' +
      'declare in each namespace all ports that its proxies need.',
    answersTo: [],
    issues: [55714, 55879, 48055],
  },
  'host-shadows-service': {
    severity: 'error',
    title: "An entry's host is the name of a Kubernetes Service",
    description:
      'A ServiceEntry has the host of a Kubernetes Service. In the same namespace, istiod adds the endpoints of the ' +
      'entry to those of the Service, and ports that only the entry has get no cluster. In another namespace, the ' +
      'entry replaces the Service for the proxies of that namespace only. If the host is a short name of the Service ' +
      '(NAME.NAMESPACE), two services claim the same name, and it is undefined which one gets it.',
    howToFix:
      'Give the entry its own host. To add workloads outside Kubernetes to a Service, use a WorkloadEntry that the ' +
      'Service selects.',
    answersTo: [],
    issues: [37229],
  },
  'external-name-tcp-port': {
    severity: 'warning',
    title: 'An ExternalName Service with a TCP port',
    description:
      'To istiod, an ExternalName Service is an alias of the service that it points to. The proxy routes HTTP ' +
      'requests to it if the mesh knows that service; a port that is TCP or states no protocol gets no listener, no ' +
      "route and no cluster. If the mesh has no service with that name and port, connections bypass the proxy's " +
      'policies and metrics, and with outbound traffic policy REGISTRY_ONLY they are closed. The rule ignores TLS ' +
      'ports, because TLS names its server.',
    howToFix:
      'Declare the external host in a ServiceEntry and let clients use that host, or name the port http or https if ' +
      'that is its protocol.',
    answersTo: ['IST0150'],
    issues: [20703],
  },
  'headless-target-port': {
    severity: 'warning',
    title: 'A headless Service with a targetPort other than its port',
    description:
      'The name of a headless Service resolves to the addresses of its pods, and nothing translates ports in ' +
      "between. The proxy listens on the Service's port at the address of each pod and connects to that port, while " +
      'the pods listen on targetPort, so connections are refused.',
    howToFix:
      'Make port and targetPort equal, or give the Service a cluster IP if clients do not need to know the pods.',
    answersTo: [],
    issues: [51908],
  },
  'protocol-unset': {
    severity: 'info',
    title: 'The protocol of a port is not stated',
    description:
      'Neither appProtocol nor the name of the port says what it serves, so proxies look at the first bytes of each ' +
      'connection to tell HTTP from everything else. Protocols in which the server speaks first wait until the detection ' +
      'gives up, and a client that sends nothing recognizable is treated as TCP, without routes and retries. Services of ' +
      "Istio itself (label istio) and of the cluster's system namespaces are left out. In a ServiceEntry only the field " +
      'protocol states one: a port named http without it is guessed, too.',
    howToFix:
      'Set appProtocol, or begin the name of the port with its protocol: http, http2, grpc, https, tls, tcp, mongo, ' +
      'mysql, redis. In a ServiceEntry, set protocol.',
    answersTo: ['IST0118', 'KIA0601'],
    issues: [],
  },
  'undeclared-vip-port': {
    severity: 'info',
    title: 'A host with a mesh address does not declare a port that is used',
    description:
      "The proxy's DNS server answers the name of a host with its address for all ports, but only declared ports " +
      'have listeners. A VirtualService or DestinationRule refers to another port of the host: connections to it are ' +
      'passed through to an address that nothing listens on, although they worked before the host was declared.',
    howToFix:
      'Declare the port in the ServiceEntry, or correct the port in the object that refers to it. To keep the entry ' +
      'from getting an automatic address, label it networking.istio.io/enable-autoallocate-ip: "false".',
    answersTo: [],
    issues: [39080, 29224],
  },
  'wildcard-without-vip': {
    severity: 'warning',
    title: 'The mesh does not answer the names of a wildcard host',
    description:
      'A ServiceEntry has a wildcard host and no address. Wildcard hosts get no automatic address, so the name table ' +
      "does not contain them, and proxies that capture DNS forward the query to the cluster's resolver. Names that " +
      'exist only in the mesh do not resolve; for other names, clients connect to an address for which TCP ports ' +
      'have no specific listener. With resolution NONE the finding is only informational (info): such an entry ' +
      'usually stands for an external domain whose names resolve elsewhere.',
    howToFix: 'Give the entry an address (spec.addresses), or list the hosts by name.',
    answersTo: [],
    issues: [31372, 42238, 47264],
  },
  'cidr-not-in-dns': {
    severity: 'info',
    title: 'DNS does not answer an address range',
    description:
      'Some or all addresses of a ServiceEntry are ranges. A proxy that captures DNS answers the host only with the ' +
      "single addresses; a host without single addresses is looked up with the cluster's resolver, so clients never " +
      'learn an address in the range from the mesh. This is fine if clients connect to the addresses directly or get ' +
      'them from external DNS. The rule ignores wildcard hosts.',
    howToFix: 'Add the addresses that the host should resolve to as single addresses.',
    answersTo: [],
    issues: [],
  },
  'none-not-allocated': {
    severity: 'info',
    title: 'No automatic address because the resolution is NONE',
    description:
      'Proxies capture DNS and use automatic addresses, but this ServiceEntry gets none: its resolution is NONE, ' +
      'which is also the default. The proxy cannot tell TCP connections to this host from connections to other ' +
      'hosts. It can tell HTTP and TLS connections apart by the name that they carry, but clients must be able to ' +
      "resolve that name: the proxy asks the cluster's resolver. Wildcard hosts are reported by " +
      'wildcard-without-vip.',
    howToFix:
      'Set resolution to DNS or STATIC, or set addresses (spec.addresses). External HTTP and TLS hosts whose names ' +
      'resolve anyway need no change.',
    answersTo: [],
    issues: [55788, 49345],
  },
  'address-in-vip-range': {
    severity: 'warning',
    title: 'spec.addresses contains an address from the range of automatic addresses',
    description:
      'A ServiceEntry has an address (spec.addresses) in the range from which istiod assigns automatic addresses. A ' +
      'host that already has this address automatically gets another one, and clients that know the old address ' +
      'reach the wrong service until they resolve the name again. Istio before 1.25 assigns the same address to ' +
      'both.',
    howToFix:
      'Use an address from another range. istiod does not use 240.241.0.0/16, for example, unless ' +
      'PILOT_IP_AUTOALLOCATE_IPV4_PREFIX says so.',
    answersTo: [],
    issues: [],
  },
  'stale-status-address': {
    severity: 'warning',
    title: 'status.addresses contains an automatic address without effect',
    description:
      'The status of a ServiceEntry has automatic addresses for a host that the spec does not have, or for an entry ' +
      'that may not have any: because it sets addresses, because its resolution is NONE, or because it opts out. ' +
      'istiod does not use these addresses, but older versions keep them in the status forever, and tools that read ' +
      'the status show addresses that lead nowhere.',
    howToFix: 'Remove the addresses from the status. In a cluster, delete and re-create the entry.',
    answersTo: [],
    issues: [58974],
  },
  'vip-changes-on-upgrade': {
    severity: 'info',
    title: 'An automatic address changes with the version of Istio',
    description:
      'With the version of --from-version, the host has other automatic addresses than with the version of ' +
      '--istio-version, because istiod assigns them differently. During the upgrade, proxies of the two versions ' +
      'resolve the host differently. Clients that keep an address fail, or reach another host that has this address ' +
      'now, until they resolve the name again. Before 1.25, only proxies with DNS_AUTO_ALLOCATE use automatic ' +
      'addresses; since then, all proxies that capture DNS do.',
    howToFix:
      'Before the upgrade, give hosts whose clients keep addresses, such as databases with connection pools, their ' +
      'own address (spec.addresses). Restart other clients together with their proxies.',
    answersTo: [],
    issues: [44849, 44837],
  },
  'ip-family-mismatch': {
    severity: 'warning',
    title: "No address in the proxy's IP family",
    description:
      'A proxy with addresses of only one IP family sees a service whose addresses are all of the other family. ' +
      'Clients of that proxy cannot connect to them: a Service gets no DNS answer and no TCP listener, and an entry ' +
      'gets a DNS answer and a listener at an address without a route.',
    howToFix:
      'Set an address for each IP family of the proxies. For Services, ipFamilyPolicy: PreferDualStack assigns ' +
      'addresses of both families if the cluster has both.',
    answersTo: [],
    issues: [60605, 61774, 46743],
  },
  'multiple-addresses': {
    severity: 'warning',
    title: 'Several addresses, but only one takes effect',
    description:
      'A ServiceEntry has several addresses. HTTP requests that use an address instead of the host are routed only ' +
      'for the last address; the others have no route. For a Sidecar that imports only plain hosts of named ' +
      'namespaces, only the first address takes effect: the others get neither a DNS answer nor a listener.',
    howToFix:
      'If clients use addresses, create one entry with one host per address. In the Sidecar, import the host with ' +
      '*/HOST instead of NAMESPACE/HOST.',
    answersTo: [],
    issues: [53530, 34577],
  },
  'sidecar-hides-entry': {
    severity: 'info',
    title: 'A Sidecar hides an entry from the namespace that it is meant for',
    description:
      'A ServiceEntry is in a namespace, or is exported to it by name, but the Sidecar of that namespace does not ' +
      'import its host. No proxy there has a listener, a route or a DNS answer for it: its traffic is passed through ' +
      'as unknown, and with outbound traffic policy REGISTRY_ONLY it is blocked.',
    howToFix: 'Add the host to the egress hosts of the Sidecar; write ./HOST for entries of its own namespace.',
    answersTo: [],
    issues: [59578, 36883],
  },
  'headless-remote-network': {
    severity: 'info',
    title: 'DNS leaves out pods of a headless Service on another network',
    description:
      'A headless Service has pods on one network that proxies on another network cannot connect to. Proxies answer ' +
      'its name only with the pods of their own network, because gateways between networks do not forward ' +
      'connections to single pods. Members of a cluster, such as a database, do not find each other across networks.',
    howToFix:
      'Reach the pods of other networks through a Service with a cluster IP, which leads through the gateway, or put ' +
      'the clusters on one network.',
    answersTo: [],
    issues: [31787, 36733],
  },
} as const satisfies Catalogue
