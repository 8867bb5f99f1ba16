/** Gateways as text: for each router the state of its servers, then what is not bound to a Gateway. */
import {
  conflictText,
  type GatewayConflict,
  type GatewayParty,
  type ServerReport,
  type ServerState,
  serverLocation,
  type UnboundRoute,
  unboundText,
} from '../../findings/gateways/index.ts'
import { type Line, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import type { Metadata } from '../../kinds/resource.ts'
import { fileAndLine } from '../../resources/problems.ts'
import type { ProxyView } from '../../scope/view.ts'
import { releaseLine } from '../release.ts'
import type { GatewaysAnswer, RouterWithConflicts } from './message.ts'

const STATES: Readonly<Record<ServerState, string>> = {
  serves: 'ok',
  redirects: 'redirects to HTTPS',
  'no-routes': '404: no VirtualService',
  'no-chains': 'not served: no VirtualService',
  'privileged-port': 'not served: privileged port',
  lost: 'left out: conflict',
}

const IN_ORDER: ReadonlySet<ServerState> = new Set(['serves', 'redirects'])

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

const SERVER_HEADERS = ['GATEWAY', 'SERVER', 'LISTENER', 'HOSTS', 'TLS', 'VIRTUAL SERVICES', 'STATE', 'SOURCE'] as const

function serverRow({ server, listener, state, virtualServices }: ServerReport): Line {
  const { port, spec } = server
  return [
    styled('name', server.owner),
    `${port.number} ${port.protocol}`,
    listener || '-',
    listed(server.hosts),
    tlsText(spec),
    listed(virtualServices.map(({ meta }) => nameText(meta))),
    IN_ORDER.has(state) ? STATES[state] : styled('warning', STATES[state]),
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

/** A table with an empty line above it, unless it is empty. */
function* section(headers: readonly string[], rows: readonly Line[], width: number | undefined): Iterable<Line> {
  if (rows.length === 0) return
  yield []
  yield* tableLines(headers, rows, width)
}

/** `router of Pod istio-system/gateway-1, cluster west` */
function routerText({ proxy, registry }: ProxyView): string {
  const { clusters } = registry.snapshot
  return clusters.length > 1 ? `${proxy.description}, cluster ${proxy.clusterId}` : proxy.description
}

function* routerLines({ report, conflicts }: RouterWithConflicts, width: number | undefined): Iterable<Line> {
  yield [styled('dim', '# '), styled('heading', routerText(report.view))]
  if (report.servers.length === 0) yield ['# no Gateway selects it']
  else yield* tableLines(SERVER_HEADERS, report.servers.map(serverRow), width)
  yield* section(CONFLICT_HEADERS, conflicts.map(conflictRow), width)
}

/** @param width that of the terminal; undefined for no truncation */
export function* gatewaysLines({ release, routers, unbound }: GatewaysAnswer, width?: number): Iterable<Line> {
  yield releaseLine(release)
  for (const [index, router] of routers.entries()) {
    if (index > 0) yield []
    yield* routerLines(router, width)
  }
  yield* section(UNBOUND_HEADERS, unbound.map(unboundRow), width)
}
