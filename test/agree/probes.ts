/** Connections to every listener of a proxy: those that its chains and routes ask for, and others. */
import type { ClientTls, Connection, HttpRequest } from '../../src/simulation/connection.ts'
import type { Listener, ReceivedResources } from '../../src/simulation/resources.ts'
import type { Random } from '../fuzz/random.ts'
import type { Probe } from './envoy/client.ts'
import { GRPC, HOSTS_OF_A_LISTENER, named, protocolsFor, requestsOf, serverNamesOf } from './http-probes.ts'

/** Of listeners on every address. */
const ANY_ADDRESS = ['10.255.1.1', '10.96.0.1', '203.0.113.7']
const UNKNOWN_PORT = 4321
const OUTBOUND_LISTENER = 'virtualOutbound'
const INBOUND_LISTENER = 'virtualInbound'

type Content = Pick<Connection, 'tls' | 'http' | 'serverFirst'>

const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::'

const addressOf = ({ address: { socketAddress: { address = '' } = {} } = {} }: Listener): string => address

const portOf = ({ address }: Listener): number => address?.socketAddress?.portValue ?? 0

/** iptables leaves connections to loopback alone, so they reach only listeners that are bound. */
const isReachable = ({ bindToPort = true }: Listener, address: string): boolean =>
  bindToPort || !(address.startsWith('127.') || address === '::1')

function addressesOf(listener: Listener, random: Random): readonly string[] {
  const address = addressOf(listener)
  if (!isAny(address)) return isReachable(listener, address) ? [address] : []
  const prefixes = (listener.filterChains ?? []).flatMap(({ filterChainMatch }) =>
    (filterChainMatch?.prefixRanges ?? []).map(({ addressPrefix }) => addressPrefix),
  )
  const found = [random.pick(ANY_ADDRESS), ...prefixes.slice(0, HOSTS_OF_A_LISTENER)]
  return address === '::' ? found.filter((each) => each.includes(':')) : found.filter((each) => !each.includes(':'))
}

const tlsOf = (sni: string, alpn: readonly string[], certificate: ClientTls['certificate'] = 'none'): Content => ({
  tls: { sni, alpn, certificate },
})

/** Connections of an application to what its proxy has listeners for. */
export function outboundProbes(resources: ReceivedResources, random: Random): readonly Probe[] {
  const entry = resources.lds.some(({ name }) => name === OUTBOUND_LISTENER) ? 'outbound' : 'direct'
  const listeners = resources.lds.filter(({ trafficDirection }) => trafficDirection === 'OUTBOUND')
  return listeners.flatMap((listener) => {
    const contents: readonly Content[] = [
      {},
      ...serverNamesOf(listener).map((sni) => tlsOf(sni, random.pick([[], ['http/1.1'], ['h2', 'http/1.1']]))),
      ...requestsOf(listener, resources, random).map((http) => ({ http })),
      ...(random.chance(1 / 20) ? [{ serverFirst: true }] : []),
    ]
    return addressesOf(listener, random).flatMap((address) =>
      contents.map((content): Probe => ({ ...content, side: 'outbound', entry, address, port: portOf(listener) })),
    )
  })
}

const REQUEST: HttpRequest = {
  method: 'GET',
  authority: 'app.example.com',
  path: '/a/../b?c',
  scheme: 'http',
  headers: new Map([['x-user', 'jason']]),
  version: '1.1',
}
const REQUEST_2: HttpRequest = { ...REQUEST, version: '2' }
const REQUEST_GRPC: HttpRequest = { ...REQUEST, ...GRPC, path: '/shop.Cart/Add' }
const MESH_TCP = ['istio-peer-exchange', 'istio']
const MESH_HTTP = ['istio-http/1.1', 'istio', 'http/1.1']
const MESH_HTTP_2 = ['istio-h2', 'istio', 'h2']
const SNI = 'outbound_.80_._.app.shop.svc.cluster.local'

