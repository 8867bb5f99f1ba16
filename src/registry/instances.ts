/**
 * Endpoints by service port number, as clusters, the name table and listeners of headless services use them
 * (pilot/pkg/model/push_context.go initServiceRegistry, endpointshards.go CopyEndpoints). EDS matches by port name instead.
 */
import { append } from '../common/collections.ts'
import type { Endpoint } from './endpoint.ts'
import type { Service } from './service.ts'

/** Service port number to endpoints. */
export type Instances = ReadonlyMap<number, readonly Endpoint[]>

const NONE: Instances = new Map()

/** The port number of an endpoint in a service; undefined when the service has no such port. */
function portNumberOf(endpoint: Endpoint, names: ReadonlyMap<string, number>, numbers: ReadonlySet<number>) {
  const { servicePortNumber, servicePortName } = endpoint
  if (!servicePortNumber) return names.get(servicePortName)
  return numbers.has(servicePortNumber) ? servicePortNumber : undefined
}

function groupByPort(service: Service, endpoints: readonly Endpoint[]): Map<number, Endpoint[]> {
  const names = new Map(service.ports.map((port) => [port.name, port.number]))
  const numbers = new Set(service.ports.map((port) => port.number))
  const out = new Map<number, Endpoint[]>()
  for (const endpoint of endpoints) {
    const number = portNumberOf(endpoint, names, numbers)
    if (number === undefined) continue
    append(out, number, endpoint)
  }
  return out
}

/**
 * The endpoints of a host in one namespace, shared by all services of that host and namespace. If two services have the
 * same port number, the later one decides its endpoints.
 * @param services those of the host and namespace, in registry order
 */
export function instancesByPort(services: readonly Service[], endpoints: readonly Endpoint[]): Instances {
  if (endpoints.length === 0) return NONE
  const [only] = services
  if (services.length === 1 && only) return groupByPort(only, endpoints)
  const out = new Map<number, readonly Endpoint[]>()
  for (const service of services) for (const [port, list] of groupByPort(service, endpoints)) out.set(port, list)
  return out
}
