/** The proxy of an answer, as text. */
import { type Line, styled } from '../formats/spans.ts'
import type { ProxyView } from '../scope/view.ts'

/** @param proxy its description */
export const proxyLine = (proxy: string): Line => [styled('dim', '# proxy: '), styled('heading', proxy)]

/** `synthetic sidecar in namespace default, cluster east, DNS capture on` */
export function proxyText({ proxy, registry }: ProxyView): string {
  const cluster = registry.snapshot.clusters.length > 1 ? [`cluster ${proxy.clusterId}`] : []
  const capture = `DNS capture ${proxy.dnsCapture ? 'on' : 'off'}`
  return [proxy.description, ...cluster, capture].join(', ')
}
