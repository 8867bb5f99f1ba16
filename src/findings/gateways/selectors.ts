/** Gateways that select no router of the input: tells mistakes from Gateways for routers elsewhere. */
import { nearest } from '../../common/nearest.ts'
import type { GatewayResource } from '../../kinds/index.ts'
import type { RouterReport } from './router.ts'

/** Labels of the gateways that Istio's installation brings, which repositories seldom hold. */
const OF_THE_INSTALLATION: ReadonlySet<string> = new Set([
  'istio=ingressgateway',
  'istio=egressgateway',
  'istio=eastwestgateway',
  'app=istio-ingressgateway',
  'app=istio-egressgateway',
])

const isInstalled = ({ spec }: GatewayResource): boolean =>
  [...spec.selector].some(([name, value]) => OF_THE_INSTALLATION.has(`${name}=${value}`))

/** The label of a router that is nearly one of the selector, as `name=value`. */
function nearLabel({ spec }: GatewayResource, routers: readonly RouterReport[]): string | undefined {
  for (const [name, value] of spec.selector) {
    const values = routers.flatMap(({ view }) => view.proxy.labels.get(name) ?? [])
    if (values.includes(value)) continue
    const close = nearest(value, values)
    if (close !== undefined) return `${name}=${close}`
  }
  return undefined
}

/**
 * Why a Gateway that selects no known router looks like a mistake: a router has nearly the label, or the Gateway's own
 * namespace has a router.
 * @returns undefined where its router is likely to be somewhere else
 */
export function selectorMistake(gateway: GatewayResource, routers: readonly RouterReport[]): string | undefined {
  const known = routers.filter((router) => router.known)
  const near = nearLabel(gateway, known)
  if (near !== undefined) return `a router has the label ${near}`
  const { namespace } = gateway.meta
  const own = isInstalled(gateway) ? undefined : known.find(({ view }) => view.proxy.namespace === namespace)
  return own && `the ${own.view.proxy.description} has other labels`
}
