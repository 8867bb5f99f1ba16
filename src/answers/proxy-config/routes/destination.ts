/** Where a route leads, as text: a column that istioctl does not have. */
import type { RedirectAction, Route, RouteAction } from '../../../envoy/routes/index.ts'

/** Envoy's names of status codes of redirects; the default is not written. */
const REDIRECT_CODES: ReadonlyMap<string, number> = new Map([
  ['FOUND', 302],
  ['SEE_OTHER', 303],
  ['TEMPORARY_REDIRECT', 307],
  ['PERMANENT_REDIRECT', 308],
])
const MOVED_PERMANENTLY = 301
const NOTHING = '-'

/** `outbound|80||a.b`, or with shares `outbound|80|v1|a.b 90%, outbound|80|v2|a.b 10%`. */
function clustersText({ cluster, weightedClusters }: RouteAction): string {
  if (cluster !== undefined) return cluster
  const clusters = weightedClusters?.clusters ?? []
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0)
  return clusters.map(({ name, weight }) => `${name} ${share(weight, total)}`).join(', ')
}

/** Weights that do not add up to 100 are parts of their sum. */
const share = (weight: number, total: number): string => (total === 100 ? `${weight}%` : `${weight}/${total}`)

function mirrorsText({ requestMirrorPolicies = [] }: RouteAction): string {
  return requestMirrorPolicies.map(({ cluster }) => `, mirror ${cluster}`).join('')
}

/** `redirect 301 https://a.b:8443/new`; parts of the URL that stay the same are not written. */
function redirectText(redirect: RedirectAction): string {
  const { schemeRedirect, hostRedirect, portRedirect, pathRedirect, prefixRewrite, responseCode } = redirect
  const code = responseCode === undefined ? MOVED_PERMANENTLY : (REDIRECT_CODES.get(responseCode) ?? MOVED_PERMANENTLY)
  const scheme = schemeRedirect ? `${schemeRedirect}://` : ''
  const host = hostRedirect ?? (scheme === '' ? '' : 'HOST')
  const port = portRedirect === undefined ? '' : `:${portRedirect}`
  return `redirect ${code} ${scheme}${host}${port}${pathRedirect ?? prefixRewrite ?? ''}`.trimEnd()
}

/** The destination of a route: clusters with their shares and mirrors, a redirect, or a response of the proxy. */
export function describeRouteDestination({ route, redirect, directResponse }: Route): string {
  if (route) return clustersText(route) + mirrorsText(route) || NOTHING
  if (redirect) return redirectText(redirect)
  return directResponse ? `response ${directResponse.status ?? 200}` : NOTHING
}
