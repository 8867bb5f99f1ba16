/** Compares the route of a request with what a test of istio-config-validator says. */
import type { MatchedRoute } from '../../simulation/matched-route.ts'
import type { FractionalPercent, Route } from '../../simulation/resources.ts'
import { sharesOf } from '../../simulation/steps/filters.ts'
import { faultOf, percentOf, redirectStatus } from '../../simulation/steps/rewrite.ts'
import { durationText, type Mismatch, ofValue } from './check.ts'
import type { WantedHeaders, WantedMatch, WantedRoute } from './model.ts'

const WHOLE = 100

/** `outbound|PORT|SUBSET|HOST` */
function destinationOf(cluster: string, weight: number): Required<WantedRoute> {
  const [, port = '', subset = '', host = ''] = cluster.split('|')
  return { host, port: Number(port), subset, weight }
}

const destinationsOf = ({ route = {} }: Route): readonly Required<WantedRoute>[] =>
  sharesOf(route).map(({ cluster, weight }) => destinationOf(cluster, weight))

/** Tests may have short hosts and leave out ports, as VirtualServices do. */
function isDestination(wanted: WantedRoute, got: Required<WantedRoute>): boolean {
  return (
    (wanted.host === got.host || got.host.startsWith(`${wanted.host}.`)) &&
    (wanted.port === undefined || wanted.port === got.port) &&
    wanted.subset === got.subset &&
    (wanted.weight === undefined || wanted.weight === got.weight)
  )
}

const destinationText = ({ host, port, subset, weight }: WantedRoute): string =>
  `${host}${port === undefined ? '' : `:${port}`}${subset && ` subset ${subset}`}${weight === undefined || weight === WHOLE ? '' : ` ${weight}%`}`

function routeMismatch({ routes }: WantedMatch, route: Route | undefined): readonly Mismatch[] {
  if (!routes) return []
  const got = route ? destinationsOf(route) : []
  const same = routes.length === got.length && routes.every((wanted) => got.some((each) => isDestination(wanted, each)))
  const text = (list: readonly WantedRoute[]): string => list.map(destinationText).join(', ') || 'no destination'
  return same ? [] : [{ what: 'destinations', expected: text(routes), got: text(got) }]
}

type AddedHeaders = NonNullable<Route['requestHeadersToAdd']>

function headerMismatches(
  what: string,
  { set, removed }: WantedHeaders,
  toAdd: AddedHeaders = [],
  toRemove: readonly string[] = [],
): readonly Mismatch[] {
  const added = new Map(toAdd.map(({ header }) => [header.key.toLowerCase(), header.value ?? '']))
  const gone = new Set(toRemove.map((name) => name.toLowerCase()))
  return [
    ...[...set].flatMap(([name, value]) => ofValue(`${what} ${name}`, value, added.get(name.toLowerCase()))),
    ...removed.flatMap((name) =>
      ofValue(`${what} ${name}`, 'removed', gone.has(name.toLowerCase()) ? 'removed' : 'kept'),
    ),
  ]
}

function redirectMismatches({ redirect }: WantedMatch, route: Route | undefined): readonly Mismatch[] {
  const got = route?.redirect
  return [
    ...ofValue('redirect to', redirect?.uri, got?.pathRedirect),
    ...ofValue('redirect to host', redirect?.authority, got?.hostRedirect),
    ...ofValue('redirect to scheme', redirect?.scheme, got?.schemeRedirect),
    ...ofValue('redirect to port', redirect?.port, got?.portRedirect),
    ...ofValue('redirect status', redirect?.status, got && redirectStatus(got)),
  ]
}

function rewriteMismatches({ rewrite }: WantedMatch, route: Route | undefined): readonly Mismatch[] {
  const got = route?.route
  return [
    ...ofValue('rewritten path', rewrite?.uri, got?.prefixRewrite),
    ...ofValue('rewritten host', rewrite?.authority, got?.hostRewriteLiteral),
    ...ofValue('rewritten expression', rewrite?.regex?.match, got?.regexRewrite?.pattern.regex),
    ...ofValue('replacement', rewrite?.regex?.rewrite, got?.regexRewrite?.substitution),
  ]
}

function faultMismatches({ fault: wanted }: WantedMatch, route: Route | undefined): readonly Mismatch[] {
  const { abort, delay } = (route && faultOf(route)) ?? {}
  const percent = (part: { readonly percentage?: FractionalPercent } | undefined): number | undefined =>
    part && percentOf(part.percentage ?? {})
  return [
    ...ofValue('fault', wanted?.abort && 'an abort', abort && 'an abort'),
    ...ofValue('status of the abort', wanted?.abort?.status, abort?.httpStatus),
    ...ofValue('percent of the abort', wanted?.abort?.percent, percent(abort)),
    ...ofValue('fault', wanted?.delay && 'a delay', delay && 'a delay'),
    ...ofValue('delay', durationText(wanted?.delay?.duration), durationText(delay?.fixedDelay)),
    ...ofValue('percent of the delay', wanted?.delay?.percent, percent(delay)),
  ]
}

/** The VirtualService that has the route. */
function delegateMismatch({ delegate }: WantedMatch, found: MatchedRoute | undefined): readonly Mismatch[] {
  if (delegate === undefined) return []
  const whole = delegate.includes('/') ? ` ${delegate}` : `/${delegate}`
  const [origin] = found?.origins ?? []
  return origin?.what.endsWith(whole)
    ? []
    : [{ what: 'VirtualService', expected: delegate, got: origin?.what ?? 'none' }]
}

/** What differs; if the test wants a difference and there is none, that is the mismatch. */
export function matchMismatches(wanted: WantedMatch, found: MatchedRoute | undefined): readonly Mismatch[] {
  const route = found?.route
  const { requestHeaders, responseHeaders } = wanted
  const differs = [
    ...routeMismatch(wanted, route),
    ...delegateMismatch(wanted, found),
    ...headerMismatches('header', requestHeaders, route?.requestHeadersToAdd, route?.requestHeadersToRemove),
    ...headerMismatches(
      'response header',
      responseHeaders,
      route?.responseHeadersToAdd,
      route?.responseHeadersToRemove,
    ),
    ...redirectMismatches(wanted, route),
    ...rewriteMismatches(wanted, route),
    ...faultMismatches(wanted, route),
  ]
  if (wanted.want) return differs
  return differs.length > 0 ? [] : [{ what: 'match', expected: 'another route', got: 'the route that the test names' }]
}
