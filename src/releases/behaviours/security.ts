import type { Behaviour } from '../behaviour.ts'

/** Who is let in, and which tokens are accepted. */
export const SECURITY = {
  'providers-by-name': {
    does: 'Rules of the action CUSTOM have the name of their provider, several providers of a workload are possible, and names of providers are DNS labels.',
    touches: ['lds'],
    since: ['1.30.0'],
    upgrade:
      'A provider whose name is not a DNS label in lower case cannot be used: its policies deny what they match. Rename it first.',
    source: '#58082',
  },
  'trust-domain-attribute': {
    does: 'AuthorizationPolicies have conditions on source.trustDomain.',
    touches: ['validation', 'lds'],
    since: ['1.30.2', '1.31.0'],
    upgrade: 'None: the condition was refused before.',
    source: '#59358',
  },
  'service-account-attribute': {
    does: 'AuthorizationPolicies have conditions on source.serviceAccount.',
    touches: ['validation', 'lds'],
    since: ['1.25.0'],
    upgrade: 'None: the condition was refused before.',
    source: '#54091',
  },
  'literal-accounts': {
    does: 'Dots and other special characters in serviceAccounts of AuthorizationPolicies stand for themselves.',
    touches: ['lds'],
    since: ['1.27.9', '1.28.6', '1.29.2', '1.30.0'],
    upgrade: 'Rules no longer match accounts that differ in such a character.',
    source: '#59700',
  },
  'literal-identities': {
    does: 'Dots and other special characters in principals and namespaces of AuthorizationPolicies stand for themselves.',
    touches: ['lds'],
    since: ['1.28.7', '1.29.3', '1.30.0'],
    upgrade: 'Rules no longer match identities that differ in such a character.',
    source: '#59992',
  },
  'secret-keys-warned': {
    does: 'The admission check warns of private and symmetric keys in a RequestAuthentication.',
    touches: ['validation'],
    since: ['1.30.3', '1.31.0'],
    upgrade: 'kubectl shows a warning; the object is accepted as before.',
    source: '#60339',
  },
  'strict-claim-headers': {
    does: 'outputClaimToHeaders of a RequestAuthentication may not name a header with an underscore.',
    touches: ['validation', 'lds'],
    since: ['1.24.4', '1.25.0'],
    until: ['1.26.5', '1.27.2', '1.28.0'],
    upgrade: 'RequestAuthentications with such a header are refused, and a stored one no longer applies.',
    source: '#54602, #57518',
  },
  'sorted-space-delimited-claims': {
    does: 'The claims that a JWT filter splits at spaces are sorted: permission, scope.',
    touches: ['lds'],
    since: ['1.28.0'],
    upgrade: 'None: the order has no effect.',
    source: '#57781',
  },
} as const satisfies Readonly<Record<string, Behaviour>>
