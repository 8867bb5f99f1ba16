/** The proxies whose patches are listed. */
import { UserError } from '../../common/errors.ts'
import {
  computeMesh,
  type Mesh,
  notModelledClusters,
  type PatchedProxy,
  proxyView,
  workloadProxies,
} from '../../index.ts'
import { load } from '../../input/load.ts'
import { loadView } from '../../input/proxy.ts'
import { inputRequest, viewRequest } from '../request.ts'
import type { Session } from '../session.ts'
import type { PatchesOptions } from './options.ts'

export interface Proxies {
  readonly mesh: Mesh
  readonly proxies: readonly PatchedProxy[]
}

/** The proxy that the options name, or one of each workload of the input. */
export async function loadProxies(options: PatchesOptions, session: Session): Promise<Proxies> {
  if (options.proxy !== undefined || options.node !== undefined) {
    const { mesh, proxy, view } = await loadView(await viewRequest(options, session), session)
    return { mesh, proxies: [{ name: proxy.description, view }] }
  }
  if (options.meta !== undefined) throw new UserError('--meta needs --proxy or --node')
  const { snapshot } = await load(await inputRequest(options, session), session, { reads: 'configuration' })
  const mesh = computeMesh(snapshot)
  await session.report(notModelledClusters(mesh.registry))
  const proxies = workloadProxies(mesh.snapshot, mesh.scope)
  if (proxies.length > 0) return { mesh, proxies }
  await session.note(
    'the input has no workload with a proxy: a sidecar is assumed',
    'choose a proxy with --proxy or --node',
  )
  const view = proxyView(mesh, { namespace: options.namespace || 'default' })
  return { mesh, proxies: [{ name: view.proxy.description, view }] }
}
