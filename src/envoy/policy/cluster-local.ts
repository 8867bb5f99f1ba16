/** Hosts whose endpoints are used only inside their own cluster (pilot/pkg/model/cluster_local.go). */
import { CLUSTER_DOMAIN, namespaceDomain, serviceHost } from '../../common/cluster-domain.ts'
import type { MeshConfig } from '../../resources/mesh/mesh-config.ts'
import { HostIndex, isWildcard } from '../../scope/hosts.ts'

const DEFAULT_HOSTS = [`*.${namespaceDomain('kube-system')}`, serviceHost('kubernetes', 'default')]

/** The host of `HOST:PORT` as a full name; undefined when there is none. */
function discoveryHost(mesh: MeshConfig): string | undefined {
  const address = mesh.defaultConfig?.discoveryAddress ?? ''
  const match = /^(.*):\d+$/.exec(address)
  if (!match) return undefined
  const [, host = ''] = match
  return host.endsWith(CLUSTER_DOMAIN) ? host : `${host}.${CLUSTER_DOMAIN}`
}

/** Whether a setting with `clusterLocal: false` names the host or one that it covers. */
function isOverruled(host: string, excluded: readonly string[]): boolean {
  return excluded.some((name) => name === host || (isWildcard(host) && name.endsWith(host.slice(1))))
}

function clusterLocalHosts(mesh: MeshConfig): HostIndex<boolean> {
  const stated = mesh.serviceSettings.flatMap(({ settings, hosts }) =>
    hosts.map((host) => ({ host, local: settings?.clusterLocal ?? false })),
  )
  const excluded = stated.filter(({ local }) => !local).map(({ host }) => host)
  const discovery = discoveryHost(mesh)
  const defaults = discovery === undefined ? DEFAULT_HOSTS : [...DEFAULT_HOSTS, discovery]
  const out = new HostIndex<boolean>()
  for (const { host, local } of stated) out.add(host, () => local)
  for (const host of defaults) if (!isOverruled(host, excluded)) out.add(host, () => true)
  return out
}

const KNOWN = new WeakMap<MeshConfig, HostIndex<boolean>>()

/** Whether clients use only endpoints in their own cluster. The most specific setting applies. */
export function isClusterLocal(mesh: MeshConfig, host: string): boolean {
  let hosts = KNOWN.get(mesh)
  if (!hosts) {
    hosts = clusterLocalHosts(mesh)
    KNOWN.set(mesh, hosts)
  }
  return hosts.find(host) ?? false
}
