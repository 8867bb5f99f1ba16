/** Writes rules as Envoy's policies (envoy/config/rbac/v3/rbac.proto). */

import { cidrRange } from '../../filters/write/cidr-range.ts'
import { compact, type EnvoyMessage, envoyType } from '../../json.ts'
import type { Condition, MetadataValue, RulePlan, TextMatch } from '../plan/conditions.ts'

/** The names of the same things in permissions and principals. */
interface Side {
  readonly all: string
  readonly oneOf: string
  readonly not: string
  readonly list: string
}

const PERMISSION: Side = { all: 'andRules', oneOf: 'orRules', not: 'notRule', list: 'rules' }
const PRINCIPAL: Side = { all: 'andIds', oneOf: 'orIds', not: 'notId', list: 'ids' }

const URI_TEMPLATE = envoyType('extensions.path.match.uri_template.v3.UriTemplateMatchConfig')

function stringMatch({ kind, text }: TextMatch): EnvoyMessage {
  return kind === 'regex' ? { safeRegex: { regex: text } } : { [kind]: text }
}

function header({ name, match, ignoreCase }: Extract<Condition, { kind: 'header' }>): EnvoyMessage {
  if (match === 'present') return { name, presentMatch: true }
  return { name, stringMatch: { ...stringMatch(match), ...(ignoreCase && { ignoreCase: true }) } }
}

function metadataValue(value: MetadataValue): EnvoyMessage {
  switch (value.kind) {
    case 'text':
      return { stringMatch: stringMatch(value.match) }
    case 'list':
      return { listMatch: { oneOf: metadataValue(value.item) } }
    case 'one-of':
      return { orMatch: { valueMatchers: value.values.map(metadataValue) } }
  }
}

const metadata = ({ filter, path, value }: Extract<Condition, { kind: 'metadata' }>): EnvoyMessage =>
  compact({
    filter: filter || undefined,
    path: path.map((key) => ({ key })),
    value: metadataValue(value),
  })

function write(condition: Condition, side: Side): EnvoyMessage {
  switch (condition.kind) {
    case 'any':
      return { any: true }
    case 'all':
      return { [side.all]: { [side.list]: condition.conditions.map((each) => write(each, side)) } }
    case 'one-of':
      return { [side.oneOf]: { [side.list]: condition.conditions.map((each) => write(each, side)) } }
    case 'not':
      return { [side.not]: write(condition.condition, side) }
    default:
      return leaf(condition)
  }
}

type Leaf = Exclude<Condition, { kind: 'any' | 'all' | 'one-of' | 'not' }>

function leaf(condition: Leaf): EnvoyMessage {
  switch (condition.kind) {
    case 'header':
      return { header: header(condition) }
    case 'path':
      return { urlPath: { path: stringMatch(condition.match) } }
    case 'path-template':
      return {
        uriTemplate: {
          name: 'uri-template',
          typedConfig: { '@type': URI_TEMPLATE, pathTemplate: condition.template },
        },
      }
    case 'destination-port':
      return { destinationPort: condition.port }
    case 'destination-ip':
      return { destinationIp: cidrRange(condition.range) }
    case 'direct-ip':
      return { directRemoteIp: cidrRange(condition.range) }
    case 'remote-ip':
      return { remoteIp: cidrRange(condition.range) }
    case 'server-name':
      return { requestedServerName: stringMatch(condition.match) }
    case 'principal':
      return { authenticated: { principalName: stringMatch(condition.match) } }
    case 'metadata':
      return { metadata: metadata(condition) }
  }
}

export const policyMessage = ({ permissions, principals }: RulePlan): EnvoyMessage => ({
  permissions: permissions.map((condition) => write(condition, PERMISSION)),
  principals: principals.map((condition) => write(condition, PRINCIPAL)),
})
