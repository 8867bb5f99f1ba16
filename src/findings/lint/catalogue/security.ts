/** Rules about AuthorizationPolicies and RequestAuthentications. */
import type { Catalogue } from '../rule.ts'

export const SECURITY_ENTRIES = {
  'allow-policy-closes-tcp-port': {
    severity: 'warning',
    title: 'ALLOW policies about HTTP close a TCP port',
    description:
      'AuthorizationPolicies with the action ALLOW apply to a workload with a TCP port, and each of their rules asks for ' +
      'something that only HTTP requests have: methods, paths, hosts, headers, tokens. On TCP ports istiod drops such ' +
      'rules, so no rule is left and the proxy refuses every connection to the port.',
    howToFix:
      'Add a rule for the port with to.operation.ports and, if need be, the identities of its clients; or give the ' +
      'policy a selector without this workload; or name the protocol of the port if it is HTTP.',
    answersTo: [],
    issues: [],
  },
  'deny-rule-widened': {
    severity: 'warning',
    title: 'A DENY rule about HTTP denies more on a TCP port',
    description:
      'A rule with the action DENY asks for something that only HTTP requests have, and the workload has a TCP port that ' +
      'the rule does not exclude. On this port istiod leaves out what is about requests and keeps the rest of the rule, so ' +
      'the proxy refuses all connections that the rest matches.',
    howToFix: 'Name the HTTP ports of the workload in to.operation.ports of the rule.',
    answersTo: [],
    issues: [],
  },
  'token-not-required': {
    severity: 'warning',
    title: 'No policy requires the token that a RequestAuthentication checks',
    description:
      'A RequestAuthentication refuses tokens that are not valid, but lets requests without a token pass. No ' +
      'AuthorizationPolicy of the same workloads asks for a token (requestPrincipals, request.auth), so a client gets in ' +
      'by sending none.',
    howToFix:
      'Add an AuthorizationPolicy: DENY with from.source.notRequestPrincipals ["*"], or ALLOW with requestPrincipals. If ' +
      'the token is only forwarded to the application, which checks it, ignore the finding.',
    answersTo: [],
    issues: [],
  },
  'token-keys-fetched': {
    severity: 'info',
    title: 'The keys of tokens have to be fetched',
    description:
      'A RequestAuthentication states no keys, so istiod fetches them from jwksUri or finds them by the issuer, and sends ' +
      'them to the proxies. Until it has them, and as long as it cannot reach the server, it sends a key that fits no token, ' +
      'and proxies refuse every token of the issuer with status 401. vipctl does not fetch keys and shows that key.',
    howToFix:
      'Make sure that istiod reaches the server (egress rules, proxies, certificates), or state the keys in jwks.',
    answersTo: [],
    issues: [],
  },
} as const satisfies Catalogue
