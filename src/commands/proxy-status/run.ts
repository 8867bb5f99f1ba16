import { proxyStatusMessage } from '../../answers/proxy-status/message.ts'
import { proxyStatusLines } from '../../answers/proxy-status/table.ts'
import { UserError } from '../../common/errors.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { type ConnectedProxy, isInSync, namespaceOfProxy, SYSTEM_NAMESPACE } from '../../index.ts'
import { openClusters } from '../../input/admin/clusters.ts'
import { istiodInstances } from '../../input/admin/istiod.ts'
import { proxyFilter } from '../../input/admin/proxies.ts'
import { askSync, readSync } from '../../input/admin/sync.ts'
import { clusterRequest, inputRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { ProxyStatusOptions } from './options.ts'

/** Asks all istiods of the clusters. @throws UserError when there is none */
async function askClusters(options: ProxyStatusOptions, session: Session): Promise<readonly ConnectedProxy[]> {
  const request = await inputRequest(options, session)
  const { clusters, close } = await openClusters(request, clusterRequest(options), 'istiod can be asked', session)
  try {
    const instances = []
    for (const cluster of clusters) instances.push(...(await istiodInstances(cluster, request.istiod)))
    if (instances.length === 0) {
      const { istioNamespace = SYSTEM_NAMESPACE } = options
      const [{ context, server }] = clusters
      throw new UserError(
        `context ${context} (${server}): no istiod runs in namespace ${istioNamespace}`,
        'set the namespace of istiod with -i',
      )
    }
    const { proxies, failures } = await askSync(instances)
    for (const { message, hint } of failures)
      await session.error(`the proxies of an istiod are missing: ${message}`, hint)
    return proxies
  } finally {
    close()
  }
}

function filterOf(globs: readonly string[], { namespace }: ProxyStatusOptions): (proxy: ConnectedProxy) => boolean {
  const matches = proxyFilter(globs)
  return (proxy) => (namespace === undefined || namespaceOfProxy(proxy) === namespace) && matches(proxy.name)
}

/** `vipctl proxy-status` */
export async function proxyStatus(
  globs: readonly string[],
  options: ProxyStatusOptions,
  session: Session,
): Promise<Outcome> {
  const { namespace, allNamespaces, output: format = 'text', syncz } = options
  if (namespace !== undefined && allNamespaces) throw new UserError('-n and -A exclude each other')
  const all = syncz === undefined ? await askClusters(options, session) : await readSync(syncz, session.io)
  const proxies = all.filter(filterOf(globs, options))
  const answer = { proxies, some: all.length > 0, asked: syncz === undefined ? Date.now() : undefined }
  const forms: Forms = { lines: (width) => proxyStatusLines(answer, width), message: () => proxyStatusMessage(answer) }
  return {
    output: await formatOutput(format, forms, session.target),
    findings: proxies.some((proxy) => !isInSync(proxy)),
  }
}
