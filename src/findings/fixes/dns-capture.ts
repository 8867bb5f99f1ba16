/** Enables DNS capture, which gives hosts automatic addresses and so their own listeners. */
import type { Propose } from './context.ts'

const CAPTURE = 'ISTIO_META_DNS_CAPTURE'
const AUTO_ALLOCATE = 'ISTIO_META_DNS_AUTO_ALLOCATE'

/** @param allocates also enables automatic addresses for the proxy (before addresses in status) */
export function captureMetadata(allocates: boolean): ReadonlyMap<string, string> {
  return new Map([[CAPTURE, 'true'] as const, ...(allocates ? [[AUTO_ALLOCATE, 'true'] as const] : [])])
}

export const proposeCapture: Propose = (_conflict, _losers, { view }) => {
  const { registry, proxy } = view
  if (view.usesVips || !registry.allocation.assigns) return []
  const { dnsAutoAllocate } = proxy
  const allocates = !registry.allocation.isUsedBy({ dnsCapture: true, dnsAutoAllocate })
  const title = proxy.dnsCapture
    ? 'let proxies use automatic addresses'
    : 'capture DNS, so that hosts without an address get automatic ones'
  return [{ title, changes: [{ kind: 'proxy-metadata', metadata: captureMetadata(allocates) }] }]
}
