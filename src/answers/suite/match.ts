/** Compares the route of a request with what a test of istio-config-validator says. */
import type { MatchedRoute } from '../../simulation/matched-route.ts'
import type { Route } from '../../simulation/resources.ts'
import { sharesOf } from '../../simulation/steps/filters.ts'
import { type Mismatch, ofValue } from './check.ts'
import type { WantedMatch, WantedRoute } from './model.ts'

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

function headerMismatch({ headers }: WantedMatch, route: Route | undefined): readonly Mismatch[] {
  const added = new Map(
    (route?.requestHeadersToAdd ?? []).map(({ header }) => [header.key.toLowerCase(), header.value ?? '']),
  )
  return [...headers].flatMap(([name, value]) => ofValue(`header ${name}`, value, added.get(name.toLowerCase())))
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
  const { redirect, rewrite } = wanted
  const differs = [
    ...routeMismatch(wanted, route),
    ...delegateMismatch(wanted, found),
    ...headerMismatch(wanted, route),
    ...ofValue('redirect to', redirect?.uri, route?.redirect?.pathRedirect),
    ...ofValue('redirect to host', redirect?.authority, route?.redirect?.hostRedirect),
    ...ofValue('rewritten path', rewrite?.uri, route?.route?.prefixRewrite),
    ...ofValue('rewritten host', rewrite?.authority, route?.route?.hostRewriteLiteral),
  ]
  if (wanted.want) return differs
  return differs.length > 0 ? [] : [{ what: 'match', expected: 'another route', got: 'the route that the test names' }]
}
