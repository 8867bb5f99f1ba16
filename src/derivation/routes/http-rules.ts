/** The rules of HTTPRoutes and GRPCRoutes (pilot/pkg/config/kube/gateway/conversion.go convertHTTPRoute). */
import type { GrpcRouteResource, HttpRouteResource } from '../../kinds/index.ts'
import type { RouteFilter } from '../../kinds/messages/gateway-api/filters.ts'
import type {
  GrpcRouteRule,
  HttpRouteRule,
  RouteBackend,
  RouteRetry,
  RouteTimeouts,
} from '../../kinds/messages/gateway-api/routes.ts'
import {
  type Headers,
  type HTTPMatchRequest,
  type HTTPMirrorPolicy,
  HTTPRetry,
  HTTPRoute,
  HTTPRouteDestination,
} from '../../kinds/messages/virtual-service.ts'
import { type Duration, durationNanos, parseDuration } from '../../kinds/schema/duration.ts'
import type { PathStep } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { backendDestination, type Referrer } from './backends.ts'
import { corsOf, mirroredShare, redirectOf, rewriteOf, unsupportedFilter, withHeaderFilter } from './filters.ts'
import type { Lookups } from './lookups.ts'
import { grpcMatch, httpMatch } from './matches.ts'
import {
  type LazyRules,
  type LocationOf,
  type MadeRule,
  type RouteProblem,
  UnusableRoute,
  type Usable,
} from './model.ts'
import { receivingBackends } from './weights.ts'

type Fields = { -readonly [F in keyof HTTPRoute]?: HTTPRoute[F] }

/** What a rule is converted with. */
interface RuleContext {
  readonly referrer: Referrer
  readonly lookups: Lookups
  /** Of a part of the rule. Few rules need one. */
  readonly at: (...path: PathStep[]) => Location
}

/** Retries without attempts of their own. */
const USUAL_ATTEMPTS = 2
const RETRY_ON = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled']
const NO_BACKEND = { status: 500, body: undefined }

function retriesOf({ codes, attempts, backoff }: RouteRetry): HTTPRetry {
  const count = attempts ?? USUAL_ATTEMPTS
  return {
    ...HTTPRetry.zero,
    attempts: count,
    retryOn: count === 0 ? '' : [...RETRY_ON, ...codes].join(','),
    backoff: backoff === undefined ? undefined : (parseDuration(backoff) ?? { seconds: 0, nanos: 0 }),
  }
}

/** A duration that is a limit: 0 is none. */
function limitOf(text: string | undefined): Duration | undefined {
  const duration = text === undefined ? undefined : parseDuration(text)
  return duration && durationNanos(duration) !== 0 ? duration : undefined
}

/** The limit of one attempt limits the whole request when there are no retries of the rule's own. */
function addTimeouts(fields: Fields, timeouts: RouteTimeouts): void {
  fields.timeout = limitOf(timeouts.request)
  const perTry = limitOf(timeouts.backendRequest)
  if (!perTry) return
  if (fields.retries) fields.retries = { ...fields.retries, perTryTimeout: perTry }
  else fields.timeout = perTry
}

/** @throws UnusableRoute */
function mirrorOf(
  { requestMirror }: RouteFilter,
  { referrer, lookups }: RuleContext,
  location: LocationOf,
): { readonly mirror?: HTTPMirrorPolicy; readonly problem?: RouteProblem | undefined } {
  if (!requestMirror?.backendRef) return {}
  const at = () => location().child('requestMirror', 'backendRef')
  const { value, problem } = backendDestination(requestMirror.backendRef, referrer, lookups, at)
  return problem ? { problem } : { mirror: { destination: value, percentage: mirroredShare(requestMirror) } }
}

/** A mirror that cannot be used, of whatever sort, is left out of an HTTPRoute. */
function addHttpMirror(
  fields: Fields,
  filter: RouteFilter,
  context: RuleContext,
  at: LocationOf,
): RouteProblem | undefined {
  try {
    const { mirror, problem } = mirrorOf(filter, context, at)
    if (mirror) fields.mirrors = [...(fields.mirrors ?? []), mirror]
    return problem
  } catch (error) {
    if (error instanceof UnusableRoute) return error.problem
    throw error
  }
}

/** @throws UnusableRoute */
function addGrpcMirror(fields: Fields, filter: RouteFilter, context: RuleContext, at: LocationOf): void {
  const { mirror, problem } = mirrorOf(filter, context, at)
  if (problem) throw new UnusableRoute(problem)
  if (mirror) fields.mirrors = [...(fields.mirrors ?? []), mirror]
}

