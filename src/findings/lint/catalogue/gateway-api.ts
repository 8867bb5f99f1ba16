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
