import { GATEWAYS_LEVELS, type GatewaysAnswer, gatewaysMessage } from '../../answers/gateways/message.ts'
import { gatewaysLines } from '../../answers/gateways/table.ts'
import { UserError } from '../../common/errors.ts'
import { hostFilter } from '../../common/globs.ts'
import { nearest } from '../../common/nearest.ts'
import { buildEnvoyResources } from '../../envoy/index.ts'
import { notModelledClusters } from '../../findings/clusters/index.ts'
import { warningsOf } from '../../findings/finding.ts'
import {
  type GatewayConflict,
  gatewayConflicts,
  gatewayFindings,
  type RouterReport,
  routerReport,
  secretsOf,
  unboundEverywhere,
} from '../../findings/gateways/index.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { load } from '../../input/load.ts'
import { loadView } from '../../input/proxy.ts'
import { computeMesh, computeProxyView, type Mesh } from '../../pipeline.ts'
import { assumedRouters, routersOf } from '../../proxy/routers.ts'
import { viewOf } from '../../scope/build.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { SourceDocument } from '../../sources/document.ts'
import { inputRequest, viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { GatewaysOptions } from './options.ts'

/** The routers that are looked at. */
interface Routers {
  readonly documents: readonly SourceDocument[]
  readonly mesh: Mesh
  readonly reports: readonly RouterReport[]
  /** These are all routers of the mesh. */
  readonly complete: boolean
}

function reportOf(view: ProxyView, known: boolean): readonly RouterReport[] {
  const { gateways } = buildEnvoyResources(view)
  return gateways ? [routerReport(view, gateways, known)] : []
}

/** The proxy that the options name; whatever it says of itself, it is looked at as a router. */
async function loadOne(options: GatewaysOptions, session: Session): Promise<Routers> {
  const { documents, mesh, view, proxy } = await loadView(await viewRequest(options, session), session)
  if (proxy.type === 'router') return { documents, mesh, reports: reportOf(view, true), complete: false }
  await session.note(
    `${proxy.description} is looked at as a router`,
    'routers have the argument "router", or the annotation inject.istio.io/templates: gateway',
  )
  const router = viewOf({ ...proxy, type: 'router' }, mesh.scope)
  return { documents, mesh, reports: reportOf(router, true), complete: false }
}

async function loadAll(options: GatewaysOptions, session: Session): Promise<Routers> {
  if (options.meta !== undefined) throw new UserError('--meta needs --proxy or --node')
  const { documents, snapshot } = await load(await inputRequest(options, session), session)
  const mesh = computeMesh(snapshot)
  await session.report(notModelledClusters(mesh.registry))
  const found = routersOf(snapshot)
  const known = found.length > 0
  if (!known) {
    await session.note(
      'no Pod or Deployment of the input is a router: routers are assumed that the Gateways select',
      'give the manifests of the gateways, too, or name one with --proxy',
    )
  }
  const nodes = known ? found : assumedRouters(snapshot)
  await session.report(nodes.flatMap(({ problems }) => problems))
  const reports = nodes.flatMap(({ node }) => reportOf(computeProxyView(mesh, node), known))
  return { documents, mesh, reports, complete: true }
}

type GatewayFilter = (owner: string) => boolean

/** @throws UserError when no Gateway has one of the names */
function gatewayFilter(names: readonly string[], { mesh }: Routers): GatewayFilter {
  if (names.length === 0) return () => true
  const owners = mesh.snapshot.istio.gateways.map(({ meta }) => `${meta.namespace}/${meta.name}`)
  const matchers = names.map((name) => {
    const matches = hostFilter([name])
    const matcher = (owner: string) => matches(name.includes('/') ? owner : owner.slice(owner.indexOf('/') + 1))
    if (owners.some(matcher)) return matcher
    const short = owners.map((owner) => (name.includes('/') ? owner : owner.slice(owner.indexOf('/') + 1)))
    const close = nearest(name, short)
    throw new UserError(`no Gateway ${JSON.stringify(name)} in the input`, close && `did you mean ${close}?`)
  })
  return (owner) => matchers.some((matches) => matches(owner))
}

function filtered(report: RouterReport, filter: GatewayFilter): RouterReport {
  return { ...report, servers: report.servers.filter(({ server }) => filter(server.owner)) }
}

const concerns = ({ winner, loser }: GatewayConflict, filter: GatewayFilter): boolean =>
  filter(winner.gateway) || filter(loser.gateway)

/** `vipctl gateways` */
export async function gateways(names: readonly string[], options: GatewaysOptions, session: Session): Promise<Outcome> {
  const named = options.proxy !== undefined || options.node !== undefined
  const routers = await (named ? loadOne : loadAll)(options, session)
  const { mesh, documents, complete } = routers
  const { snapshot } = mesh
  const filter = gatewayFilter(names, routers)
  const secrets = secretsOf(documents, snapshot.clusters[0].id, options.namespace || 'default')
  const all = { gateways: snapshot.istio.gateways, routers: routers.reports, complete, secrets }
  const findings = gatewayFindings(all).filter(({ gateway }) => filter(gateway))
  const unbound = unboundEverywhere(routers.reports).filter(
    // Of one router alone nothing can be said about the Gateways of others.
    ({ gateway, reason }) => filter(gateway) && (complete || reason !== 'not-selected'),
  )
  const answer: GatewaysAnswer = {
    routers: routers.reports.map((report) => ({
      report: filtered(report, filter),
      conflicts: gatewayConflicts(report.facts).filter((conflict) => concerns(conflict, filter)),
    })),
    unbound,
    findings,
  }
  await session.report(warningsOf(findings))
  const { output: format = 'text' } = options
  const forms: Forms = {
    lines: (width) => gatewaysLines(answer, width),
    message: () => gatewaysMessage(answer),
    levels: GATEWAYS_LEVELS,
  }
  return { output: await formatOutput(format, forms, session.target) }
}
