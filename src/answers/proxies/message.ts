/** The proxies of a mesh as data and as rows. */
import type { Evidence, ListedProxy } from '../../proxy/list.ts'
import { fileAndLine } from '../../resources/problems.ts'

/** How a proxy is known, in the words of the table and of the data. */
export const EVIDENCE: Readonly<Record<Evidence, string>> = {
  container: 'container',
  labels: 'injection labels',
  registered: 'registered',
  assumed: 'assumed',
}

/** The form of `-o json`. */
export function proxiesMessage(proxies: readonly ListedProxy[]): object {
  return {
    proxies: proxies.map(({ reference, clusterId, evidence, location, ...rest }) => {
      const { file, line, column } = location.position()
      return {
        proxy: reference,
        cluster: clusterId,
        ...rest,
        knownBy: EVIDENCE[evidence],
        location: { file, line, column },
      }
    }),
  }
}

const HEADERS = ['NAME', 'NAMESPACE', 'TYPE', 'CAPTURE', 'NETWORK', 'REVISION', 'IPS', 'KNOWN BY', 'SOURCE'] as const

/** @param several whether the mesh has more than one cluster */
export const proxyHeaders = (several: boolean): readonly string[] =>
  several ? [HEADERS[0], 'CLUSTER', ...HEADERS.slice(1)] : HEADERS

export function proxyRow(proxy: ListedProxy, several: boolean): readonly string[] {
  const { reference, clusterId, namespace, type, dnsCapture, network, revision, ips, evidence, location } = proxy
  return [
    reference,
    ...(several ? [clusterId] : []),
    namespace,
    type,
    dnsCapture ? 'on' : 'off',
    network || '-',
    revision,
    ips.join(',') || '-',
    EVIDENCE[evidence],
    fileAndLine(location),
  ]
}
