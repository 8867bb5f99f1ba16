/** Rules about ports of workloads and endpoints, and about ranges of addresses. */
import type { Catalogue } from '../rule.ts'

export const PORT_ENTRIES = {
  'inbound-protocol-conflict': {
    severity: 'warning',
    title: 'Two Services reach one port of a pod with different protocols',
    description:
      'A pod has one inbound listener per port, made for the first Service (the oldest, then the first by name) that ' +
      'leads to the port. If another Service declares a different protocol for it, its protocol has no effect: raw TCP ' +
      'is parsed as HTTP and fails, or HTTP gets no routes, telemetry and policies. Equal protocols are fine.',
    howToFix: 'Declare the same protocol in both Services, or let the server listen on two ports.',
    answersTo: ['IST0116'],
    issues: [18684, 48228],
  },
  'endpoint-ports-partial': {
    severity: 'warning',
    title: 'An endpoint is used for a port that it does not name',
    description:
      'ports of an endpoint of a ServiceEntry only translates numbers. It does not limit the endpoint: for a port that it ' +
      'does not name, the endpoint has the number of the service. So where endpoints name different ports, each still gets ' +
      'requests for all of them. The rule reports endpoints that leave out a port which another endpoint names.',
    howToFix: 'Write one ServiceEntry for each set of ports that endpoints have in common.',
    answersTo: [],
    issues: [36645],
  },
  'plain-text-on-443': {
    severity: 'info',
    title: 'A port 443 without TLS',
    description:
      'A Service or ServiceEntry declares port 443 as HTTP or gRPC. Then every proxy has an HTTP route configuration for ' +
      'plain text on port 443, and the listener 0.0.0.0_443 tells TLS from plain text. Plain text to port 443 of unknown ' +
      'hosts, such as CONNECT requests to an HTTP proxy, which were passed through before, now depends on the routes.',
    howToFix: 'Use another port, or declare the port as HTTPS or TLS if its traffic is encrypted.',
    answersTo: [],
    issues: [47088, 14264, 16458],
  },
  'address-host-bits': {
    severity: 'warning',
    title: 'An address range that does not begin with its address',
    description:
      'An address of a ServiceEntry has a prefix length and bits beyond it, such as 10.1.2.3/8 or 2001:db8::1/32. istiod ' +
      'ignores these bits: the entry covers the whole range, and takes traffic of all its addresses.',
    howToFix: 'Write the address without a prefix length (or with /32, /128), or the first address of the range.',
    answersTo: [],
    issues: [],
  },
  'vip-range-exhausted': {
    severity: 'warning',
    title: 'No automatic address is left for a host',
    description:
      'All addresses of the range are assigned, so istiod gives this host none. Proxies that capture DNS do not answer its ' +
      'name with an address of the mesh, and its TCP ports share the listeners of all addresses.',
    howToFix:
      'Give entries addresses of their own, remove entries that are not used, or switch automatic addresses off for some ' +
      'with the label networking.istio.io/enable-autoallocate-ip.',
    answersTo: [],
    issues: [],
  },
} as const satisfies Catalogue
