/** The proxies whose view counts: those that the options name, or one for each namespace. */

import { compareBytes } from '../../common/bytes.ts'
import { UserError } from '../../common/errors.ts'
import { captures, type DnsCaptureMode, type LintProxy, syntheticProxies } from '../../findings/lint/index.ts'
import { nodeChooser, warnOfUnknownCluster, withMetadata } from '../../input/proxy.ts'
import type { Mesh } from '../../pipeline.ts'
import { checkMetadata } from '../../proxy/metadata.ts'
import { buildProxy } from '../../proxy/node.ts'
import type { Session } from '../session.ts'
import type { ConfigurableOptions } from './config-options.ts'

/** Finds the proxies in a mesh. */
export type ProxyChooser = (mesh: Mesh) => readonly LintProxy[]

/** @throws UserError for options that exclude each other */
export function checkProxyOptions({ node, proxy }: ConfigurableOptions): void {
  if (node !== undefined && proxy !== undefined) {
    throw new UserError('--proxy and --node exclude each other', '--meta KEY=VALUE changes metadata of either')
  }
}

/**
 * @param mesh that what is wrong with the choice is said of, once
 * @throws UserError, ProxyError
 */
export async function proxyChooser(
  options: ConfigurableOptions,
  namespace: string,
  mesh: Mesh,
  session: Session,
): Promise<ProxyChooser> {
  const mode: DnsCaptureMode = options.dnsCapture ?? 'mesh'
  if (options.proxy === undefined && options.node === undefined) {
    const metadata = new Map(options.meta)
    checkMetadata(metadata)
    return ({ scope }) => syntheticProxies(scope, mode, metadata)
  }
  const choose = await nodeChooser(options, namespace, session)
  const choosing: ProxyChooser = ({ snapshot }) =>
    captures(mode).map(([value, condition]): LintProxy => {
      const meta = [...(options.meta ?? []), ...(value === undefined ? [] : [['DNS_CAPTURE', value] as const])]
      const proxy = buildProxy(withMetadata(choose(snapshot).node, { ...options, meta }, undefined), snapshot)
      return { proxy, namespaces: [proxy.namespace], condition, variations: [] }
    })
  await session.report(choose(mesh.snapshot).problems)
  for (const { proxy } of choosing(mesh).slice(0, 1)) await warnOfUnknownCluster(proxy, mesh.snapshot, session)
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
