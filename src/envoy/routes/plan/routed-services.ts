/** The services of one route configuration by host (httproute.go BuildSidecarOutboundVirtualHosts). */
import { isHttp } from '../../../registry/protocol.ts'
import { type Port, portByNumber, type Service } from '../../../registry/service.ts'
import type { EgressListenerView, ProxyView } from '../../../scope/view.ts'
import type { DestinationService } from './forward.ts'
import type { RouteSettings } from './settings.ts'

/** A service in a route configuration: with just the port that the listener serves, or with all ports. */
export interface RoutedService extends DestinationService {
  readonly host: string
  readonly service: Service
  /** The ports that may have a virtual host: HTTP or unknown protocol. */
  readonly httpPorts: readonly Port[]
  readonly aliases: readonly string[]
  readonly addresses: readonly string[]
}

const isHttpOrUnknown = ({ protocol }: Port): boolean => isHttp(protocol) || protocol === 'Unsupported'

/** The services of an egress listener by port numbers that may have routes, in its order. */
export function servicesByPort(services: readonly Service[]): ReadonlyMap<number, readonly Service[]> {
  const byPort = new Map<number, Service[]>()
  for (const service of services) {
    for (const { number, protocol } of service.ports) {
      if (protocol === 'UDP') continue
      const users = byPort.get(number)
      if (!users) byPort.set(number, [service])
      else if (users.at(-1) !== service) users.push(service)
    }
  }
  return byPort
}

/**
 * The addresses of a service in the routes of one port: a ServiceEntry has just that of its listener. Routes of all
 * ports also have that of the other IP family.
 */
function addressesOnPort(service: Service, view: ProxyView): readonly string[] {
  return service.clusterVIPs.size > 0 ? view.addressesOf(service) : [view.addressOf(service)]
}

/**
 * Services by host; the last one of a host wins.
 * @param services all of them have the port
 * @param port 0 for all ports; hosts then keep their case
 */
export function routedServices(
  services: readonly Service[],
  port: number,
  listener: EgressListenerView,
  view: ProxyView,
  { hostKey }: RouteSettings,
): ReadonlyMap<string, RoutedService> {
  const byHost = new Map<string, RoutedService>()
  for (const service of services) {
    const host = port === 0 ? service.hostname : hostKey(service.hostname)
    const served = portByNumber(service.ports, port)
    const ports = port === 0 ? service.ports : served ? [served] : []
    byHost.set(host, {
      host,
      service,
      externalName: service.kubernetes?.externalName ?? '',
      onlyPort: ports.length === 1 ? ports[0]?.number : undefined,
      httpPorts: ports.filter(isHttpOrUnknown),
      aliases: listener.aliasesOf(service).map(({ hostname }) => hostname),
      addresses: port === 0 ? view.addressesOf(service) : addressesOnPort(service, view),
    })
  }
  return byHost
}
