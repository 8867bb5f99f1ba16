/** Causes of AuthorizationPolicies and RequestAuthentications. */
import { type Cause, type RuleCode, rejected, warned } from './cause.ts'

export const SECURITY_CAUSES = {
  'dry-run-invalid': rejected(
    'Policies with the action ALLOW or DENY can be dry runs: the annotation istio.io/dry-run is true or false.',
    'Write "true" or "false", or remove the annotation.',
  ),
  'authorization-rules-required': rejected(
    'Without rules, a policy with the action DENY or CUSTOM would never apply.',
    'Add the rule {}, which applies to every request, or the rules that are meant.',
  ),
  'authorization-provider-invalid': rejected(
    'The action CUSTOM names a provider of the mesh configuration, and only this action does.',
    'Set both action: CUSTOM and provider.name, or neither.',
  ),
  'authorization-rule-empty': rejected(
    'Each entry of from has a source and each entry of to an operation, with at least one value.',
    'Add a value, or remove the entry; a rule without from is about every source.',
  ),
  'authorization-source-conflict': rejected(
    'A service account states both the namespace and the account, so a source cannot also have principals or namespaces.',
    'Use either serviceAccounts, or principals and namespaces.',
  ),
  'authorization-value-invalid': rejected(
    'The value cannot match anything: it is empty, not an address, port or account, has stars in the wrong place, or ' +
      'is a path with braces that are not a whole segment {*} or {**}.',
    'Correct the value as the message says.',
  ),
  'authorization-condition-invalid': rejected(
    'A condition names an attribute of the request or connection, and values that it has or has not.',
    'Use one of the attributes of AuthorizationPolicy conditions, with values or notValues.',
  ),
  'custom-unsupported': rejected(
    'With the action CUSTOM, the proxy asks the provider before it knows the identity of the client and the token, so ' +
      'rules cannot depend on them.',
    'Let the provider check the identity, or check it in a policy with another action.',
  ),
  'deny-all-tcp': warned(
    'On ports that are not HTTP, the rule loses what is about requests, and what is left of it denies every ' +
      'connection.',
    'Name the HTTP ports in to.operation.ports.',
  ),
  'jwt-rule-invalid': rejected(
    'A JWT rule has an issuer or a jwksUri, and no empty audiences, parameters, cookies, headers or claims.',
    'Fill in the value, or remove it.',
  ),
  'jwks-invalid': rejected(
    'Keys are a JSON Web Key Set with keys that have all their fields, or are at an http or https URL.',
    'Paste the key set of the issuer as it is, or correct the URL.',
  ),
  'jwks-secret': warned(
    'The public key is enough to check tokens; with a private or symmetric key, anyone who can read the object can ' +
      'make tokens.',
    'Replace the key by its public part, and make a new pair of keys.',
  ),
} as const satisfies Partial<Record<RuleCode, Cause>>
