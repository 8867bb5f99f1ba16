/** The proxies whose view counts: those that the options name, or one for each namespace. */

import { compareBytes } from '../../common/bytes.ts'
import { captures, type DnsCaptureMode, type LintProxy, syntheticProxies } from '../../findings/lint/index.ts'
import { nodeChooser, warnOfUnknownCluster, withMetadata } from '../../input/proxy.ts'
import type { Reporter } from '../../input/reporter.ts'
import type { ViewRequest } from '../../input/request.ts'
import type { Mesh } from '../../pipeline.ts'
import { checkMetadata } from '../../proxy/metadata.ts'
import { buildProxy } from '../../proxy/node.ts'
import type { ConfigurableOptions } from './config-options.ts'

/** Finds the proxies in a mesh. */
export type ProxyChooser = (mesh: Mesh) => readonly LintProxy[]

/**
 * How the options find proxies.
 * @param mesh that problems with the choice are reported of, once
 * @param dnsCapture whether the proxies capture DNS
 * @throws UserError, ProxyError
 */
export async function proxyChooser(
  { input, proxy: request }: ViewRequest,
  namespace: string,
  mesh: Mesh,
  dnsCapture: DnsCaptureMode,
  reporter: Reporter,
): Promise<ProxyChooser> {
  const { metadata } = request
  if (request.proxy === undefined && request.node === undefined) {
    checkMetadata(metadata)
    return ({ scope }) => syntheticProxies(scope, dnsCapture, metadata)
  }
  const choose = await nodeChooser(request, input, namespace, reporter)
  const choosing: ProxyChooser = ({ snapshot }) =>
    captures(dnsCapture).map(([value, condition]): LintProxy => {
      const over = new Map([...metadata, ...(value === undefined ? [] : [['DNS_CAPTURE', value] as const])])
      const proxy = buildProxy(withMetadata(choose(snapshot).node, { metadata: over, search: [] }), snapshot)
      return { proxy, namespaces: [proxy.namespace], condition, variations: [] }
    })
  await reporter.report(choose(mesh.snapshot).problems)
  for (const { proxy } of choosing(mesh).slice(0, 1)) await warnOfUnknownCluster(proxy, mesh.snapshot, reporter)
  return choosing
}

/** The namespaces of proxies, sorted. */
export function namespacesOfProxies(proxies: readonly LintProxy[]): readonly string[] {
  const all = proxies.flatMap(({ namespaces, variations }) => [
    ...namespaces,
    ...variations.map(({ namespace }) => namespace),
  ])
  return [...new Set(all)].sort(compareBytes)
}

/** `synthetic sidecars in 6 namespaces, DNS capture off` */
export function proxiesText(proxies: readonly LintProxy[], { proxy, node, dnsCapture }: ConfigurableOptions): string {
  const [first] = proxies
  const namespaces = namespacesOfProxies(proxies)
  const isNamed = proxy !== undefined || node !== undefined
  if (!isNamed && namespaces.length === 0) return 'none, because the input has no namespace'
  const where = namespaces.length === 1 ? `namespace ${namespaces[0]}` : `${namespaces.length} namespaces`
  const what = isNamed && first ? first.proxy.description : `synthetic sidecars in ${where}`
  if (dnsCapture === 'both') return `${what}, with and without DNS capture`
  return first ? `${what}, DNS capture ${first.proxy.dnsCapture ? 'on' : 'off'}` : what
}
