/** One proxy of each workload, because patches do the same to all of them. */
import { chooseNode } from '../../proxy/choice.ts'
import { listProxies } from '../../proxy/list.ts'
import { buildProxy } from '../../proxy/node.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { viewOf } from '../../scope/build.ts'
import type { ScopeContext } from '../../scope/context.ts'
import type { PatchedProxy } from './report.ts'

/** Labels that differ between the pods of one workload. */
const OF_ONE_POD: readonly string[] = [
  'pod-template-hash',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
]

/** Proxies with the same key get the same patches. */
function keyOf({ type, namespace, serviceAccount, labels }: Proxy): string {
  const own = [...labels].filter(([key]) => !OF_ONE_POD.includes(key)).sort()
  return JSON.stringify([type, namespace, serviceAccount, own])
}

const nameOf = (reference: string, others: number): string =>
  others === 0 ? reference : `${reference} and ${others} like it`

/** The proxies of a mesh; proxies that get the same patches are listed once. */
export function workloadProxies(snapshot: Snapshot, scope: ScopeContext): readonly PatchedProxy[] {
  const byKey = new Map<string, { readonly reference: string; readonly proxy: Proxy; others: number }>()
  for (const { reference } of listProxies(snapshot).proxies) {
    const proxy = buildProxy(chooseNode({ proxy: reference }, snapshot).node, snapshot)
    const key = keyOf(proxy)
    const known = byKey.get(key)
    if (known) known.others++
    else byKey.set(key, { reference, proxy, others: 0 })
  }
  return [...byKey.values()].map(({ reference, proxy, others }) => ({
    name: nameOf(reference, others),
    view: viewOf(proxy, scope),
  }))
}
