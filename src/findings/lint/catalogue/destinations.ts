/** Rules about DestinationRules and about encryption on the way to a destination. */
import type { Catalogue } from '../rule.ts'

export const DESTINATION_ENTRIES = {
  'subset-selects-nothing': {
    severity: 'warning',
    title: 'A subset without endpoints',
    description:
      'The service has endpoints, but none of their workloads has the labels of the subset. The cluster of the subset is ' +
      'empty, and requests that are routed to it get 503 with the response flag UH. Services whose workloads are not in ' +
      'the input are not reported.',
    howToFix: 'Correct the labels of the subset or of the pod template, or remove the subset and the routes to it.',
    answersTo: ['IST0173', 'KIA0203'],
    issues: [54023],
  },
  'destination-rule-not-applied': {
    severity: 'warning',
    title: 'A DestinationRule that applies to no client',
    description:
      'A DestinationRule applies to clients in its own namespace. It applies to all clients only if it is in the ' +
      'namespace of the service or in the root namespace; exportTo can only narrow that. This rule is in a third ' +
      'namespace, and the input has no workload and no Gateway there, so it has no effect: its subsets do not exist, and ' +
      'its settings for load balancing, TLS and outlier detection are missing.',
    howToFix: 'Move the DestinationRule to the namespace of the service, or to that of the clients.',
    answersTo: [],
    issues: [42570, 15556, 14817],
  },
  'mutual-tls-mismatch': {
    severity: 'error',
    title: 'Clients and workloads disagree about mutual TLS',
    description:
      'A DestinationRule makes clients send plain text or other TLS (DISABLE, SIMPLE, MUTUAL) to a port whose workloads ' +
      'accept only mutual TLS (PeerAuthentication STRICT), or makes them use mutual TLS (ISTIO_MUTUAL) where the ' +
      'workloads have it switched off (DISABLE). Connections are reset. The modes are those that istiod computes for the ' +
      'workloads and the port: of the workload, its namespace, or the mesh.',
    howToFix:
      'Remove tls from the DestinationRule: clients then use mutual TLS where the workloads have a sidecar. Or make the ' +
      'PeerAuthentication PERMISSIVE for this port.',
    answersTo: ['IST0113', 'KIA0207', 'KIA0208'],
    issues: [],
  },
  'tls-twice': {
    severity: 'warning',
    title: 'TLS inside of TLS',
    description:
      'A port is HTTPS or TLS, so clients send traffic that is encrypted already, and a DestinationRule makes the proxy ' +
      'encrypt it again (tls mode SIMPLE or MUTUAL). The server finds TLS where it expects HTTP. Ports that an http route ' +
      'leads to are not reported: there the proxy has plain HTTP to encrypt.',
    howToFix:
      'Remove tls from the DestinationRule if clients use https. If the proxy shall encrypt, let clients use http, and ' +
      'declare an HTTP port with targetPort 443.',
    answersTo: [],
    issues: [17031],
  },
  'plain-http-to-tls': {
    severity: 'warning',
    title: 'Plain HTTP to a port that expects TLS',
    description:
      'An http route leads to a port that is declared as HTTPS or TLS. The proxy that has the route sends plain HTTP ' +
      'there, unless a DestinationRule makes it encrypt. The server answers with 400, or closes the connection. This is ' +
      'common where a Gateway ends TLS and the application has a certificate of its own.',
    howToFix:
      'Add a DestinationRule with tls mode SIMPLE for the port, route to an HTTP port, or let the Gateway pass TLS ' +
      'through (mode PASSTHROUGH and a tls route).',
    answersTo: [],
    issues: [47404, 26554],
  },
} as const satisfies Catalogue
