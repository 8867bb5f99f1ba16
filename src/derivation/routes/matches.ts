/** Conditions of rules (pilot/pkg/config/kube/gateway/conversion.go createURIMatch, createGRPCURIMatch). */
import { utf8Length } from '../../common/bytes.ts'
import type { GrpcRouteMatch, HttpRouteMatch, NamedMatch } from '../../kinds/messages/gateway-api/routes.ts'
import { HTTPMatchRequest, type HTTPRoute, StringMatch } from '../../kinds/messages/virtual-service.ts'
import type { MadeRule } from './model.ts'

const ROOT = '/'
const REGEX = 'RegularExpression'

const matching = (match: Partial<StringMatch>): StringMatch => ({ ...StringMatch.zero, ...match })

function uriMatch({ type, value }: HttpRouteMatch['path']): StringMatch {
  if (type === 'Exact') return matching({ exact: value })
  if (type === REGEX) return matching({ regex: value })
  return matching({ prefix: value === ROOT ? value : value.replace(/\/$/, '') })
}

const byName = (matches: readonly NamedMatch[]): ReadonlyMap<string, StringMatch> =>
  new Map(
    matches.map(({ type, name, value }) => [name, matching(type === REGEX ? { regex: value } : { exact: value })]),
  )

/** The match of an HTTPRoute. */
export function httpMatch({ path, headers, queryParams, method }: HttpRouteMatch): HTTPMatchRequest {
  return {
    ...HTTPMatchRequest.zero,
    uri: uriMatch(path),
    headers: byName(headers),
    queryParams: byName(queryParams),
    method: method === undefined ? undefined : matching({ exact: method }),
  }
}

function methodMatch({ type, service, method }: NonNullable<GrpcRouteMatch['method']>): StringMatch | undefined {
  if (service === undefined) return method === undefined ? undefined : matching({ regex: `/[^/]+/${method}` })
  if (type === REGEX) return matching({ regex: `/${service}/${method ?? '.+'}` })
  return matching(method === undefined ? { prefix: `/${service}/` } : { exact: `/${service}/${method}` })
}

/** The match of a GRPCRoute. */
export function grpcMatch({ method, headers }: GrpcRouteMatch): HTTPMatchRequest {
  return { ...HTTPMatchRequest.zero, uri: method && methodMatch(method), headers: byName(headers) }
}

function rankOf(uri: StringMatch | undefined): number {
  if (uri?.exact !== undefined) return 3
  if (uri?.prefix !== undefined) return 2
  return uri?.regex === undefined ? 0 : 1
}

const lengthOf = (uri: StringMatch | undefined): number => utf8Length(uri?.exact ?? uri?.prefix ?? uri?.regex ?? '')

/** The more specific one of two conditions first. */
function byPrecedence(a: HTTPMatchRequest, b: HTTPMatchRequest): number {
  return (
    rankOf(b.uri) - rankOf(a.uri) ||
    lengthOf(b.uri) - lengthOf(a.uri) ||
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    b.headers.size - a.headers.size ||
    b.queryParams.size - a.queryParams.size
  )
}

/** Rules in the order of precedence of the Gateway API; those without conditions last (sortHTTPRoutes). */
export function inPrecedence(rules: readonly MadeRule<HTTPRoute>[]): readonly MadeRule<HTTPRoute>[] {
  return [...rules].sort(({ rule: a }, { rule: b }) => {
    const [one, other] = [a.match[0], b.match[0]]
    if (!one || !other) return Number(one === undefined) - Number(other === undefined)
    return byPrecedence(one, other)
  })
}
