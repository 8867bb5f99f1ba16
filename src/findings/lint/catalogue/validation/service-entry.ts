/** Causes of ServiceEntries, WorkloadEntries and WorkloadGroups. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const SERVICE_ENTRY_CAUSES = {
  'address-invalid': rejected(
    'An address becomes the address of a listener, or a range that its filter chains match: it is an IP address or a ' +
      'CIDR block.',
    'Write an address such as 10.0.0.1 or 2001:db8::1, or a block such as 10.0.0.0/16; host names belong into hosts.',
  ),
  'cidr-needs-none-or-static': rejected(
    'A host in a range of addresses cannot be looked up by DNS: the client has chosen the address itself.',
    'Use resolution NONE to go where the client wants to, or STATIC with endpoints.',
  ),
  'dns-host-not-fqdn': rejected(
    'With DNS resolution and no endpoints the proxy looks up the host itself, so a wildcard cannot be resolved.',
    'Name the hosts, add an endpoint that can be looked up, or use resolution NONE or DYNAMIC_DNS.',
  ),
  'multi-host-tcp': rejected(
    'Hosts that share a port are told apart by the HTTP authority or by SNI. Plain TCP has neither, so all connections ' +
      'would go to one of them.',
    'Give each host a ServiceEntry of its own, with an address of its own; declare TLS where the traffic is TLS.',
  ),
  'multi-host-address-tcp': warned(
    'Several hosts have the same addresses and a TCP port: a listener sees only the address, so that connections to ' +
      'any of the hosts are treated alike.',
    'Give each host a ServiceEntry with addresses of its own.',
  ),
  'selector-and-endpoints': rejected(
    'The servers behind the hosts are either workloads that a selector finds, or endpoints that are listed.',
    'Keep one of both; servers outside of the cluster can be WorkloadEntries, which a selector finds too.',
  ),
  'none-with-endpoints': rejected(
    'Resolution NONE sends a connection to the address that the client asked for, so endpoints would never be used.',
    'Use resolution STATIC for endpoints with IP addresses, DNS for ones with host names, or remove them.',
  ),
  'none-with-selector': warned(
    'Resolution NONE sends a connection to the address that the client asked for, so that the selected workloads are ' +
      'never chosen.',
    'Use resolution STATIC, or remove the selector.',
  ),
  'static-endpoint-not-ip': rejected(
    'With resolution STATIC proxies are sent the endpoints as they are and look up nothing: each must be an IP address ' +
      'or a Unix socket.',
    'Use resolution DNS for host names, or write the addresses.',
  ),
  'endpoint-address-invalid': rejected(
    'With DNS resolution an endpoint is an IP address or a name that the proxy can look up.',
    'Write the host name alone: the port belongs into ports.',
  ),
  'dns-rr-multiple-endpoints': rejected(
    'With resolution DNS_ROUND_ROBIN Envoy keeps one logical host, so it can have only one endpoint.',
    'Use resolution DNS, which takes several endpoints, or leave one.',
  ),
  'endpoint-port-undeclared': rejected(
    'The ports of an endpoint say by name which number the service has there, so each name must be one of the ports ' +
      'of the ServiceEntry.',
    'Use the names of spec.ports, or declare the port there.',
  ),
  'dynamic-dns-host-not-wildcard': rejected(
    'Resolution DYNAMIC_DNS looks up the very host that a request names, which only makes sense for wildcards.',
    'Use resolution DNS for a single host.',
  ),
  'dynamic-dns-addresses': rejected(
    'Resolution DYNAMIC_DNS looks up each host when a request names it, so the entry cannot have addresses.',
    'Remove the addresses.',
  ),
  'dynamic-dns-endpoints': rejected(
    'Resolution DYNAMIC_DNS looks up each host when a request names it, so the entry cannot have endpoints.',
    'Remove the endpoints, or use resolution DNS.',
  ),
  'dynamic-dns-protocol': rejected(
    'With resolution DYNAMIC_DNS the proxy learns the host from the request: from the HTTP authority or from SNI. ' +
      'Other protocols name none.',
    'Declare HTTP, HTTP2, GRPC or TLS; other traffic needs an entry for each host.',
  ),
  'dynamic-dns-waypoint': rejected(
    'Hosts that are looked up on request cannot be inside the mesh and be served by a waypoint.',
    'Use location MESH_EXTERNAL, or set the label istio.io/use-waypoint to none.',
  ),
  'resolution-unknown': rejected(
    'The number names no resolution of this version.',
    'Write NONE, STATIC, DNS, DNS_ROUND_ROBIN or DYNAMIC_DNS.',
  ),
  'location-unknown': rejected('The number names no location.', 'Write MESH_EXTERNAL or MESH_INTERNAL.'),
  'workload-address': rejected(
    'A workload is reached by its address: an IP address, a host name that can be looked up, or a Unix socket. Only ' +
      'one that is reached through a network gateway may have none.',
    'Write the address, or name the network whose gateway leads to the workload.',
  ),
  'workload-address-unset': warned(
    'The workload has no address, so that proxies reach it through the gateway of its network, and not at all when ' +
      'that network has none.',
    'Check that the network has a gateway in the mesh networks; add the address where it is known.',
  ),
  'unix-endpoint-ports': rejected(
    'A Unix socket has no ports, and everything that is sent to it reaches one server: the ServiceEntry can have one ' +
      'port only.',
    'Remove the ports of the endpoint, and split the entry so that each socket has one port.',
  ),
  'template-required': rejected(
    'A WorkloadGroup is the pattern by which WorkloadEntries are made, so that it needs a template.',
    'Add spec.template with what the workloads have in common, such as serviceAccount and ports.',
  ),
  'probe-invalid': rejected(
    'The readiness of a virtual machine is found out by an HTTP request over HTTP or HTTPS, a TCP connection or a command.',
    'Set one of httpGet, tcpSocket and exec; ask a gRPC server with a command.',
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
