/** The proxies of a mesh as a table. */
import { type Line, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import type { ListedProxy } from '../../proxy/list.ts'
import { fileAndLine } from '../../resources/problems.ts'
import { EVIDENCE, type ProxiesAnswer } from './message.ts'

const HEADERS = ['NAME', 'NAMESPACE', 'TYPE', 'CAPTURE', 'NETWORK', 'REVISION', 'IPS', 'KNOWN BY', 'SOURCE'] as const

export const proxyHeaders = (multicluster: boolean): readonly string[] =>
  multicluster ? [HEADERS[0], 'CLUSTER', ...HEADERS.slice(1)] : HEADERS

/** The cells of a proxy under `proxyHeaders`. */
export function proxyRow(proxy: ListedProxy, multicluster: boolean): Line {
  const { reference, clusterId, namespace, type, dnsCapture, network, revision, ips, ipsAssumed, evidence, location } =
    proxy
  return [
    styled('name', reference),
    ...(multicluster ? [clusterId] : []),
    namespace,
    type,
    dnsCapture ? 'on' : 'off',
    network || '-',
    revision,
    ipsAssumed ? `${ips.join(',')} (assumed)` : ips.join(',') || '-',
    EVIDENCE[evidence],
    fileAndLine(location),
  ]
}

/** @param width that of the terminal; undefined for no truncation */
export function* proxiesLines({ proxies, some, multicluster }: ProxiesAnswer, width?: number): Iterable<Line> {
  const rows = proxies.map((proxy) => proxyRow(proxy, multicluster))
  if (rows.length > 0) yield* tableLines(proxyHeaders(multicluster), rows, width)
  else yield [some ? '# no proxy matches' : '# no proxies']
}
