/** Which route configurations, virtual hosts and routes a patch matches (core/envoyfilter/rc_patch.go). */
import type { RouteConfigurationMatch } from '../../../kinds/messages/envoy-filter.ts'
import { type JsonMapping, listAt, textAt } from '../../../sources/mapping.ts'
import type { Patch, Stage } from '../plan/patches.ts'
import { partsOfClusterName, portFrom } from './cluster-name.ts'

/** The Service ports that lead to a port of a router, by that port. */
export type GatewayPorts = ReadonlyMap<number, ReadonlySet<number>>

/** Those of a sidecar. */
export const NO_PORTS: GatewayPorts = new Map()

/** The parts of the name of a router's route configuration (pilot/pkg/model ParseGatewayRDSRouteName). */
export interface GatewayRouteName {
  /** 0 for a name of another form. */
  readonly port: number
  /** Only those of HTTPS servers have the other two. */
  readonly portName: string
  /** NAMESPACE/NAME */
  readonly gateway: string
}

export function partsOfGatewayRoute(name: string): GatewayRouteName {
  const [kind, port = '', portName = '', gateway = '', namespace = ''] = name.split('.')
  if (kind === 'http') return { port: portFrom(name.slice('http.'.length)), portName: '', gateway: '' }
  if (kind !== 'https' || name.split('.').length !== 5) return { port: 0, portName: '', gateway: '' }
  return { port: portFrom(port), portName, gateway: `${namespace}/${gateway}` }
}

const sidecarPort = (name: string): number =>
  name.startsWith('inbound') ? partsOfClusterName(name).port : portFrom(name)

function matchesGateway(wanted: RouteConfigurationMatch, name: string, ports: GatewayPorts): boolean {
  const { port, portName, gateway } = partsOfGatewayRoute(name)
  if (wanted.portName !== '' && wanted.portName !== portName) return false
  if (wanted.gateway !== '' && wanted.gateway !== gateway) return false
  if (wanted.portNumber === 0) return true
  return ports.get(port)?.has(wanted.portNumber) ?? port === wanted.portNumber
}

/** @param ports those of the router's Gateways; empty for a sidecar */
export function matchesConfiguration({ match }: Patch, name: string, stage: Stage, ports: GatewayPorts): boolean {
  const wanted = match?.routeConfiguration
  if (!wanted) return true
  if (wanted.name !== '' && wanted.name !== name) return false
  if (stage === 'GATEWAY') return matchesGateway(wanted, name, ports)
  return wanted.portNumber === 0 || wanted.portNumber === sidecarPort(name)
}

export function matchesVirtualHost({ match }: Patch, host: JsonMapping): boolean {
  const { name, domainName } = match?.routeConfiguration?.vhost ?? {}
  if (name && name !== textAt(host, 'name')) return false
  return !domainName || listAt(host, 'domains').includes(domainName)
}

/** The field of a route with the action that a match names. Routes without any of the three match every action. */
const ACTIONS = { ROUTE: 'route', REDIRECT: 'redirect', DIRECT_RESPONSE: 'directResponse' } as const

/** A test for the routes that a patch names; undefined when it names none. */
export function namedRoute({ match }: Patch): ((route: JsonMapping) => boolean) | undefined {
  const wanted = match?.routeConfiguration?.vhost?.route
  if (!wanted) return undefined
  return (route) => {
    if (wanted.name !== '' && wanted.name !== textAt(route, 'name')) return false
    const { action } = wanted
    if (action === 'ANY' || !Object.values(ACTIONS).some((field) => Object.hasOwn(route, field))) return true
    return Object.hasOwn(ACTIONS, action) && Object.hasOwn(route, ACTIONS[action as keyof typeof ACTIONS])
  }
}
