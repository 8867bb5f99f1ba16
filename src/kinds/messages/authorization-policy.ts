/** AuthorizationPolicy (istio.io/api security/v1beta1/authorization_policy.proto). */
import { enumeration, type Infer, list, message, optional, string } from '../schema/index.ts'
import { LabelSelectorSpec, PolicyTargetReference } from './selector.ts'

const AuthorizationSource = message('Source', {
  principals: list(string),
  notPrincipals: list(string),
  requestPrincipals: list(string),
  notRequestPrincipals: list(string),
  namespaces: list(string),
  notNamespaces: list(string),
  serviceAccounts: list(string),
  notServiceAccounts: list(string),
  trustDomains: list(string),
  notTrustDomains: list(string),
  ipBlocks: list(string),
  notIpBlocks: list(string),
  remoteIpBlocks: list(string),
  notRemoteIpBlocks: list(string),
})
export type AuthorizationSource = Infer<typeof AuthorizationSource>

const AuthorizationOperation = message('Operation', {
  hosts: list(string),
  notHosts: list(string),
  ports: list(string),
  notPorts: list(string),
  methods: list(string),
  notMethods: list(string),
  paths: list(string),
  notPaths: list(string),
})
export type AuthorizationOperation = Infer<typeof AuthorizationOperation>

const AuthorizationCondition = message('Condition', {
  key: string,
  values: list(string),
  notValues: list(string),
})
export type AuthorizationCondition = Infer<typeof AuthorizationCondition>

const AuthorizationRule = message('Rule', {
  from: list(message('From', { source: optional(AuthorizationSource) })),
  to: list(message('To', { operation: optional(AuthorizationOperation) })),
  when: list(AuthorizationCondition),
})
export type AuthorizationRule = Infer<typeof AuthorizationRule>

const AuthorizationAction = enumeration(['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'])
export type AuthorizationAction = Infer<typeof AuthorizationAction>

export const AuthorizationPolicy = message('AuthorizationPolicy', {
  selector: optional(LabelSelectorSpec),
  targetRef: optional(PolicyTargetReference),
  targetRefs: list(PolicyTargetReference),
  rules: list(AuthorizationRule),
  action: AuthorizationAction,
  provider: optional(message('ExtensionProvider', { name: string })),
})
export type AuthorizationPolicy = Infer<typeof AuthorizationPolicy>
