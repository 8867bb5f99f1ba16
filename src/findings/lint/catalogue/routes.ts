/** Rules about routes of VirtualServices, decided from those that proxies get. */
import type { Catalogue } from '../rule.ts'

export const ROUTE_ENTRIES = {
  'route-cluster-missing': {
    severity: 'error',
    title: 'A route leads to a port or subset that the proxies with this route do not have',
    description:
      'A route, mirror, tls or tcp rule of a VirtualService leads to a port that the service does not have, or to a ' +
      'subset that only clients of other namespaces have: a DestinationRule applies to clients in its own namespace, ' +
      'and to all clients only if it is in the namespace of the service or in the root namespace. Every proxy that ' +
      'gets the route is asked, sidecars and gateways. The route leads to a cluster that does not exist, and requests ' +
      'get 503 with the response flag NC. A destination without a port leads to the port of the request; at a gateway, ' +
      'or if the service has the port of the request too, to its only port. The finding is a warning if requests to ' +
      'other ports of the host succeed.',
    howToFix:
      'Name a port of the Service, not its targetPort. Move the DestinationRule to the namespace of the service, or ' +
      'export the VirtualService only to the namespaces that have the subset (exportTo: [.]).',
    answersTo: ['IST0112', 'KIA1107'],
    issues: [30730, 57329, 48300],
  },
  'virtual-service-host-taken': {
    severity: 'error',
    title: 'Another VirtualService already has the host',
    description:
      'Two VirtualServices for sidecars have the same host. Sidecars do not merge them: the older one routes the host, ' +
      'and the routes of the other have no effect for it, in no namespace. (VirtualServices of one Gateway are merged.) ' +
      'The rule is decided from the routes that proxies get, so a VirtualService of a client that is meant to replace ' +
      'the public one, or one that routes other ports, is not reported. A route of the Gateway API whose parent is the ' +
      'Service is a VirtualService too: it comes first for sidecars of its own namespace, and elsewhere the older one ' +
      'does.',
    howToFix:
      'Move the routes into one VirtualService. A VirtualService without hosts, to which the first one delegates, can ' +
      'keep them apart.',
    answersTo: ['IST0109', 'KIA1106'],
    issues: [36621, 22997],
  },
  'route-without-effect': {
    severity: 'warning',
    title: 'A rule of a VirtualService gets to no proxy',
    description:
      'istiod accepts the rule, but no sidecar and no gateway has a route that was made from it, or an earlier route of ' +
      'another VirtualService takes all of its requests. The finding names the reason: the host has no port that rules ' +
      'of this kind apply to (http for HTTP, tls for TLS and HTTPS, tcp for the others) or no port of this number, the ' +
      'match names gateways that the VirtualService is not bound to, or the VirtualService that a rule delegates to ' +
      'does not exist, has hosts of its own, or is not exported to the namespace. The same is checked for routes of the ' +
      'Gateway API whose parent is a Service or ServiceEntry; hosts with * have no such routes. A rule whose reason is ' +
      'not known, or which depends on labels of the client, is not reported.',
    howToFix:
      'Correct what the finding names. To route HTTP by path, the port must be declared as HTTP; traffic that clients ' +
      'encrypt themselves can only be routed by server name, in a tls rule.',
    answersTo: ['IST0131'],
    issues: [36528, 47713, 19101, 42602, 33251, 30387],
  },
} as const satisfies Catalogue
