/** The mesh that other programs get. */

import type { HostAllocation } from '../allocation/allocation.ts'
import { proxiesMessage } from '../answers/proxies/message.ts'
import { releaseMessage } from '../answers/release.ts'
import type { LintReport } from '../answers/shapes/lint.ts'
import type { ListedProxy } from '../answers/shapes/proxies.ts'
import { once } from '../common/once.ts'
import { listProxies } from '../proxy/list.ts'
import { lintReport } from './lint.ts'
import { proxyOf } from './proxy.ts'
import { placed, problemOf } from './sources.ts'
import type { MeshState } from './state.ts'
import type { HostAddresses, LintSettings, Mesh, ProxyChoice } from './types/mesh.ts'
import type { Proxy } from './types/proxy.ts'

function addressesOf({
  entry,
  host,
  hostIndex,
  addresses,
  source,
  reason,
  orderAssumed,
}: HostAllocation): HostAddresses {
  const { namespace, name } = entry.meta
  const what = `ServiceEntry ${namespace}/${name}`
  const found = { host, namespace, name, addresses, source, orderAssumed, what, why: reason }
  return placed(found, entry.location.child('spec', 'hosts', hostIndex))
}

/** The answers about a mesh, each computed once. */
export function meshOf(state: MeshState): Mesh {
  const { registry, snapshot } = state.mesh
  const addresses = once(() => registry.hosts.map(addressesOf))
  const proxies = once(() => proxiesMessage(listProxies(snapshot)).proxies)
  return {
    istio: releaseMessage(snapshot.release),
    problems: state.problems.map(problemOf),
    allocate: (): readonly HostAddresses[] => addresses(),
    proxies: (): readonly ListedProxy[] => proxies(),
    proxy: (choice: ProxyChoice = {}): Proxy => proxyOf(choice, state),
    lint: (settings: LintSettings = {}): LintReport => lintReport(settings, state),
  }
}
