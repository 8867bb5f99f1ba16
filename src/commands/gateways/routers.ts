/** The routers of a command line. */
import { UserError } from '../../common/errors.ts'
import {
  assumedRouters,
  buildEnvoyResources,
  computeMesh,
  computeProxyView,
  type Mesh,
  notModelledClusters,
  type ProxyView,
  type RouterReport,
  routerReport,
  routersOf,
  type SourceDocument,
  selectorMistake,
  unmetGateways,
  viewOf,
} from '../../index.ts'
import { type Loaded, load } from '../../input/load.ts'
import { loadView } from '../../input/proxy.ts'
import type { InputRequest } from '../../input/request.ts'
import { warnOfOtherIstiods } from '../../input/revision.ts'
import { inputRequest, viewRequest } from '../request.ts'
import type { Session } from '../session.ts'
import type { GatewaysOptions } from './options.ts'

/** The routers to report on. */
export interface Routers {
  readonly documents: readonly SourceDocument[]
  readonly mesh: Mesh
  readonly reports: readonly RouterReport[]
  /** Whether these are all routers of the mesh. */
  readonly complete: boolean
}

function reportOf(view: ProxyView, known: boolean): readonly RouterReport[] {
  const { gateways } = buildEnvoyResources(view)
  return gateways ? [routerReport(view, gateways, known)] : []
}

/** The proxy in the options, treated as a router whatever its type. */
async function loadOne(options: GatewaysOptions, session: Session): Promise<Routers> {
  const { documents, mesh, view, proxy } = await loadView(await viewRequest(options, session), session)
  if (proxy.type === 'router') return { documents, mesh, reports: reportOf(view, true), complete: false }
  await session.note(
    `${proxy.description} is treated as a router`,
    'routers have the argument "router", or the annotation inject.istio.io/templates: gateway',
  )
  const router = viewOf({ ...proxy, type: 'router' }, mesh.scope)
  return { documents, mesh, reports: reportOf(router, true), complete: false }
}

const countText = (count: number): string => (count === 1 ? 'a Gateway' : `each of ${count} Gateways`)

async function loadAll(options: GatewaysOptions, session: Session): Promise<Routers> {
  if (options.meta !== undefined) throw new UserError('--meta needs --proxy or --node')
  const request = await inputRequest(options, session)
  const loaded = await load(request, session, { reads: 'configuration' })
  const mesh = computeMesh(loaded.snapshot)
  await session.report(notModelledClusters(mesh.registry))
  return allRouters(loaded, mesh, request, session)
}

/**
 * All routers of a mesh; Gateways that select none of them get one that is assumed.
 * @param mesh that of what was loaded
 */
export async function allRouters(
  loaded: Loaded,
  mesh: Mesh,
  request: InputRequest,
  session: Session,
): Promise<Routers> {
  const { documents, snapshot } = loaded
  const found = routersOf(snapshot)
  const revisions = () => found.map(({ node, revision }) => ({ name: node.description, revision }))
  await warnOfOtherIstiods('', revisions, loaded, request, session)
  const known = found.flatMap(({ node }) => reportOf(computeProxyView(mesh, node), true))
  const labels = known.map(({ view }) => view.proxy.labels)
  const unmet = unmetGateways(snapshot.istio.gateways, labels).filter((gateway) => !selectorMistake(gateway, known))
  if (found.length === 0 || unmet.length > 0) {
    await session.note(
      found.length === 0
        ? 'no workload in the input is a router: assuming routers that the Gateways select'
        : `no router of the input has the labels that ${countText(unmet.length)} selects: a router is assumed for each`,
      'add the manifests of the gateways, or name one with --proxy',
    )
  }
  const assumed = found.length === 0 || unmet.length > 0 ? assumedRouters(snapshot, unmet) : []
  await session.report([...found, ...assumed].flatMap(({ problems }) => problems))
  const reports = [...known, ...assumed.flatMap(({ node }) => reportOf(computeProxyView(mesh, node), false))]
  return { documents, mesh, reports, complete: true }
}

/**
 * The router in the options, or all routers.
 * @throws UserError, ProxyError
 */
export function loadRouters(options: GatewaysOptions, session: Session): Promise<Routers> {
  const named = options.proxy !== undefined || options.node !== undefined
  return (named ? loadOne : loadAll)(options, session)
}
