/** What a real Envoy did with a connection, against what the simulation says. */

import { difference as arrivalDifference } from '../../src/sandbox/check/difference.ts'
import type { Arrival } from '../../src/sandbox/probe.ts'
import type { Cluster, ReceivedResources } from '../../src/simulation/resources.ts'
import type { Branch, Hop } from '../../src/simulation/step.ts'
import { endpointsIn, isByAddress, loopbackOf } from './envoy/bootstrap.ts'
import type { Probe } from './envoy/client.ts'

/** The loopback addresses of the endpoints that the simulation allows; undefined when the client's address decides. */
function allowedEndpoints(
  { cluster, targets }: Branch,
  { cds, eds }: ReceivedResources,
): ReadonlySet<string> | undefined {
  const found: Cluster | undefined = cds.find(({ name }) => name === cluster)
  if (!found || isByAddress(found)) return undefined
  const written = endpointsIn(found, eds)
  const used = new Set(
    targets.filter(({ endpoint }) => endpoint.share > 0).map(({ endpoint }) => `${endpoint.address}:${endpoint.port}`),
  )
  const isUsed = (each: (typeof written)[number]): boolean => {
    const { socketAddress, pipe } = each.endpoint?.address ?? {}
    return pipe !== undefined || used.has(`${socketAddress?.address}:${socketAddress?.portValue ?? 0}`)
  }
  return new Set(written.flatMap((each, index) => (isUsed(each) ? [loopbackOf(index)] : [])))
}

/** What differs; undefined when both do the same. */
export const difference = (
  probe: Probe,
  hop: Pick<Hop, 'branches' | 'ending'>,
  arrival: Arrival,
  resources: ReceivedResources,
): string | undefined =>
  arrivalDifference(probe, hop, arrival, (branch, endpoint) => {
    const endpoints = allowedEndpoints(branch, resources)
    return endpoints === undefined || endpoints.has(endpoint)
  })

export function probeText({ side, address, port, tls, http, serverFirst }: Probe): string {
  const to = `${side} ${address}:${port}`
  const within = tls
    ? ` in TLS (server name ${tls.sni}, ALPN ${tls.alpn.join(',')}, certificate ${tls.certificate})`
    : ''
  if (!http) return `TCP ${to}${within}${serverFirst ? ', server first' : ''}`
  const headers = [...http.headers].map(([name, value]) => `, ${name}: ${value}`).join('')
  return `HTTP/${http.version} ${to} ${http.method} ${http.path} (host ${http.authority}${headers})${within}`
}

/** What a probe is counted as. */
export function kindOf({ side, tls, http, serverFirst }: Probe): string {
  const within = tls ? (tls.certificate === 'none' ? ' in TLS' : ' in mutual TLS') : ''
  if (serverFirst) return `${side} server-first`
  if (!http) return `${side} TCP${within}`
  const isGrpc = http.headers.get('content-type') === 'application/grpc'
  return `${side} ${isGrpc ? 'gRPC' : `HTTP/${http.version}`}${within}`
}
