/** Rules about hosts and addresses. */
import type { Catalogue } from '../rule.ts'

export const HOST_ENTRIES = {
  'host-split-vips': {
    severity: 'error',
    title: 'One host has several entries with an address each',
    description:
      'Several ServiceEntries that a proxy sees have the same host, and each has an address of its own. DNS answers ' +
      'the host with all addresses, but a TCP or TLS port is listened on only at those of the entries that declare it. ' +
      'A client that picks another address is passed through to an address where nobody is, so that connections fail ' +
      'now and then.',
    howToFix:
      'Declare all ports of the host in one ServiceEntry. Where that is not possible, give all entries of the host the ' +
      'same address (spec.addresses), or let each declare all ports.',
    answersTo: [],
    issues: [55266, 55776, 53676],
  },
  'host-port-protocol-conflict': {
    severity: 'warning',
    title: 'Entries of one host disagree about the protocol of a port',
    description:
      'Two ServiceEntries that a proxy sees declare the same port of the same host with different protocols. The proxy ' +
      'has one cluster for the port, made for the protocol of the entry that comes first, and listeners for both. ' +
      'Which of them treats a connection depends on the address that the client picked.',
    howToFix: 'State the same protocol in all entries of the host, or declare the port in one of them only.',
    answersTo: ['IST0177', 'KIA1212'],
    issues: [],
  },
  'host-port-duplicate': {
    severity: 'warning',
    title: 'A port of a host is declared twice',
    description:
      'A port of a host is declared with the same protocol by two ServiceEntries that a proxy sees, or an entry lists a ' +
      'host twice. The proxy has one cluster for it, with the settings of the entry that comes first; endpoints of the ' +
      'others are added to it or left out, by the names of their ports. Whoever changes or deletes one of the entries ' +
      'changes what the other one does.',
    howToFix: 'Declare the port once: remove it, the host or the whole entry where it is declared again.',
    answersTo: ['KIA1211'],
    issues: [],
  },
  'host-merge-blocked': {
    severity: 'warning',
    title: 'Entries of one host cannot be merged',
    description:
      'istiod makes one service of several ServiceEntries of a host, but only when they have the same resolution, ' +
      'labels, workloadSelector and exportTo. Of entries that differ in one of these the first counts. The ports of the ' +
      'others have listeners and routes without a cluster, so that connections to them fail; of a port that both have ' +
      'the resolution of the first one counts.',
    howToFix:
      'Declare all ports in one ServiceEntry, or make resolution, metadata.labels, workloadSelector and exportTo the ' +
      'same in all entries of the host.',
    answersTo: [],
    issues: [51466, 54988],
  },
  'host-namespace-shadowed': {
    severity: 'warning',
    title: 'A host is declared in several namespaces, and only one of them counts',
    description:
      'A proxy uses the ServiceEntries of one namespace for a host: those of its own namespace, else those that are ' +
      'exported to it by name, else the oldest. What entries in other namespaces say of the host has no effect for it; ' +
      'nothing is merged across namespaces. Reported where the entries differ, with the one that the namespaces get.',
    howToFix:
      'Declare the host once and export it (exportTo), keep the others to their own namespace (exportTo: [.]), or repeat ' +
      'in each namespace all ports that its proxies need.',
    answersTo: [],
    issues: [55714, 55879, 48055],
  },
  'host-shadows-service': {
    severity: 'error',
    title: "An entry's host is the name of a cluster Service",
    description:
      'A ServiceEntry has the host of a Kubernetes Service. In the same namespace istiod adds the endpoints of the entry ' +
      'to those of the Service, and ports that only the entry has get no cluster. From another namespace the entry takes the place of ' +
      'the Service for the proxies of that namespace, and for nobody else. A host that is only a short name of the ' +
      'Service (NAME.NAMESPACE) makes two services claim one name; which of them gets it is not defined.',
    howToFix:
      'Give the entry a host of its own. To add workloads outside of Kubernetes to a Service, use a WorkloadEntry that ' +
      'the selector of the Service selects.',
    answersTo: [],
    issues: [37229],
  },
  'external-name-tcp-port': {
    severity: 'warning',
    title: 'An ExternalName Service with a TCP port',
    description:
      'To istiod an ExternalName Service is another name of the service that it leads to. HTTP requests to it are ' +
      'routed when the mesh knows that service; a port that is TCP, or whose protocol is not stated, gets no listener, ' +
      'no route and no cluster. When the mesh has no service of that name and port, connections pass the proxy by ' +
      'without policies and metrics, and with outbound traffic policy REGISTRY_ONLY they are closed. Ports of TLS, which ' +
      'names its server, are left out.',
    howToFix:
      'Declare the external host in a ServiceEntry and let clients use that host, or name the port http or https if this ' +
      'is what it serves.',
    answersTo: ['IST0150'],
    issues: [20703],
  },
  'headless-target-port': {
    severity: 'warning',
    title: 'A headless Service with a targetPort other than its port',
    description:
      'The name of a headless Service resolves to the addresses of its pods, and nothing translates ports on the way. ' +
      'The proxy listens on the port of the Service at the address of each pod and connects to this port, while the pods ' +
      'listen on targetPort, so that connections are refused.',
    howToFix:
      'Make port and targetPort the same, or give the Service a cluster IP when clients need not know the pods.',
    answersTo: [],
    issues: [51908],
  },
  'protocol-unset': {
    severity: 'info',
    title: 'The protocol of a Service port is not stated',
    description:
      'Neither appProtocol nor the name of the port says what it serves, so that proxies look at the first bytes of each ' +
      'connection to tell HTTP from everything else. Protocols in which the server speaks first wait until the detection ' +
      'gives up, and a client that sends nothing recognizable is treated as TCP, without routes and retries. Services of ' +
      "Istio itself (label istio) and of the cluster's system namespaces are left out.",
    howToFix:
      'Set appProtocol, or begin the name of the port with its protocol: http, http2, grpc, https, tls, tcp, mongo, ' +
      'mysql, redis.',
    answersTo: ['IST0118', 'KIA0601'],
    issues: [],
  },
  'undeclared-vip-port': {
    severity: 'info',
    title: 'A port that a host with an address of the mesh does not declare',
    description:
      'DNS of the proxy answers the name of a host with its address for all ports, but only declared ports have ' +
      'listeners. A VirtualService or DestinationRule refers to another port of the host: connections to it are passed ' +
      'through to an address where nobody is, although they worked before the host was declared.',
    howToFix:
      'Declare the port in the ServiceEntry, or correct the port in the object that refers to it. To keep the entry from ' +
      'getting an automatic address, label it networking.istio.io/enable-autoallocate-ip: "false".',
    answersTo: [],
    issues: [39080, 29224],
  },
  'wildcard-without-vip': {
    severity: 'warning',
    title: 'Names of a wildcard host are not answered by the mesh',
    description:
      'A ServiceEntry has a wildcard host and no address. Wildcard hosts get no automatic address, so that the name ' +
      'table does not have them and proxies that capture DNS ask the resolver of the cluster. Names that exist only in ' +
      'the mesh do not resolve, and for others clients dial an address for which TCP ports have no listener of their ' +
      'own. With resolution NONE it is only worth knowing (info): such an entry mostly stands for a domain of the ' +
      'outside, whose names others resolve.',
    howToFix: 'Give the entry an address (spec.addresses), or list the hosts by name.',
    answersTo: [],
    issues: [31372, 42238, 47264],
  },
  'cidr-not-in-dns': {
    severity: 'info',
    title: 'An address range is not answered by DNS',
    description:
      'Some or all addresses of a ServiceEntry are ranges. A proxy that captures DNS answers the host with the single ' +
      'addresses only; a host that has none is asked of the resolver of the cluster. So no client comes to an address ' +
      'of the range by what the mesh says of the name. That is what is wanted where clients dial the addresses, or get ' +
      'them from the DNS of the outside. Wildcard hosts are left out.',
    howToFix: 'Add the addresses that the host is to resolve to as single addresses.',
    answersTo: [],
    issues: [],
  },
  'none-not-allocated': {
    severity: 'info',
    title: 'No automatic address because the resolution is NONE',
    description:
      'Proxies capture DNS and use automatic addresses, but this ServiceEntry gets none: its resolution is NONE, which ' +
      'is also what an entry without a resolution has. Connections of TCP ports cannot be told from those to other ' +
      'hosts. Those of HTTP and TLS are told apart by the name that they carry, but clients must be able to resolve it: ' +
      'the proxy asks the resolver of the cluster. Wildcard hosts are under wildcard-without-vip.',
    howToFix:
      'Set resolution to DNS or STATIC, or state addresses (spec.addresses). For outside hosts of HTTP and TLS whose ' +
      'names resolve anyway there is nothing to do.',
    answersTo: [],
    issues: [55788, 49345],
  },
  'address-in-vip-range': {
    severity: 'warning',
    title: 'An own address inside the range of automatic addresses',
    description:
      'A ServiceEntry states an address (spec.addresses) in the range from which istiod gives automatic addresses. The ' +
      'host that already has this address automatically gets another one, and clients that know the old one reach the ' +
      'wrong service until they resolve again. Istio before 1.25 gives the same address to both.',
    howToFix:
      'Use an address of another range. 240.241.0.0/16, for example, is not used by istiod unless it is told to ' +
      '(PILOT_IP_AUTOALLOCATE_IPV4_PREFIX).',
    answersTo: [],
    issues: [],
  },
  'stale-status-address': {
    severity: 'warning',
    title: 'status.addresses states an automatic address that does not count',
    description:
      'The status of a ServiceEntry has automatic addresses for a host that the spec does not have, or although the ' +
      'entry may have none: because it states addresses, because its resolution is NONE, or because it opts out. istiod ' +
      'does not use them, but older versions keep them in the status for ever, and tools that read it show addresses ' +
      'that lead nowhere.',
    howToFix: 'Remove the addresses from the status. In a cluster, create the entry anew.',
    answersTo: [],
    issues: [58974],
  },
  'vip-changes-on-upgrade': {
    severity: 'info',
    title: 'An automatic address changes with the version of Istio',
    description:
      'With the version of --from-version the host has other automatic addresses than with that of --istio-version, ' +
      'because istiod assigns them in another way. Proxies of both versions resolve the host differently during the ' +
      'upgrade, and clients that keep an address fail, or reach another host that has it now, until they resolve again. ' +
      'Before 1.25 only proxies with DNS_AUTO_ALLOCATE use automatic addresses; since then all that capture DNS do.',
    howToFix:
      'Give hosts whose clients keep addresses, such as databases with connection pools, an address of their own ' +
      '(spec.addresses) before the upgrade. Restart other clients with their proxies.',
    answersTo: [],
    issues: [44849, 44837],
  },
  'ip-family-mismatch': {
    severity: 'warning',
    title: "No address of the proxy's IP family",
    description:
      'A proxy with addresses of one IP family sees a service whose addresses are all of the other family. Clients ' +
      'beside that proxy cannot dial them: a Service is left out of DNS and TCP ports, and an entry is answered with and ' +
      'listened on at an address for which there is no route.',
    howToFix:
      'State an address of each family that proxies have. For Services, ipFamilyPolicy: PreferDualStack gives addresses ' +
      'of both where the cluster has both.',
    answersTo: [],
    issues: [60605, 61774, 46743],
  },
  'multiple-addresses': {
    severity: 'warning',
    title: 'Several addresses, of which only one takes effect',
    description:
      'A ServiceEntry states several addresses. HTTP requests that name an address instead of the host are routed for ' +
      'the last address only; the others have no route. A Sidecar that imports nothing but plain hosts of named ' +
      'namespaces takes the first address only: the others are neither answered by DNS nor listened on.',
    howToFix:
      'Make an entry for each address, with a host each, when clients use addresses. In the Sidecar import the host with ' +
      '*/HOST instead of NAMESPACE/HOST.',
    answersTo: [],
    issues: [53530, 34577],
  },
  'sidecar-hides-entry': {
    severity: 'info',
    title: 'A Sidecar hides an entry from the namespace that it is meant for',
    description:
      'A ServiceEntry is in a namespace, or is exported to it by name, and the Sidecar of that namespace does not import ' +
      'its host. No proxy there has a listener, a route or a DNS answer for it: traffic passes the proxy by, and with ' +
      'outbound traffic policy REGISTRY_ONLY it is blocked.',
    howToFix: 'Add the host to the egress hosts of the Sidecar, as ./HOST for entries of its own namespace.',
    answersTo: [],
    issues: [59578, 36883],
  },
  'headless-remote-network': {
    severity: 'info',
    title: 'Pods of a headless Service on another network are left out of DNS',
    description:
      'A headless Service has pods on a network, and there are others from which these cannot be dialled. Proxies answer ' +
      'its name with the pods of their own network only: gateways between networks carry no connections to single pods. ' +
      'Members of a cluster such as a database do not find each other across networks.',
    howToFix:
      'Reach the pods of other networks by a Service with a cluster IP, which leads through the gateway, or put the ' +
      'clusters on one network.',
    answersTo: [],
    issues: [31787, 36733],
  },
} as const satisfies Catalogue
