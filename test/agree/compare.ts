/** What a real Envoy did with a connection, against what the trace says. */
import type { Branch, Trace } from '../../src/simulation/index.ts'
import type { Cluster, LoadAssignment, ReceivedResources } from '../../src/simulation/resources.ts'
import { loopbackOf } from './bootstrap.ts'
import type { Arrival, Probe } from './client.ts'
import type { Received } from './echo.ts'

/** Headers that Envoy adds to any request, that the client's library adds, or that belong to its version of HTTP. */
const OWN_HEADER =
  /^(?::.*|host|connection|x-forwarded-.*|x-request-id|x-envoy-.*|content-length|transfer-encoding|te|date)$/

const texts = (headers: Iterable<readonly [string, string]>): readonly string[] =>
  [...headers]
    .filter(([name]) => !OWN_HEADER.test(name))
    .map(([name, value]) => `${name}: ${value.replaceAll(', ', ',')}`)
    .sort()

/** The loopback addresses of the endpoints that the trace allows; undefined when the client's address decides. */
function allowedEndpoints(
  { cluster, targets }: Branch,
  { cds, eds }: ReceivedResources,
): ReadonlySet<string> | undefined {
  const found: Cluster | undefined = cds.find(({ name }) => name === cluster)
  if (!found || found.type === 'ORIGINAL_DST' || found.clusterType) return undefined
  const name = found.edsClusterConfig?.serviceName ?? cluster
  const assignment: LoadAssignment | undefined =
    found.loadAssignment ?? eds.find(({ clusterName }) => clusterName === name)
  const written = (assignment?.endpoints ?? []).flatMap(({ lbEndpoints = [] }) => lbEndpoints)
  const used = new Set(
    targets.filter(({ endpoint }) => endpoint.share > 0).map(({ endpoint }) => `${endpoint.address}:${endpoint.port}`),
  )
  const isUsed = (each: (typeof written)[number]): boolean => {
    const { socketAddress, pipe } = each.endpoint?.address ?? {}
    return pipe !== undefined || used.has(`${socketAddress?.address}:${socketAddress?.portValue ?? 0}`)
  }
  return new Set(written.flatMap((each, index) => (isUsed(each) ? [loopbackOf(index)] : [])))
}

function branchDifference(branch: Branch, received: Received, resources: ReceivedResources): string | undefined {
  const endpoints = allowedEndpoints(branch, resources)
  if (endpoints && !endpoints.has(received.endpoint))
    return `an endpoint that the trace does not use: ${received.endpoint}`
  const { tls, sent } = branch
  if ((tls === 'none') !== (received.tls === undefined))
    return `TLS to the endpoint: ${received.tls !== undefined}, in the trace ${tls}`
  const sni = branch.targets[0]?.sent.tls?.sni
  if (received.tls && sni !== undefined && received.tls.sni !== sni)
    return `server name ${received.tls.sni}, in the trace ${sni}`
  const { http } = received
  if (!http || branch.path === undefined) return undefined
  if (http.path !== branch.path) return `path ${http.path}, in the trace ${branch.path}`
  const host = http.headers[':authority'] ?? http.host
  if (host !== branch.host) return `host ${host}, in the trace ${branch.host}`
  const [got, said] = [texts(Object.entries(http.headers)), texts(sent.http?.headers ?? [])].map((each) =>
    each.join('; '),
  )
  return got === said ? undefined : `headers ${got}, in the trace ${said}`
}

const ARRIVES: ReadonlySet<string> = new Set(['reached', 'passthrough'])

/** What differs; undefined when both do the same. */
export function difference(
  { branches, ending }: Trace,
  { received, status }: Arrival,
  resources: ReceivedResources,
): string | undefined {
  if (received) {
    const same = branches.filter(({ cluster }) => cluster === received.cluster)
    if (same.length === 0) {
      return `Envoy reaches ${received.cluster}, the trace ${branches.map(({ cluster }) => cluster).join(', ')} ${ending.text}`
    }
    const found = same.map((branch) => branchDifference(branch, received, resources))
    return found.includes(undefined) ? undefined : `${received.cluster}: ${found[0]}`
  }
  if (branches.length > 0 && branches.every((branch) => ARRIVES.has(branch.ending.outcome))) {
    return `Envoy reaches no endpoint (${status ?? 'closed'}), the trace ${branches.map(({ cluster }) => cluster).join(', ')}`
  }
  if (status !== undefined && ending.status !== undefined && status !== ending.status) {
    return `Envoy answers ${status}, the trace ${ending.status}`
  }
  return undefined
}

export function probeText({ address, port, tls, http }: Probe): string {
  const to = `${address}:${port}`
  if (tls) return `TLS ${to} (server name ${tls.sni}, ALPN ${tls.alpn.join(',')})`
  if (!http) return `TCP ${to}`
  const headers = [...http.headers].map(([name, value]) => `, ${name}: ${value}`).join('')
  return `HTTP/${http.version} ${to} ${http.method} ${http.path} (host ${http.authority}${headers})`
}
