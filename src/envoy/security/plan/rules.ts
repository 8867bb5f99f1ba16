/** Plans the rules of AuthorizationPolicies (pilot/pkg/security/authz/model/model.go). */
import type {
  AuthorizationCondition,
  AuthorizationOperation,
  AuthorizationRule,
  AuthorizationSource,
} from '../../../kinds/messages/authorization-policy.ts'
import {
  bracketedNames,
  claimCondition,
  type JointCondition,
  metadataCondition,
  requestPrincipalCondition,
} from './claims.ts'
import { ANY, type Condition, type RulePlan } from './conditions.ts'
import { expandedDomains, type TrustDomains, withAliases } from './trust-domains.ts'
import {
  accountCondition,
  destinationCondition,
  directCondition,
  headerCondition,
  hostCondition,
  methodCondition,
  namespaceCondition,
  pathCondition,
  portCondition,
  principalCondition,
  type Quote,
  remoteCondition,
  serverNameCondition,
  trustDomainCondition,
  type ValueCondition,
} from './values.ts'

/** Filters of requests, or of connections. */
export type FilterKind = 'http' | 'tcp'

export interface RuleContext {
  readonly kind: FilterKind
  /** The namespace of the policy. */
  readonly namespace: string
  readonly trustDomains: TrustDomains
  /** How accounts, and other identities, become parts of expressions. */
  readonly quotes: { readonly accounts: Quote; readonly identities: Quote }
  /** A field that cannot be used here makes the rule void; otherwise only the field is left out. */
  readonly strict: boolean
}

/** A field of a rule and its values. */
interface Field {
  readonly values: readonly string[]
  readonly notValues: readonly string[]
  /** The condition of all values; undefined when one of them cannot be used. */
  readonly joint: JointCondition
  /** Only requests have it. */
  readonly httpOnly: boolean
}

const UNUSABLE: JointCondition = () => undefined

/** Values of which one must match. */
function each(condition: ValueCondition): JointCondition {
  return (values) => {
    const conditions = values.map(condition).filter((found) => found !== undefined)
    return conditions.length > 0 ? { kind: 'one-of', conditions } : undefined
  }
}

/** The conditions of fields; undefined when one cannot be used and the rule is void for it. */
function conditionsOf(fields: readonly Field[], { kind, strict }: RuleContext): Condition | undefined {
  const conditions: Condition[] = []
  for (const { values, notValues, joint, httpOnly } of fields) {
    for (const [list, negated] of [
      [values, false],
      [notValues, true],
    ] as const) {
      if (list.length === 0) continue
      const condition = httpOnly && kind === 'tcp' ? undefined : joint(list)
      if (condition) conditions.push(negated ? { kind: 'not', condition } : condition)
      else if (strict) return undefined
    }
  }
  return { kind: 'all', conditions: conditions.length > 0 ? conditions : [ANY] }
}

const field = (values: readonly string[], notValues: readonly string[], joint: JointCondition): Field => ({
  values,
  notValues,
  joint,
  httpOnly: false,
})
const http = (values: readonly string[], notValues: readonly string[], joint: JointCondition): Field => ({
  values,
  notValues,
  joint,
  httpOnly: true,
})

function operationFields(operation: AuthorizationOperation): readonly Field[] {
  return [
    http(operation.hosts, operation.notHosts, each(hostCondition)),
    http(operation.methods, operation.notMethods, each(methodCondition)),
    http(operation.paths, operation.notPaths, each(pathCondition)),
    field(operation.ports, operation.notPorts, each(portCondition)),
  ]
}

function sourceFields(source: AuthorizationSource, context: RuleContext): readonly Field[] {
  const { namespace, trustDomains, quotes } = context
  const { trustDomains: domains, notTrustDomains: notDomains } = source
  return [
    principalField(source.principals, source.notPrincipals, context),
    http(source.requestPrincipals, source.notRequestPrincipals, requestPrincipalCondition),
    field(source.serviceAccounts, source.notServiceAccounts, each(accountCondition(namespace, quotes.accounts))),
    trustDomainField(domains, notDomains, trustDomains),
    field(source.namespaces, source.notNamespaces, each(namespaceCondition(quotes.identities))),
    field(source.remoteIpBlocks, source.notRemoteIpBlocks, each(remoteCondition)),
    field(source.ipBlocks, source.notIpBlocks, each(directCondition)),
  ]
}

