/** Causes of ServiceEntries, WorkloadEntries and WorkloadGroups. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const SERVICE_ENTRY_CAUSES = {
  'address-invalid': rejected(
    'An address becomes the address of a listener, or a range that its filter chains match, so it must be an IP ' +
      'address or a CIDR block.',
    'Write an address such as 10.0.0.1 or 2001:db8::1, or a block such as 10.0.0.0/16; host names belong in hosts.',
  ),
  'cidr-needs-none-or-static': rejected(
    'DNS cannot look up a host in a range of addresses: the client has already chosen the address.',
    "Use resolution NONE to keep the client's address, or STATIC with endpoints.",
  ),
  'dns-host-not-fqdn': rejected(
    'With DNS resolution and no endpoints the proxy looks up the host itself, and a wildcard cannot be looked up.',
    'List the hosts, add an endpoint that can be looked up, or use resolution NONE or DYNAMIC_DNS.',
  ),
  'multi-host-tcp': rejected(
    'The HTTP authority or SNI distinguishes hosts that share a port. Plain TCP has neither, so all connections ' +
      'would go to one of the hosts.',
    'Give each host its own ServiceEntry with its own address; declare TLS if the traffic is TLS.',
  ),
  'multi-host-address-tcp': warned(
    'Several hosts have the same addresses and a TCP port: a listener sees only the address, so it handles ' +
      'connections to any of the hosts in the same way.',
    'Give each host its own ServiceEntry with its own addresses.',
  ),
  'selector-and-endpoints': rejected(
    'The servers of a host are either workloads that a selector finds or a list of endpoints.',
    'Keep one of the two; servers outside the cluster can be WorkloadEntries, which a selector finds too.',
  ),
  'none-with-endpoints': rejected(
    'Resolution NONE sends a connection to the address that the client chose, so endpoints would never be used.',
    'Use resolution STATIC for endpoints with IP addresses, DNS for endpoints with host names, or remove the ' +
      'endpoints.',
  ),
  'none-with-selector': warned(
    'Resolution NONE sends a connection to the address that the client chose, so the selected workloads are never ' +
      'used.',
    'Use resolution STATIC, or remove the selector.',
  ),
  'static-endpoint-not-ip': rejected(
    'With resolution STATIC the proxy uses endpoints as they are and looks nothing up, so each must be an IP ' +
      'address or a Unix socket.',
    'Use resolution DNS for host names, or write IP addresses.',
  ),
  'endpoint-address-invalid': rejected(
    'With DNS resolution an endpoint is an IP address or a name that the proxy can look up.',
    'Write only the host name: the port belongs in ports.',
  ),
  'dns-rr-multiple-endpoints': rejected(
    'With resolution DNS_ROUND_ROBIN Envoy keeps one logical host, so it can have only one endpoint.',
    'Use resolution DNS, which allows several endpoints, or keep one.',
  ),
  'endpoint-port-undeclared': rejected(
    'The ports of an endpoint give the number for each named port of the service, so each name must be one of the ' +
      'ports of the ServiceEntry.',
    'Use the names of spec.ports, or declare the port there.',
  ),
  'dynamic-dns-host-not-wildcard': rejected(
    'Resolution DYNAMIC_DNS looks up the host that the request names, which only makes sense for wildcards.',
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
      'Other protocols carry no host.',
    'Declare HTTP, HTTP2, GRPC or TLS; for other traffic create one entry per host.',
  ),
  'dynamic-dns-internal': rejected(
    'Up to Istio 1.29 hosts that are looked up on request are outside of the mesh.',
    'Use location MESH_EXTERNAL.',
  ),
  'dynamic-dns-waypoint': rejected(
    'Hosts that are looked up on request cannot be inside the mesh and cannot use a waypoint.',
    'Use location MESH_EXTERNAL, or set the label istio.io/use-waypoint to none.',
  ),
  'resolution-unknown': rejected(
    'The number is not a resolution in this version.',
    'Write NONE, STATIC, DNS, DNS_ROUND_ROBIN or DYNAMIC_DNS.',
  ),
  'location-unknown': rejected('The number is not a location.', 'Write MESH_EXTERNAL or MESH_INTERNAL.'),
  'workload-address': rejected(
    'A workload needs an address: an IP address, a host name that can be looked up, or a Unix socket. Only a ' +
      'workload behind a network gateway may have none.',
    'Write the address, or set the network whose gateway leads to the workload.',
  ),
  'workload-address-unset': warned(
    'The workload has no address, so proxies reach it through the gateway of its network, and not at all if that ' +
      'network has no gateway.',
    'Check that the network has a gateway in the mesh networks; add the address if you know it.',
  ),
  'unix-endpoint-ports': rejected(
    'A Unix socket has no ports, and everything sent to it reaches one server, so the ServiceEntry can have only ' +
      'one port.',
    'Remove the ports of the endpoint, and split the entry so that each socket has one port.',
  ),
  'template-required': rejected(
    'istiod creates WorkloadEntries from the template of a WorkloadGroup, so the template is required.',
    'Add spec.template with the common settings of the workloads, such as serviceAccount and ports.',
  ),
  'probe-invalid': rejected(
    'The readiness probe of a virtual machine is an HTTP or HTTPS request, a TCP connection or a command.',
    'Set one of httpGet, tcpSocket and exec; check a gRPC server with a command.',
  ),
} as const satisfies Partial<Readonly<Record<RuleCode, Cause>>>