/** What may arrive at a port of a workload: plain, in TLS of the client's own, and in mutual TLS of the mesh. */
const ARRIVING: readonly Content[] = [
  {},
  { http: REQUEST },
  { http: REQUEST_2 },
  { http: REQUEST_GRPC },
  tlsOf('app.example.com', []),
  tlsOf('', ['h2', 'http/1.1']),
  { ...tlsOf('app.example.com', ['http/1.1']), http: REQUEST },
  tlsOf(SNI, MESH_TCP, 'mesh'),
  { ...tlsOf(SNI, MESH_HTTP, 'mesh'), http: REQUEST },
  { ...tlsOf(SNI, MESH_HTTP_2, 'mesh'), http: REQUEST_2 },
  { ...tlsOf(SNI, MESH_HTTP_2, 'mesh'), http: REQUEST_GRPC },
  { ...tlsOf(SNI, ['h2'], 'mesh'), http: REQUEST_2 },
  tlsOf('', ['istio'], 'mesh'),
  tlsOf('', [], 'mesh'),
  tlsOf(SNI, MESH_TCP, 'other'),
  { ...tlsOf(SNI, MESH_HTTP, 'other'), http: REQUEST },
  tlsOf(SNI, MESH_TCP),
]

function portsOf(listener: Listener): readonly number[] {
  if (listener.name !== INBOUND_LISTENER) return [portOf(listener)]
  const ports = (listener.filterChains ?? []).map(({ filterChainMatch }) => filterChainMatch?.destinationPort)
  return [...new Set(ports.filter((port) => port !== undefined)), UNKNOWN_PORT]
}

/**
 * Connections to a workload.
 * @param addresses of the workload
 */
export function inboundProbes(
  { lds }: ReceivedResources,
  addresses: readonly string[],
  random: Random,
): readonly Probe[] {
  const listeners = lds.filter(({ trafficDirection }) => trafficDirection === 'INBOUND')
  return listeners.flatMap((listener) => {
    const own = addressOf(listener)
    const entry = listener.name === INBOUND_LISTENER ? 'inbound' : 'direct'
    const address = isAny(own) ? random.pick(addresses) : own
    return portsOf(listener).flatMap((port) => {
      const contents = random.chance(1 / 10) ? [...ARRIVING, { serverFirst: true }] : ARRIVING
      return contents.map((content): Probe => ({ ...content, side: 'inbound', entry, address, port }))
    })
  })
}

const CERTIFICATES: readonly ClientTls['certificate'][] = ['none', 'other', 'mesh']

/** Connections of clients outside of the mesh, and of gateways of other networks, to the listeners of a gateway. */
export function gatewayProbes(resources: ReceivedResources, random: Random): readonly Probe[] {
  return resources.lds.flatMap((listener) => {
    const own = addressOf(listener)
    const names = serverNamesOf(listener)
    const requests = requestsOf(listener, resources, random)
    const contents: readonly Content[] = [
      {},
      ...requests.map((http) => ({ http })),
      ...names.flatMap((sni) => CERTIFICATES.map((certificate) => tlsOf(sni, random.pick([[], ['h2']]), certificate))),
      ...names.map((sni) => tlsOf(sni, random.pick([MESH_TCP, MESH_HTTP, MESH_HTTP_2]), 'mesh')),
      ...requests.flatMap((http) =>
        CERTIFICATES.map((certificate) => ({
          ...tlsOf(random.pick([random.pick(names), named(http.authority)]), protocolsFor(http), certificate),
          http: { ...http, scheme: 'https' } as const,
        })),
      ),
      ...(random.chance(1 / 4) ? [{ serverFirst: true }] : []),
    ]
    const address = isAny(own) ? '10.244.9.1' : own
    return contents.map(
      (content): Probe => ({ ...content, side: 'gateway', entry: 'direct', address, port: portOf(listener) }),
    )
  })
}