function principalField(values: readonly string[], notValues: readonly string[], context: RuleContext): Field {
  const { trustDomains, quotes } = context
  const condition = each(principalCondition(quotes.identities))
  return field(withAliases(values, trustDomains), withAliases(notValues, trustDomains), condition)
}

const trustDomainField = (values: readonly string[], notValues: readonly string[], domains: TrustDomains): Field =>
  field(expandedDomains(values, domains), expandedDomains(notValues, domains), each(trustDomainCondition))

const METADATA = 'experimental.envoy.filters.'
const HEADERS = 'request.headers'
const CLAIMS = 'request.auth.claims'

/** Attributes of the destination. */
function permissionField({ key, values, notValues }: AuthorizationCondition): Field | undefined {
  switch (key) {
    case 'destination.ip':
      return field(values, notValues, each(destinationCondition))
    case 'destination.port':
      return field(values, notValues, each(portCondition))
    case 'connection.sni':
      return field(values, notValues, each(serverNameCondition))
    default:
      return key.startsWith(METADATA) ? field(values, notValues, metadataCondition(key)) : undefined
  }
}

function bracketedField({ key, values, notValues }: AuthorizationCondition): Field | undefined {
  if (key.startsWith(HEADERS)) {
    const rest = key.slice(HEADERS.length)
    const named = rest.startsWith('[') && rest.endsWith(']')
    return http(values, notValues, named ? each(headerCondition(rest.slice(1, -1))) : UNUSABLE)
  }
  if (!key.startsWith(CLAIMS)) return undefined
  const names = bracketedNames(key.slice(CLAIMS.length))
  return http(values, notValues, names ? claimCondition(names) : UNUSABLE)
}

/** Attributes of the source and of the request. */
function principalFieldOf(condition: AuthorizationCondition, context: RuleContext): Field | undefined {
  const { key, values, notValues } = condition
  switch (key) {
    case 'source.ip':
      return field(values, notValues, each(directCondition))
    case 'remote.ip':
      return field(values, notValues, each(remoteCondition))
    case 'source.namespace':
      return field(values, notValues, each(namespaceCondition(context.quotes.identities)))
    case 'source.serviceAccount':
      return field(values, notValues, each(accountCondition(context.namespace, context.quotes.accounts)))
    case 'source.trustDomain':
      return trustDomainField(values, notValues, context.trustDomains)
    case 'source.principal':
      return principalField(values, notValues, context)
    case 'request.auth.principal':
      return http(values, notValues, requestPrincipalCondition)
    case 'request.auth.audiences':
      return http(values, notValues, claimCondition(['aud']))
    case 'request.auth.presenter':
      return http(values, notValues, claimCondition(['azp']))
    default:
      return bracketedField(condition)
  }
}

/** The conditions of each entry, or of `when` alone if there is no entry; undefined when one makes the rule void. */
function alternatives(
  entries: readonly (readonly Field[])[],
  always: readonly Field[],
  context: RuleContext,
): readonly Condition[] | undefined {
  const all = (entries.length > 0 ? entries : [[]]).map((fields) => conditionsOf([...fields, ...always], context))
  const usable = all.filter((condition) => condition !== undefined)
  return usable.length === all.length ? usable : undefined
}

const NO_FIELDS: readonly Field[] = []

/** Plans a rule. @returns undefined when it cannot be used for this kind of filter */
export function planRule(rule: AuthorizationRule, context: RuleContext): RulePlan | undefined {
  const ofPermission = rule.when.map(permissionField)
  const ofPrincipal = rule.when.map((condition, index) =>
    ofPermission[index] ? undefined : principalFieldOf(condition, context),
  )
  const present = (fields: readonly (Field | undefined)[]) => fields.filter((each) => each !== undefined)
  const operations = rule.to.map(({ operation }) => (operation ? operationFields(operation) : NO_FIELDS))
  const sources = rule.from.map(({ source }) => (source ? sourceFields(source, context) : NO_FIELDS))
  const permissions = alternatives(operations, present(ofPermission), context)
  const principals = alternatives(sources, present(ofPrincipal), context)
  return permissions && principals && { permissions, principals }
}
