/**
 * Ports on loopback that stand for the addresses of the mesh. Each tells Envoy by the PROXY protocol where the client
 * wants to go, as the redirect of the kernel does in a pod; Envoy then hands the connection to that listener.
 */
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { ipFamily } from '../../common/addresses.ts'
import { joinHostPort } from '../../common/names.ts'
import type { TraceRequest } from '../../index.ts'
import type { FilterChain, Listener, ReceivedResources } from '../../simulation/resources.ts'
import { sharesOf, tcpProxyOf } from '../../simulation/steps/filters.ts'
import { type TargetSettings, targetsOf, UNKNOWN_HOST } from '../check/targets.ts'
import type { Json } from '../envoy/json.ts'
import { outboundListeners } from './loopback.ts'

/** An address and port of the mesh that a client can connect to. */
export interface Destination {
  readonly listener: string
  /** Whether the listener takes connections to every other address too. */
  readonly isWildcard: boolean
  readonly address: string
  readonly port: number
  /** Hosts that it leads to. */
  readonly hosts: readonly string[]
  /** Whether the listener ends the client's TLS. */
  readonly endsTls: boolean
  /** A request that the listener has a route or a chain for. */
  readonly request: TraceRequest | undefined
}

/** `10.0.0.1:80` or `*:80` */
export const destinationText = ({ isWildcard, address, port }: Destination): string =>
  joinHostPort(isWildcard ? '*' : address, port)

/** For what a wildcard listener matches by its port alone: addresses that no mesh has (RFC 2544, RFC 3849). */
const ANY_ADDRESS = { 4: '198.19.255.254', 6: '2001:db8:ffff::1' } as const

const familyOf = (address: string): 4 | 6 => (ipFamily(address) === 6 ? 6 : 4)

const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::'

const rangesOf = ({ filterChainMatch }: FilterChain): readonly string[] =>
  (filterChainMatch?.prefixRanges ?? []).map(({ addressPrefix }) => addressPrefix)

/** The listener as clients see it that connect to one of its addresses. */
interface Part {
  readonly address: string
  readonly isWildcard: boolean
  readonly listener: Listener
}

function partsOf(listener: Listener): readonly Part[] {
  const { address, filterChains = [] } = listener
  const own = address?.socketAddress?.address ?? ''
  if (!isAny(own)) return [{ address: own, isWildcard: false, listener }]
  const ranges = new Set(filterChains.flatMap(rangesOf))
  const others = filterChains.filter((chain) => rangesOf(chain).length === 0)
  const ofRange = (range: string): Part => {
    const { defaultFilterChain: _, ...rest } = listener
    return {
      address: range,
      isWildcard: false,
      listener: { ...rest, filterChains: filterChains.filter((chain) => rangesOf(chain).includes(range)) },
    }
  }
  const anyPart = {
    address: ANY_ADDRESS[familyOf(own)],
    isWildcard: true,
    listener: { ...listener, filterChains: others },
  }
  return [...(others.length > 0 ? [anyPart] : []), ...[...ranges].map(ofRange)]
}

const hostsOfClusters = ({ filterChains = [] }: Listener): readonly string[] =>
  filterChains.flatMap((chain) => sharesOf(tcpProxyOf(chain) ?? {}).map(({ cluster }) => cluster.split('|')[3] ?? ''))

function destinationOf(
  { address, isWildcard, listener }: Part,
  resources: ReceivedResources,
  settings: TargetSettings,
): Destination {
  const port = listener.address?.socketAddress?.portValue ?? 0
  const requests = targetsOf({ ...resources, lds: [listener] }, settings)
    .map(({ request }) => request)
    .filter((request) => request.port === port)
  const hosts = [
    ...hostsOfClusters(listener),
    ...requests.flatMap(({ http, tls }) => http?.authority ?? tls?.sni ?? []),
  ].filter((host) => host !== '' && host !== UNKNOWN_HOST)
  return {
    listener: listener.name,
    isWildcard,
    address,
    port,
    hosts: [...new Set(hosts)],
    endsTls: (listener.filterChains ?? []).some(({ transportSocket }) => transportSocket !== undefined),
    // One whose host resolves is what clients send.
    request: requests.find(({ host, http }) => host === http?.authority) ?? requests[0],
  }
}

/** One for each address of each outbound listener, in the order of the listeners. */
export function destinationsOf(resources: ReceivedResources, settings: TargetSettings): readonly Destination[] {
  const found = new Map<string, Destination>()
  for (const part of outboundListeners(resources).flatMap(partsOf)) {
    const destination = destinationOf(part, resources, settings)
    const key = destinationText(destination)
    if (!found.has(key)) found.set(key, destination)
  }
  return [...found.values()]
}

/** The listener to which all doors connect. */
export const doorListener = (path: string): Json => ({
  name: 'vipctl-door',
  address: { pipe: { path } },
  useOriginalDst: true,
  listenerFilters: [
    {
      name: 'envoy.filters.listener.proxy_protocol',
      typedConfig: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol',
      },
    },
  ],
  filterChains: [{}],
})

/** Version 1 of the protocol (haproxy's proxy-protocol.txt). */
function headerOf({ address, port }: Destination, clientPort: number): string {
  const [protocol, client] = familyOf(address) === 6 ? ['TCP6', '::1'] : ['TCP4', '127.0.0.1']
  return `PROXY ${protocol} ${client} ${address} ${clientPort} ${port}\r\n`
}

/**
 * Opens a port on loopback for a destination.
 * @param path of the socket of `doorListener`
 */
export async function openDoor(
  destination: Destination,
  path: string,
): Promise<{ readonly server: Server; readonly port: number }> {
  // Both halves end on their own, as without a door.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const { remotePort = 0 } = socket
    const onward = connect({ path, allowHalfOpen: true }, () => {
      onward.write(headerOf(destination, remotePort))
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    onward.on('close', () => socket.destroy())
    socket.on('error', () => onward.destroy())
    socket.on('close', () => onward.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return { server, port: (server.address() as AddressInfo).port }
}
