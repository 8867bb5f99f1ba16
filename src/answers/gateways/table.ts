/** Gateways as text: for each router the state of its servers, then what is not bound to a Gateway. */
import {
  conflictText,
  type FinalState,
  type GatewayConflict,
  type GatewayParty,
  type HiddenRules,
  type HostReach,
  type ServerReach,
  type ServerReport,
  serverLocation,
  type UnboundRoute,
  unboundText,
} from '../../findings/gateways/index.ts'
import { type Line, styled } from '../../formats/spans.ts'
import type { TableWriter } from '../../formats/table.ts'
import { writerOf } from '../../kinds/derived.ts'
import type { VirtualServiceResource } from '../../kinds/index.ts'
import { describeResource, type Metadata } from '../../kinds/resource.ts'
import { fileAndLine } from '../../resources/problems.ts'
import type { ProxyView } from '../../scope/view.ts'
import { releaseLine } from '../release.ts'
import { type GatewaysAnswer, type RouterWithConflicts, reachOf } from './message.ts'

const STATES: Readonly<Record<FinalState, string>> = {
  serves: 'ok',
  redirects: 'redirects to HTTPS',
  'no-routes': '404: no VirtualService',
  'no-chains': 'not served: no VirtualService',
  'privileged-port': 'not served: privileged port',
  lost: 'left out: conflict',
  'served-by-others': 'served by others',
  'never-reached': 'never reached',
}

const IN_ORDER: ReadonlySet<FinalState> = new Set(['serves', 'redirects', 'served-by-others'])

/** The limit of names in a cell; -o json has all. */
const MOST_NAMES = 6

function listed(names: readonly string[]): string {
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : ''
  return names.slice(0, MOST_NAMES).join(', ') + more || '-'
}

const nameText = ({ namespace, name }: Pick<Metadata, 'namespace' | 'name'>): string => `${namespace}/${name}`

function tlsText({ tls }: ServerReport['server']['spec']): string {
  if (!tls) return '-'
  if (tls.httpsRedirect) return 'redirect'
  const names = tls.credentialNames.length > 0 ? tls.credentialNames : [tls.credentialName]
  return [tls.mode, ...names.filter((name) => name !== '')].join(' ')
}

/** A Gateway, or the object of the Gateway API and its listener that one is made of. */
function gatewayText({ gateway, owner }: ServerReport['server']): string {
  const writer = writerOf(gateway)
  if (writer === gateway) return owner
  const listener = writer.kind === 'Ingress' ? '' : ` (${owner.slice(owner.lastIndexOf('~') + 1)})`
  return describeResource(writer) + listener
}

/** A VirtualService by its name, or the object that one is made of. */
function writerText(source: VirtualServiceResource): string {
  const writer = writerOf(source)
  return writer === source ? nameText(source.meta) : describeResource(writer)
}

export const SERVER_HEADERS = [
  'GATEWAY',
  'SERVER',
  'LISTENER',
  'HOSTS',
  'TLS',
  'VIRTUAL SERVICES',
  'STATE',
  'SOURCE',
] as const

/** The state, and whose VirtualServices have the server's hosts if they are not its own. */
function stateText({ state, hosts }: ServerReach): string {
  if (state !== 'served-by-others' && state !== 'never-reached') return STATES[state]
  const others = [...new Set(hosts.flatMap(({ servedBy }) => servedBy))].map(({ meta }) => nameText(meta))
  const names = listed(others)
  if (state === 'served-by-others') return `served by ${names}`
  const [host, ...more] = new Set(hosts.flatMap(({ host: name, hidden }) => (hidden.length > 0 ? [name] : [])))
  const what = more.length > 0 || host === undefined ? 'everything' : `everything on ${host}`
  return `never reached: ${names} takes ${what} before it`
}

