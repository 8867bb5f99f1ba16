/** What a real Envoy did with a connection, against what the simulation says. */
import type { Connection } from '../../simulation/connection.ts'
import { ARRIVES, type Branch, type Ending, type Hop } from '../../simulation/step.ts'
import type { Received } from '../echo/received.ts'
import type { Arrival } from '../probe.ts'

/** Headers that Envoy adds to any request, that the client's library adds, or that belong to its version of HTTP. */
const OWN_HEADER =
  /^(?::.*|host|connection|x-forwarded-.*|x-request-id|x-envoy-.*|content-length|transfer-encoding|te|date|grpc-timeout)$/

const texts = (headers: Iterable<readonly [string, unknown]>): string =>
  [...headers]
    .filter(([name]) => !OWN_HEADER.test(name))
    .map(([name, value]) => `${name}: ${String(value).replaceAll(', ', ',')}`)
    .sort()
    .join('; ')

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
  const [got, said] = [texts(Object.entries(http.headers)), texts(headers)]
  return got === said ? undefined : `headers ${got}, in the simulation ${said}`
}

function versionDifference({ path, targets }: Branch, { http }: Received): string | undefined {
  const version = targets[0]?.sent.http?.version
  return http && path !== undefined && http.version !== version
    ? `HTTP/${http.version}, in the simulation HTTP/${version}`
    : undefined
}

/** Whether an endpoint is one that the simulation uses for a branch. */
export type IsUsed = (branch: Branch, endpoint: string) => boolean

function branchDifference(branch: Branch, received: Received, isUsed: IsUsed): string | undefined {
  if (!isUsed(branch, received.endpoint)) return `an endpoint that the simulation does not use: ${received.endpoint}`
  return tlsDifference(branch, received) ?? versionDifference(branch, received) ?? requestDifference(branch, received)
}

/**
 * Compares where and how a connection or request arrived with what the simulation says.
 * @returns what differs; undefined when both do the same
 */
export function difference(
  { http, tls }: Pick<Connection, 'http' | 'tls'>,
  { branches, ending }: Pick<Hop, 'branches' | 'ending'>,
  { received, status, location }: Arrival,
  isUsed: IsUsed,
): string | undefined {
  const clusters = branches.map(({ cluster }) => cluster).join(', ')
  if (received) {
    const same = branches.filter(({ cluster }) => cluster === received.cluster)
    if (same.length === 0) return `Envoy reaches ${received.cluster}, the simulation ${clusters} ${ending?.text ?? ''}`
    const found = same.map((branch) => branchDifference(branch, received, isUsed))
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
