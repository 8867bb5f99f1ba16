/** Rules about the Kubernetes Gateway API and Ingress, decided from what istiod makes of them. */
import type { Catalogue } from '../rule.ts'

export const GATEWAY_API_ENTRIES = {
  'gateway-not-accepted': {
    severity: 'error',
    title: 'A Gateway of the Gateway API, a ListenerSet or one of its listeners is not accepted',
    description:
      'istiod sets a condition that says why it does not use the Gateway, the ListenerSet or the listener: a protocol ' +
      'that it does not serve, a certificate that is missing or not permitted, a listener that loses against another ' +
      'one with its port and hostname, kinds of routes that the protocol cannot have, or a Gateway that does not take ' +
      'the set. Nothing listens there, and requests of the routes that belong to it fail. Whether its addresses are ' +
      'usable depends on the cluster and is not reported.',
    howToFix: 'Correct what the condition names; vipctl status prints all conditions of an object.',
    answersTo: ['KIA1503'],
    issues: [],
  },
  'gateway-listener-without-tls': {
    severity: 'error',
    title: 'A listener for HTTPS has no tls section',
    description:
      'istiod makes nothing of a listener with protocol HTTPS or TLS that has no tls section: nothing listens on its ' +
      'port, and no route can be attached to it. The conditions of the Gateway and of the listener say that all is ' +
      'well. (A listener of a ListenerSet is not accepted, which gateway-not-accepted reports.)',
    howToFix: 'Name a certificate in tls.certificateRefs, or set tls.mode: Passthrough for protocol TLS.',
    answersTo: [],
    issues: [],
  },
  'gateway-certificate-ignored': {
    severity: 'warning',
    title: 'One of the two certificates of a listener cannot be used',
    description:
      'A listener may have two certificates. If one of the two references is bad (no such Secret, no usable ' +
      'certificate, no ReferenceGrant), istiod uses the first reference alone and reports no problem. If the first one ' +
      'is the bad one, the listener gets no certificate of its own: it serves the workload certificate of the router, ' +
      'which clients outside of the mesh do not trust.',
    howToFix: 'Correct the reference, or remove it.',
    answersTo: [],
    issues: [],
  },
  'route-not-accepted': {
    severity: 'error',
    title: 'No parent takes a route of the Gateway API',
    description:
      'A reference to a parent leads to listeners none of which takes the route (condition Accepted is False): no ' +
      'listener has the name or port, its hostnames and those of the route do not overlap, it takes no routes of the ' +
      'namespace (the default is its own namespace only) or of the kind; or the Service that is the parent does not ' +
      'exist. The route has no effect there, and istiod says so only in the status of the route.',
    howToFix:
      'Correct sectionName, port or hostnames of the route, or let the listener take routes of the namespace ' +
      '(allowedRoutes.namespaces.from: All, or a selector).',
    answersTo: [],
    issues: [],
  },
  'route-reference-unresolved': {
    severity: 'error',
    title: 'A route of the Gateway API refers to something that istiod cannot use',
    description:
      'The condition ResolvedRefs is False. A backend that does not exist, that is of another kind, or that is in a ' +
      'namespace without a ReferenceGrant for the route makes requests fail with status 500. A filter that istiod does ' +
      'not support, a backend without a port or a Service named with its domain makes the whole route unusable, with ' +
      'all of its rules. A Service of a namespace that is not in the input is not reported.',
    howToFix:
      'Correct the name and port of the backend, write a ReferenceGrant into its namespace, or remove the filter. ' +
      'Routes with a Service as parent need no grant.',
    answersTo: ['KIA1402'],
    issues: [],
  },
  'route-parent-missing': {
    severity: 'warning',
    title: 'A route of the Gateway API names a Gateway that does not exist',
    description:
      'A reference to a parent names a Gateway or ListenerSet that is not in the input. The route has no effect there, ' +
      'and istiod does not say so: it writes no status for such a reference. The rule ignores namespaces of which the ' +
      'input has no Gateway, unless a Gateway of another namespace has the name.',
    howToFix: 'Write name and namespace of the Gateway; without a namespace, the one of the route is meant.',
    answersTo: ['KIA1401'],
    issues: [],
  },
  'route-hostname-unserved': {
    severity: 'warning',
    title: 'A hostname of a route is served by no listener, though the route is accepted',
    description:
      'A Gateway takes a route if one of its hostnames matches a listener. The others drop out: hostnames that match no ' +
      'listener which the route refers to, and those for which another listener of the Gateway, with the same port and ' +
      'protocol, has a more specific hostname. Requests for them get 404 or reach another route, and no condition says ' +
      'so. A hostname that one of several parents serves is not reported.',
    howToFix:
      'Correct the hostname, give a listener of the Gateway a hostname that includes it, or remove sectionName from ' +
      'the reference so that the more specific listener takes the route too.',
    answersTo: [],
    issues: [],
  },
  'route-match-hidden': {
    severity: 'warning',
    title: 'A match of a route is never reached, because an earlier one takes every request',
    description:
      'Rules of all routes for a host are sorted by how specific their paths are: exact paths, prefixes, regular ' +
      'expressions, and rules without a path. Building a host ends with the first rule that takes every request, ' +
      'which is one for the prefix / without other conditions. So such a rule hides all regular expressions of the ' +
      'host, gRPC rules without a method, and a second rule for /, also those of other routes and namespaces. No ' +
      'condition says so.',
    howToFix:
      'Use prefixes instead of regular expressions, or give the rule for / a condition such as a header; remove the ' +
      'second of two rules for /.',
    answersTo: [],
    issues: [],
  },
  'l4-route-hidden': {
    severity: 'warning',
    title: 'A TCPRoute or TLSRoute gets no connection, because another route of the listener does',
    description:
      'A listener for TCP has one route: of several TCPRoutes, the oldest gets all connections (then the first by ' +
      'name). Of TLSRoutes, the oldest gets those for a server name, and another one with this server name gets none. ' +
      'All of them are accepted and counted as attached; no condition says that one has no effect.',
    howToFix: 'Give each TCPRoute a listener with a port of its own, and each TLSRoute server names of its own.',
    answersTo: [],
    issues: [],
  },
  'route-host-shared': {
    severity: 'info',
    title: 'A VirtualService routes a host for some sidecars, and a route of the Gateway API for others',
    description:
      'A Service has a VirtualService, and is the parent of a route of the Gateway API too. Sidecars do not merge them. ' +
      'For sidecars in the namespace of the route, the route applies; for others, the older of the two does, and a ' +
      'route outside of the namespace of the Service does not. So requests to one Service are routed differently in ' +
      'different namespaces. If one of the two applies nowhere, virtual-service-host-taken reports it.',
    howToFix: 'Move the rules into one of the two.',
    answersTo: [],
    issues: [],
  },
  'reference-grant-unused': {
    severity: 'info',
    title: 'No reference needs a ReferenceGrant',
    description:
      'A ReferenceGrant lets objects of another namespace refer to Services, Secrets or ConfigMaps of its own. No such ' +
      'reference of the input needs this one: a kind or a namespace is misspelt, the reference is gone, or it is of a ' +
      'route of the mesh, which needs no grant. A grant for a namespace of which the input has no objects is not ' +
      'reported.',
    howToFix: 'Correct from and to, or remove the grant.',
    answersTo: [],
    issues: [],
  },
  'backend-policy-not-accepted': {
    severity: 'error',
    title: 'A policy for backends is not accepted',
    description:
      'The condition Accepted of a BackendTLSPolicy or XBackendTrafficPolicy is False: its target does not exist, an ' +
      'older policy is about the same target, or its certificates of authorities cannot be used. In the last case ' +
      'the policy applies nevertheless: no connection of a gateway to the target succeeds, while sidecars send in ' +
      'plain text.',
    howToFix:
      'Name a Service or ServiceEntry of the namespace of the policy, and a port by its name; keep one policy per ' +
      'target; put the certificates into a ConfigMap with the key ca.crt.',
    answersTo: [],
    issues: [],
  },
  'ingress-without-effect': {
    severity: 'warning',
    title: 'istiod ignores an Ingress or a part of it',
    description:
      'An Ingress names the class of Istio with ingressClassName, but there is no IngressClass of this name, so istiod ' +
      'does not handle it. Or istiod handles it, and drops a path whose backend is not a Service or names a port that ' +
      'the Service does not have, or a defaultBackend, which it never uses. Ingresses have no condition that says so.',
    howToFix:
      'Apply an IngressClass with controller istio.io/ingress-controller; name a port of the Service; write a rule ' +
      'without host instead of the defaultBackend.',
    answersTo: [],
    issues: [],
  },
} as const satisfies Catalogue
