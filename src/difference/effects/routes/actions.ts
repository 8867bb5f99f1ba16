/** Where a route sends its requests, in words. */
import { BLACK_HOLE_CLUSTER, PASSTHROUGH_CLUSTER } from '../../../common/names.ts'
import type { RedirectAction, Route } from '../../../simulation/resources.ts'
import { redirectStatus } from '../../../simulation/steps/rewrite.ts'
import type { Phrase } from '../draft.ts'
import type { Place } from '../words/names.ts'
import { isShift, nowText, type Shares, sharesOf, sharesText, shiftText } from '../words/shares.ts'

/** What becomes of a request, as verb and object. */
interface Action {
  readonly verb: string
  readonly object: string
}

function redirectText(action: RedirectAction): string {
  const { schemeRedirect, hostRedirect, portRedirect, pathRedirect, prefixRewrite } = action
  const scheme = schemeRedirect === undefined ? '' : `${schemeRedirect}://`
  const port = portRedirect === undefined ? '' : `:${portRedirect}`
  const path = pathRedirect ?? (prefixRewrite === undefined ? '' : `${prefixRewrite}*`)
  const isPathOnly = hostRedirect === undefined && scheme === '' && port === ''
  const target = isPathOnly ? path : `${scheme}${hostRedirect ?? 'HOST'}${port}${path}`
  return `${target || 'themselves'} (${redirectStatus(action)})`
}

const sharesOfRoute = ({ route }: Route): Shares => sharesOf(route?.cluster, route?.weightedClusters?.clusters)

/** Clusters that stand for what is not routed. */
const FIXED: ReadonlyMap<string, Action> = new Map([
  [PASSTHROUGH_CLUSTER, { verb: 'pass', object: 'unchanged' }],
  [BLACK_HOLE_CLUSTER, { verb: 'are', object: 'refused' }],
])

export function actionOf(route: Route, place: Place): Action {
  const { redirect, directResponse } = route
  if (redirect) return { verb: 'are redirected to', object: redirectText(redirect) }
  if (directResponse) return { verb: 'are answered with', object: `status ${directResponse.status ?? 200}` }
  const shares = sharesOfRoute(route)
  if (shares.size === 0) return { verb: 'are answered with', object: 'an error: there is no destination' }
  const [only] = shares.size === 1 ? shares.keys() : []
  return FIXED.get(only ?? '') ?? { verb: 'go to', object: sharesText(shares, place) }
}

const sentence = (rest: string, before?: string, after?: string): Phrase => ({
  kind: 'route-change',
  lead: 'requests for ',
  rest,
  before,
  after,
})

/** ` now go to v2` */
export function newAction(route: Route, place: Place): Phrase {
  const { verb, object } = actionOf(route, place)
  return sentence(` ${nowText(`${verb} ${object}`)}`, undefined, object)
}

/** How the destination differs; undefined if it does not. */
export function changedAction(was: Route, is: Route, place: Place): Phrase | undefined {
  const [before, after] = [actionOf(was, place), actionOf(is, place)]
  if (before.verb === after.verb && before.object === after.object) return undefined
  const [old, now] = [sharesOfRoute(was), sharesOfRoute(is)]
  if (isShift(old, now)) return sentence(`: ${shiftText(old, now, place)}`, before.object, after.object)
  const former = before.verb === after.verb ? before.object : `${before.verb} ${before.object}`
  const deed = nowText(`${after.verb} ${after.object}`)
  const isPlain = before.verb === 'go to' && after.verb !== 'go to'
  return sentence(` ${deed} (before: ${isPlain ? before.object : former})`, before.object, after.object)
}
