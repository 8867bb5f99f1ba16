/** Whether a condition of authorization holds (source/extensions/filters/common/rbac/matchers.cc). */
import { ipFamily, ipValue, parsePrefix, prefixContains } from '../../common/addresses.ts'
import type { Connection } from '../connection.ts'
import { matchesMetadata } from '../matching/metadata.ts'
import { matchesHeader, matchesString } from '../matching/values.ts'
import type { PrefixRange } from '../resources.ts'
import { type RoutedRequest, routedRequest } from '../steps/route.ts'
import type { RbacCondition } from './resources.ts'

/** undefined: it depends on something that is not known. */
export type Holds = boolean | undefined

export interface Checked {
  readonly connection: Connection
  /** undefined on TCP. */
  readonly request: RoutedRequest | undefined
  /** What could not be decided, in words. */
  readonly unknown: Set<string>
}

/** A connection, taken apart once for all conditions. */
export const checkedConnection = (connection: Connection): Checked => ({
  connection,
  request: connection.http && routedRequest(connection.http),
  unknown: new Set(),
})

function every(results: readonly Holds[]): Holds {
  if (results.includes(false)) return false
  return results.includes(undefined) ? undefined : true
}

function some(results: readonly Holds[]): Holds {
  if (results.includes(true)) return true
  return results.includes(undefined) ? undefined : false
}

const not = (result: Holds): Holds => (result === undefined ? undefined : !result)

function inRange({ addressPrefix, prefixLen = 0 }: PrefixRange, address: string | undefined): Holds {
  if (address === undefined) return undefined
  const family = ipFamily(address)
  const range = parsePrefix(`${addressPrefix}/${prefixLen}`)
  const value = ipValue(address)
  return family !== 0 && value !== undefined && range !== undefined && prefixContains(range, family, value)
}

/** What wildcards of templates match (kLiteral in source/extensions/path/uri_template_lib). */
const LITERALS = /^[\w.~%!$&'()+,;:@=-]*$/

/** Segments of a template: `*` is one segment, `**` one or more, which may be empty. */
function matchesTemplate(template: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = template
  const [segment, ...others] = path
  if (first === undefined || segment === undefined) return first === segment
  if (first !== '*' && first !== '**') return first === segment && matchesTemplate(rest, others)
  if (!LITERALS.test(segment)) return false
  if (first === '*') return segment !== '' && matchesTemplate(rest, others)
  return matchesTemplate(rest, others) || matchesTemplate(template, others)
}

function addressHolds(range: PrefixRange, address: string | undefined, what: string, checked: Checked): Holds {
  if (address === undefined) checked.unknown.add(what)
  return inRange(range, address)
}

function leafHolds(condition: RbacCondition, checked: Checked): Holds {
  const { connection, request } = checked
  const { header, urlPath, uriTemplate, destinationIp, directRemoteIp, remoteIp, metadata } = condition
  if (header) return request !== undefined && matchesHeader(header, request.headers)
  if (urlPath) return request !== undefined && matchesString(urlPath.path ?? {}, request.path)
  if (uriTemplate) {
    const template = uriTemplate.typedConfig?.pathTemplate ?? ''
    return request !== undefined && matchesTemplate(template.split('/'), request.path.split('/'))
  }
  if (destinationIp) return addressHolds(destinationIp, connection.address, 'the address of the proxy', checked)
  const direct = connection.source
  if (directRemoteIp) return addressHolds(directRemoteIp, direct, 'the address of the client (--source-ip)', checked)
  const client = connection.client ?? direct
  if (remoteIp) return addressHolds(remoteIp, client, 'the address of the client (--source-ip)', checked)
  if (metadata) return matchesMetadata(metadata, connection.http?.claims)
  return identityHolds(condition, connection)
}

function identityHolds(condition: RbacCondition, { peer, serverName = '', port }: Connection): Holds {
  const { authenticated, requestedServerName, destinationPort } = condition
  if (authenticated) return peer !== undefined && matchesString(authenticated.principalName ?? {}, peer)
  if (requestedServerName) return matchesString(requestedServerName, serverName)
  return destinationPort !== undefined && destinationPort === port
}

/** Whether a permission or principal holds. */
function holds(condition: RbacCondition, checked: Checked): Holds {
  const all = (conditions: readonly RbacCondition[] = []) => conditions.map((each) => holds(each, checked))
  if (condition.any) return true
  if (condition.andRules) return every(all(condition.andRules.rules))
  if (condition.andIds) return every(all(condition.andIds.ids))
  if (condition.orRules) return some(all(condition.orRules.rules))
  if (condition.orIds) return some(all(condition.orIds.ids))
  if (condition.notRule) return not(holds(condition.notRule, checked))
  if (condition.notId) return not(holds(condition.notId, checked))
  return leafHolds(condition, checked)
}

/** Whether one of the permissions and one of the principals hold. */
export function policyHolds(
  {
    permissions = [],
    principals = [],
  }: { permissions?: readonly RbacCondition[]; principals?: readonly RbacCondition[] },
  checked: Checked,
): Holds {
  const permitted = some(permissions.map((each) => holds(each, checked)))
  return permitted === false ? false : every([permitted, some(principals.map((each) => holds(each, checked)))])
}