/** @returns the problem of the last mirror that is left out */
function addHttpFilters(
  fields: Fields,
  filters: readonly RouteFilter[],
  context: RuleContext,
): RouteProblem | undefined {
  let mirrorProblem: RouteProblem | undefined
  for (const [index, filter] of filters.entries()) {
    const at = () => context.at('filters', index)
    const { requestRedirect, urlRewrite, cors } = filter
    const headers = withHeaderFilter(fields.headers, filter, at)
    if (headers) fields.headers = headers
    else if (filter.type === 'RequestRedirect') fields.redirect = requestRedirect && redirectOf(requestRedirect)
    else if (filter.type === 'URLRewrite') fields.rewrite = urlRewrite && rewriteOf(urlRewrite)
    else if (filter.type === 'CORS') fields.corsPolicy = cors && corsOf(cors)
    else if (filter.type === 'RequestMirror')
      mirrorProblem = addHttpMirror(fields, filter, context, at) ?? mirrorProblem
    else unsupportedFilter(filter.type, at)
  }
  return mirrorProblem
}

function addGrpcFilters(fields: Fields, filters: readonly RouteFilter[], context: RuleContext): void {
  for (const [index, filter] of filters.entries()) {
    const at = () => context.at('filters', index)
    const headers = withHeaderFilter(fields.headers, filter, at)
    if (headers) fields.headers = headers
    else if (filter.type === 'RequestMirror') addGrpcMirror(fields, filter, context, at)
    else unsupportedFilter(filter.type, at)
  }
}

function headersOfBackend(filters: readonly RouteFilter[], location: LocationOf): Headers | undefined {
  let headers: Headers | undefined
  for (const [index, filter] of filters.entries()) {
    const at = () => location().child('filters', index)
    headers = withHeaderFilter(headers, filter, at) ?? unsupportedFilter(filter.type, at)
  }
  return headers
}

/**
 * Adds the destinations, or the answer of a rule without any.
 * @returns the problem of the last backend that cannot be used
 */
function addBackends(
  fields: Fields,
  backends: readonly RouteBackend[],
  context: RuleContext,
): RouteProblem | undefined {
  const receiving = receivingBackends(backends)
  if (receiving.length === 0 && !fields.redirect) {
    fields.directResponse = NO_BACKEND
    return undefined
  }
  let last: RouteProblem | undefined
  fields.route = receiving.map(({ backend, index, weight }) => {
    const at = () => context.at('backendRefs', index)
    const { value: destination, problem } = backendDestination(backend, context.referrer, context.lookups, at)
    last = problem ?? last
    return { ...HTTPRouteDestination.zero, destination, weight, headers: headersOfBackend(backend.filters, at) }
  })
  return last
}

/** All that a rule of an HTTPRoute does, without its conditions. */
function httpFields(rule: HttpRouteRule, context: RuleContext): Usable<Fields> {
  const fields: Fields = {}
  const mirrorProblem = addHttpFilters(fields, rule.filters, context)
  if (rule.retry) fields.retries = retriesOf(rule.retry)
  if (rule.timeouts) addTimeouts(fields, rule.timeouts)
  return { value: fields, problem: addBackends(fields, rule.backendRefs, context) ?? mirrorProblem }
}

function grpcFields(rule: GrpcRouteRule, context: RuleContext): Usable<Fields> {
  const fields: Fields = {}
  addGrpcFilters(fields, rule.filters, context)
  return { value: fields, problem: addBackends(fields, rule.backendRefs, context) }
}

/** One rule for each match; a single one without matches. */
function rulesOf(
  resource: HttpRouteResource | GrpcRouteResource,
  index: number,
  name: string | undefined,
  fields: Fields,
  matches: readonly HTTPMatchRequest[],
): readonly MadeRule<HTTPRoute>[] {
  const { namespace, name: route } = resource.meta
  const rule = { ...HTTPRoute.zero, name: name ?? `${namespace}.${route}.${index}`, ...fields }
  const path: readonly PathStep[] = ['spec', 'rules', index]
  if (matches.length === 0) return [{ rule, from: { resource, path } }]
  return matches.map((match, at) => ({
    rule: { ...rule, match: [match] },
    from: { resource, path: [...path, 'matches', at] },
  }))
}

/** The rules of an HTTPRoute. @throws UnusableRoute */
export function* httpRules(
  resource: HttpRouteResource,
  referrer: Referrer,
  lookups: Lookups,
): Generator<Usable<LazyRules<HTTPRoute>>> {
  for (const [index, rule] of resource.spec.rules.entries()) {
    const at = (...path: PathStep[]) => resource.location.child('spec', 'rules', index, ...path)
    const { value, problem } = httpFields(rule, { referrer, lookups, at })
    yield { value: () => rulesOf(resource, index, rule.name, value, rule.matches.map(httpMatch)), problem }
  }
}

/** The rules of a GRPCRoute. @throws UnusableRoute */
export function* grpcRules(
  resource: GrpcRouteResource,
  referrer: Referrer,
  lookups: Lookups,
): Generator<Usable<LazyRules<HTTPRoute>>> {
  for (const [index, rule] of resource.spec.rules.entries()) {
    const at = (...path: PathStep[]) => resource.location.child('spec', 'rules', index, ...path)
    const { value, problem } = grpcFields(rule, { referrer, lookups, at })
    yield { value: () => rulesOf(resource, index, rule.name, value, rule.matches.map(grpcMatch)), problem }
  }
}
