/** The proxies to lint for: those in the options, or one per namespace. */

import {
  buildProxy,
  captures,
  checkMetadata,
  type DnsCaptureMode,
  type LintProxy,
  type Mesh,
  syntheticProxies,
  withOverrides,
} from '../../index.ts'
import { type NodeChooser, warnOfUnknownCluster } from '../../input/proxy.ts'
import type { Reporter } from '../../input/reporter.ts'

/** Selects proxies of a mesh. */
export type ProxyChooser = (mesh: Mesh) => readonly LintProxy[]

/**
 * How the options select proxies.
 * @param metadata overrides the proxies' own
 * @param choose the proxy in the options, if they name one
 * @param mesh the mesh for which problems with the selection are reported, once
 * @param dnsCapture whether the proxies capture DNS
 * @throws UserError, ProxyError
 */
export async function proxyChooser(
  metadata: ReadonlyMap<string, string>,
  choose: NodeChooser | undefined,
  mesh: Mesh,
  dnsCapture: DnsCaptureMode,
  reporter: Reporter,
): Promise<ProxyChooser> {
  if (choose === undefined) {
    checkMetadata(metadata)
    return ({ scope }) => syntheticProxies(scope, dnsCapture, metadata)
  }
  const choosing: ProxyChooser = ({ snapshot }) =>
    captures(dnsCapture).map(([value, condition]): LintProxy => {
      const over = new Map([...metadata, ...(value === undefined ? [] : [['DNS_CAPTURE', value] as const])])
      const proxy = buildProxy(withOverrides(choose(snapshot).node, { metadata: over }), snapshot)
      return { proxy, namespaces: [proxy.namespace], condition, variations: [] }
    })
  await reporter.report(choose(mesh.snapshot).problems)
  for (const { proxy } of choosing(mesh).slice(0, 1)) await warnOfUnknownCluster(proxy, mesh.snapshot, reporter)
  return choosing
}
