/**
 * Patches can leave messages without fields that every generated message has, such as the address of a listener. Readers
 * rely on these fields; here they get them as properties that are neither printed nor compared nor copied.
 */
import { type JsonMapping, listAt, mappingAt } from '../../../sources/mapping.ts'

function complete(message: JsonMapping, defaults: Readonly<Record<string, unknown>>): void {
  for (const [field, value] of Object.entries(defaults)) {
    if (!Object.hasOwn(message, field)) Object.defineProperty(message, field, { value, configurable: true })
  }
}

const mappings = (message: JsonMapping, field: string) => listAt(message, field) as readonly JsonMapping[]

const NO_ADDRESS = Object.freeze({ address: '', portValue: 0 })

export function completeListener(listener: JsonMapping): void {
  complete(listener, { name: '', address: { socketAddress: NO_ADDRESS }, filterChains: [] })
  const address = mappingAt(listener, 'address')
  if (Object.hasOwn(address, 'pipe')) complete(mappingAt(address, 'pipe'), { path: '' })
  else complete(address, { socketAddress: NO_ADDRESS })
  complete(mappingAt(address, 'socketAddress'), NO_ADDRESS)
  for (const chain of [...mappings(listener, 'filterChains'), mappingAt(listener, 'defaultFilterChain')]) {
    complete(chain, { filters: [] })
    for (const filter of mappings(chain, 'filters')) complete(filter, { name: '' })
  }
}

export const completeCluster = (cluster: JsonMapping): void => complete(cluster, { name: '' })

export function completeRoutes(configuration: JsonMapping): void {
  complete(configuration, { name: '' })
  for (const host of mappings(configuration, 'virtualHosts')) {
    complete(host, { name: '', domains: [] })
    for (const route of mappings(host, 'routes')) complete(route, { match: {} })
  }
}