/** The cells of a server under `SERVER_HEADERS`. */
export function serverRow({ server, listener, virtualServices }: ServerReport, reach: ServerReach): Line {
  const { port, spec } = server
  return [
    styled('name', gatewayText(server)),
    `${port.number} ${port.protocol}`,
    listener || '-',
    listed(server.hosts),
    tlsText(spec),
    listed([...new Set(virtualServices.map(writerText))]),
    IN_ORDER.has(reach.state) ? stateText(reach) : styled('warning', stateText(reach)),
    fileAndLine(serverLocation(server)),
  ]
}

const CONFLICT_HEADERS = ['FIRST', 'SECOND', 'CONFLICT'] as const

function conflictRow(conflict: GatewayConflict): Line {
  const text = ({ what, location }: GatewayParty) => `${what} (${fileAndLine(location)})`
  return [text(conflict.winner), text(conflict.loser), conflictText(conflict)]
}

const UNBOUND_HEADERS = ['NOT BOUND', 'GATEWAY', 'WHY', 'SOURCE'] as const

function unboundRow(route: UnboundRoute): Line {
  const { virtualService, index, gateway } = route
  const place = fileAndLine(virtualService.location.child('spec', 'gateways', index))
  return [nameText(virtualService.meta), gateway, unboundText(route), place]
}

const HIDDEN_HEADERS = ['NEVER REACHED', 'HOST', 'WHY', 'SOURCE'] as const

function hiddenRow({ host }: HostReach, { virtualService, rules, by }: HiddenRules): Line {
  const which = rules === undefined ? '' : ` http[${rules.join('], http[')}]`
  const place =
    rules === undefined ? virtualService.location : virtualService.location.child('spec', 'http', rules[0] ?? 0)
  const what = rules === undefined ? `everything on ${host}` : `all of its requests on ${host}`
  return [
    `${nameText(virtualService.meta)}${which}`,
    host,
    `${nameText(by.meta)} takes ${what} before it`,
    fileAndLine(place),
  ]
}

/** Each VirtualService and host once, though several servers may have the host. */
function hiddenRows(router: RouterWithConflicts): readonly Line[] {
  const rows = new Map<string, Line>()
  for (const server of router.report.servers) {
    for (const host of reachOf(router, server).hosts) {
      for (const hidden of host.hidden) {
        const key = `${server.server.routeName} ${host.host} ${nameText(hidden.virtualService.meta)}`
        if (!rows.has(key)) rows.set(key, hiddenRow(host, hidden))
      }
    }
  }
  return [...rows.values()]
}

/** A table with an empty line above it, unless it is empty. */
function* section(
  headers: readonly string[],
  rows: readonly Line[],
  width: number | undefined,
  table: TableWriter,
): Iterable<Line> {
  if (rows.length === 0) return
  yield []
  yield* table(headers, rows, width)
}

/** `router of Pod istio-system/gateway-1, cluster west` */
export function routerText({ proxy, registry }: ProxyView): string {
  const { clusters } = registry.snapshot
  return clusters.length > 1 ? `${proxy.description}, cluster ${proxy.clusterId}` : proxy.description
}

function* routerLines(router: RouterWithConflicts, width: number | undefined, table: TableWriter): Iterable<Line> {
  const { report, conflicts } = router
  yield [styled('dim', '# '), styled('heading', routerText(report.view))]
  if (report.servers.length === 0) yield ['# no Gateway selects it']
  else {
    const rows = report.servers.map((server) => serverRow(server, reachOf(router, server)))
    yield* table(SERVER_HEADERS, rows, width)
  }
  yield* section(HIDDEN_HEADERS, hiddenRows(router), width, table)
  yield* section(CONFLICT_HEADERS, conflicts.map(conflictRow), width, table)
}

/** @param width that of the terminal; undefined for no truncation */
export function* gatewaysLines(
  { release, routers, unbound }: GatewaysAnswer,
  width: number | undefined,
  table: TableWriter,
): Iterable<Line> {
  yield releaseLine(release)
  for (const [index, router] of routers.entries()) {
    if (index > 0) yield []
    yield* routerLines(router, width, table)
  }
  yield* section(UNBOUND_HEADERS, unbound.map(unboundRow), width, table)
}
