/** Where a route sends its requests, in words. */
import type { RedirectAction, Route } from '../../../simulation/resources.ts'
import { redirectStatus } from '../../../simulation/steps/rewrite.ts'
import type { Phrase } from '../draft.ts'
import { destinationText, type Place } from '../words/names.ts'

/** What becomes of a request, as verb and object. */
interface Action {
  readonly verb: string
  readonly object: string
}

const ANY_SCHEME = 'the same scheme'

function redirectText(action: RedirectAction): string {
  const { schemeRedirect, hostRedirect, portRedirect, pathRedirect, prefixRewrite } = action
  const scheme = schemeRedirect === undefined ? '' : `${schemeRedirect}://`
  const port = portRedirect === undefined ? '' : `:${portRedirect}`
  const path = pathRedirect ?? (prefixRewrite === undefined ? '' : `${prefixRewrite}*`)
  const target =
    hostRedirect === undefined && path !== '' && scheme === '' && port === ''
      ? path
      : `${scheme}${hostRedirect ?? 'HOST'}${port}${path}`
  return `${target || ANY_SCHEME} (${redirectStatus(action)})`
}

/** The share of each cluster in percent; one cluster alone has all. */
function sharesOf({ route }: Route): ReadonlyMap<string, number> {
  if (!route) return new Map()
  if (route.cluster !== undefined) return new Map([[route.cluster, 100]])
  const clusters = route.weightedClusters?.clusters ?? []
  const total = clusters.reduce((sum, { weight = 0 }) => sum + weight, 0)
  const shares = new Map<string, number>()
  for (const { name, weight = 0 } of clusters) {
    shares.set(name, (shares.get(name) ?? 0) + (total === 0 ? 0 : (weight / total) * 100))
  }
  return shares
}

const percentText = (share: number): string => `${Math.round(share * 100) / 100} %`

export function actionOf(route: Route, place: Place): Action {
  const { redirect, directResponse } = route
  if (redirect) return { verb: 'are redirected to', object: redirectText(redirect) }
  if (directResponse) return { verb: 'are answered with', object: `status ${directResponse.status ?? 200}` }
  const shares = [...sharesOf(route)]
  if (shares.length === 0) return { verb: 'are answered with', object: 'an error: there is no destination' }
  const [only] = shares
  if (shares.length === 1 && only) return { verb: 'go to', object: destinationText(only[0], place) }
  const parts = shares.map(([cluster, share]) => `${destinationText(cluster, place)} ${percentText(share)}`)
  return { verb: 'go to', object: parts.join(', ') }
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
  return sentence(` now ${verb} ${object}`, undefined, object)
}

/** How the destination differs; undefined if it does not. */
export function changedAction(was: Route, is: Route, place: Place): Phrase | undefined {
  const [before, after] = [actionOf(was, place), actionOf(is, place)]
  if (before.verb === after.verb && before.object === after.object) return undefined
  const [old, now] = [sharesOf(was), sharesOf(is)]
  const isShared = [...old.keys()].some((cluster) => now.has(cluster))
  if (isShared && old.size + now.size > 2) {
    return sentence(`: ${shareChanges(old, now, place).join(', ')}`, before.object, after.object)
  }
  const former = before.verb === after.verb ? before.object : `${before.verb} ${before.object}`
  return sentence(` now ${after.verb} ${after.object} (before: ${former})`, before.object, after.object)
}

/** `v1 90 % -> 50 %` */
function shareChanges(old: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>, place: Place): string[] {
  return [...new Set([...old.keys(), ...now.keys()])].map((cluster) => {
    const [was, is] = [percentText(old.get(cluster) ?? 0), percentText(now.get(cluster) ?? 0)]
    const where = destinationText(cluster, place)
    return was === is ? `${where} ${is}` : `${where} ${was} -> ${is}`
  })
}
