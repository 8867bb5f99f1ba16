/** What a real Envoy did with a connection, against what the simulation says. */

import type { Cluster, ReceivedResources } from '../../src/simulation/resources.ts'
import { ARRIVES, type Branch, type Ending, type Hop } from '../../src/simulation/step.ts'
import { endpointsIn, isByAddress, loopbackOf } from './envoy/bootstrap.ts'
import type { Arrival, Probe } from './envoy/client.ts'
import type { Received } from './envoy/echo.ts'

/** Headers that Envoy adds to any request, that the client's library adds, or that belong to its version of HTTP. */
const OWN_HEADER =
  /^(?::.*|host|connection|x-forwarded-.*|x-request-id|x-envoy-.*|content-length|transfer-encoding|te|date|grpc-timeout)$/

const texts = (headers: Iterable<readonly [string, string]>): readonly string[] =>
  [...headers]
    .filter(([name]) => !OWN_HEADER.test(name))
    .map(([name, value]) => `${name}: ${value.replaceAll(', ', ',')}`)
    .sort()

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

function tlsDifference({ tls, targets }: Branch, received: Received): string | undefined {
  if ((tls === 'none') !== (received.tls === undefined))
    return `TLS to the endpoint: ${received.tls !== undefined}, in the simulation ${tls}`
  const sent = targets[0]?.sent.tls
  if (!received.tls || !sent) return undefined
  if (received.tls.sni !== sent.sni) return `server name ${received.tls.sni}, in the simulation ${sent.sni}`
  const [got, said] = [received.tls.alpn.join(), sent.alpn.join()]
  return got === said ? undefined : `protocols ${got}, in the simulation ${said}`
}

/** Path, host and headers of a request. */
export function requestDifference(branch: Branch, { http }: Received): string | undefined {
  if (!http || branch.path === undefined) return undefined
  if (http.path !== branch.path) return `path ${http.path}, in the simulation ${branch.path}`
  if (http.host !== branch.host) return `host ${http.host}, in the simulation ${branch.host}`
  const { headers = [] } = branch.sent.http ?? {}
  const [got, said] = [texts(Object.entries(http.headers)), texts(headers)].map((each) => each.join('; '))
  return got === said ? undefined : `headers ${got}, in the simulation ${said}`
}

function versionDifference({ path, targets }: Branch, { http }: Received): string | undefined {
  const version = targets[0]?.sent.http?.version
  return http && path !== undefined && http.version !== version
    ? `HTTP/${http.version}, in the simulation HTTP/${version}`
    : undefined
}

function branchDifference(branch: Branch, received: Received, resources: ReceivedResources): string | undefined {
  const endpoints = allowedEndpoints(branch, resources)
  if (endpoints && !endpoints.has(received.endpoint))
    return `an endpoint that the simulation does not use: ${received.endpoint}`
  return tlsDifference(branch, received) ?? versionDifference(branch, received) ?? requestDifference(branch, received)
}

/** What differs; undefined when both do the same. */
export function difference(
  { http, tls }: Probe,
  { branches, ending }: Pick<Hop, 'branches' | 'ending'>,
  { received, status, location }: Arrival,
  resources: ReceivedResources,
): string | undefined {
  const clusters = branches.map(({ cluster }) => cluster).join(', ')
  if (received) {
    const same = branches.filter(({ cluster }) => cluster === received.cluster)
    if (same.length === 0) return `Envoy reaches ${received.cluster}, the simulation ${clusters} ${ending?.text ?? ''}`
    const found = same.map((branch) => branchDifference(branch, received, resources))
    return found.includes(undefined) ? undefined : `${received.cluster}: ${found[0]}`
  }
  if (branches.length > 0 && branches.every((branch) => ARRIVES.has(branch.ending.outcome))) {
    return `Envoy reaches no endpoint (${status ?? 'closed'}), the simulation ${clusters}`
  }
  if (!http) return undefined
  const ends = branches.map((branch) => branch.ending).filter(({ outcome }) => !ARRIVES.has(outcome))
  const endings = ends.length > 0 ? ends : ending ? [ending] : []
  // In TLS, clients cannot read an answer in plain text.
  const isSame = (said: Ending): boolean =>
    (status === said.status && location === said.location) ||
    (status === undefined && tls !== undefined && said.status === 400)
  if (endings.some(isSame)) return undefined
  const said = endings.map((each) => `${each.status ?? 'closes'} ${each.location ?? ''} ${each.text}`)
  return `Envoy ${status ?? 'closes'} ${location ?? ''}, the simulation ${said.join(' or ')}`
}

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
