import {
  CONFLICT_HEADERS,
  gatewayConflictRow,
  gatewaysMessage,
  SERVER_HEADERS,
  serverRow,
  UNBOUND_HEADERS,
  unboundRow,
} from '../../answers/gateways/message.ts'
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
import { formatData } from '../../formats/data.ts'
import { type Line, renderLines, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { loadInput } from '../../input/load.ts'
import { loadProxyView } from '../../input/proxy.ts'
import { computeMesh, computeProxyView, type Mesh } from '../../pipeline.ts'
import { assumedRouters, routersOf } from '../../proxy/routers.ts'
import { viewOf } from '../../scope/build.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { SourceDocument } from '../../sources/document.ts'
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
  const { documents, mesh, view, proxy } = await loadProxyView(options, session)
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
  const { documents, snapshot } = await loadInput(options, session)
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

function* section(headers: readonly string[], rows: readonly Line[], width: number | undefined): Iterable<Line> {
  if (rows.length === 0) return
  yield []
  yield* tableLines(headers, rows, width)
}

function serverLine(server: RouterReport['servers'][number]): Line {
  const [gateway = '', ...cells] = serverRow(server)
  const fine = server.state === 'serves' || server.state === 'redirects'
  const state = cells.length - 2
  return [
    styled('name', gateway),
    ...cells.map((cell, index) => (index === state && !fine ? styled('warning', cell) : cell)),
  ]
}

/** `router of Pod istio-system/gateway-1, cluster west` */
function routerText({ proxy, registry }: ProxyView): string {
  const { clusters } = registry.snapshot
  return clusters.length > 1 ? `${proxy.description}, cluster ${proxy.clusterId}` : proxy.description
}

function* routerLines(
  report: RouterReport,
  conflicts: readonly GatewayConflict[],
  width: number | undefined,
): Iterable<Line> {
  yield [styled('dim', '# '), styled('heading', routerText(report.view))]
  if (report.servers.length === 0) yield ['# no Gateway selects it']
  else yield* tableLines(SERVER_HEADERS, report.servers.map(serverLine), width)
  yield* section(CONFLICT_HEADERS, conflicts.map(gatewayConflictRow), width)
}

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
  const reports = routers.reports.map((report) => filtered(report, filter))
  const conflictsOf = ({ facts }: RouterReport) => gatewayConflicts(facts).filter((each) => concerns(each, filter))
  await session.report(warningsOf(findings))
  const { output: format = 'text' } = options
  if (format !== 'text') {
    const message = gatewaysMessage(
      reports.map((report) => ({ report, conflicts: conflictsOf(report) })),
      unbound,
      findings,
    )
    return { output: await formatData(format, message, 4) }
  }
  const { stdout } = session.io
  const width = stdout.isTTY ? stdout.columns : undefined
  const sections = reports.map((report) => [...routerLines(report, conflictsOf(report), width)])
  const lines = [
    ...sections.flatMap((each, index): readonly Line[] => (index === 0 ? each : [[], ...each])),
    ...section(UNBOUND_HEADERS, unbound.map(unboundRow), width),
  ]
  return { output: renderLines(lines, session.paint) }
}
