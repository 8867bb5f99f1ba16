/** Listeners, clusters, endpoints and routes, as `vipctl proxy-config --explain` prints them. */
import { assumedIn, assumedMark } from '../../../answers/assumed.ts'
import { sortedClusters } from '../../../answers/proxy-config/clusters/message.ts'
import { clusterTable } from '../../../answers/proxy-config/clusters/table.ts'
import { type Decision, explainCluster, explainListener } from '../../../answers/proxy-config/decision-tree.ts'
import { dumpedClusters, dumpedListeners, dumpedRoutes, dumpedStatuses } from '../../../answers/proxy-config/dump.ts'
import { endpointTable } from '../../../answers/proxy-config/endpoints/table.ts'
import type { Row, Table } from '../../../answers/proxy-config/istioctl-table.ts'
import { listenerTable } from '../../../answers/proxy-config/listeners/table.ts'
import { sourceCell } from '../../../answers/proxy-config/origin-text.ts'
import { sortedRoutes } from '../../../answers/proxy-config/routes/message.ts'
import { routeTable } from '../../../answers/proxy-config/routes/table.ts'
import { decisionLines } from '../../../answers/proxy-config/text.ts'
import type { Line } from '../../../formats/spans.ts'
import type { Column, Link, Role } from '../../protocol.ts'
import type { OpenView, State, Thing } from '../view.ts'
import { findingsLinks, linkTo } from './links.ts'

const SOURCE = 'SOURCE'

/** What differs between the tables. */
interface Shape {
  readonly roles: Readonly<Record<string, readonly Role[]>>
  key(row: Row): string
  name(row: Row): string
  links(row: Row): readonly Link[]
  decision?(row: Row): Decision | undefined
  host?(row: Row): string | undefined
  target?(row: Row): string | undefined
}

function columnsOf({ header, explainedHeader }: Table, { roles }: Shape): readonly Column[] {
  const titles = [...header, ...(explainedHeader === undefined ? [] : [explainedHeader])]
  const own = titles.map((title): Column => ({ title, ...(roles[title] && { roles: roles[title] }) }))
  return [...own, { title: SOURCE, roles: ['file', 'object', 'ns'], isPlace: true }]
}

function tableView(table: Table, shape: Shape, { input }: State): OpenView {
  const isAssumed = assumedIn(input.mesh.snapshot.assumed)
  const { rows } = table
  const at = (index: number): Row => rows[index] as Row

  function cells(index: number): Line {
    const { cells: own, explained, origins } = at(index)
    const more = table.explainedHeader === undefined ? [] : [explained?.() ?? '-']
    return [...own.map((cell) => assumedMark(cell, isAssumed)), ...more, sourceCell(origins())]
  }
  function thing(index: number): Thing {
    const row = at(index)
    const origins = row.origins()
    return {
      name: shape.name(row),
      origins,
      lines: (width) => {
        const decision = shape.decision?.(row)
        return decision ? [...decisionLines(decision, isAssumed, width)].slice(1) : []
      },
      message: () => row.subject,
      links: [...shape.links(row), ...findingsLinks(origins)],
      host: shape.host?.(row),
      target: shape.target?.(row),
    }
  }
  return { columns: columnsOf(table, shape), size: rows.length, key: (index) => shape.key(at(index)), cells, thing }
}

const cell = ({ cells }: Row, index: number): string => cells[index] ?? ''

/** The cluster in a text such as `Cluster: outbound|80||web.shop.svc.cluster.local`. */
const clusterIn = (text: string): string | undefined =>
  /(?:^|[ ,])((?:in|out)bound(?:_\.[^|]*)?\|\d*\|[^|]*\|[^,\s]*)/.exec(text)?.[1]
/** The route configuration in a text such as `Route: 80`. */
const routeIn = (text: string): string | undefined => /(?:^|[ ,])Route: ([^,\s]+)/.exec(text)?.[1]

/** The port and the host of an outbound cluster. */
const OUTBOUND = /^outbound\|(\d+)\|[^|]*\|([^|*]+)$/

const hostOfCluster = (name: string): string | undefined => OUTBOUND.exec(name)?.[2]

/** `host:port` of an outbound cluster. */
function targetOfCluster(name: string): string | undefined {
  const [, port, host] = OUTBOUND.exec(name) ?? []
  return host && `${host}:${port}`
}

function leadingLinks(text: string): readonly Link[] {
  const [cluster, route] = [clusterIn(text), routeIn(text)]
  const [, port = '', , fqdn = ''] = (cluster ?? '').split('|')
  return [
    ...(cluster
      ? [
          linkTo(`cluster ${cluster}`, 'clusters', 'host', `=${fqdn}`),
          { label: `endpoints of ${cluster}`, view: 'endpoints', filter: `host:"=${cluster}"` } as const,
        ]
      : []),
    ...(cluster && port !== '' ? [linkTo(`conflicts on port ${port}`, 'conflicts', 'port', port)] : []),
    ...(route ? [linkTo(`route configuration ${route}`, 'routes', 'port', `=${route}`)] : []),
  ]
}

interface NamedSubject {
  readonly name: string
}

const nameOf = ({ subject }: Row): string => (subject as NamedSubject).name

export function listenersView(state: State): OpenView {
  const { listeners } = state.resources()
  const shown = dumpedListeners(state.resources())
  const byResource = new Map<unknown, (typeof shown)[number]>(shown.map((listener) => [listener.resource, listener]))
  return tableView(
    listenerTable(shown, { verbose: true }),
    {
      roles: { ADDRESSES: [], PORT: ['port'], DESTINATION: ['host'], MATCH: ['host'] },
      key: (row) => `${nameOf(row)} ${cell(row, 2)} ${cell(row, 3)}`,
      name: nameOf,
      links: (row) => leadingLinks(cell(row, 3)),
      decision: ({ subject }) => {
        const listener = byResource.get(subject)
        return listener && explainListener(listener, listeners.conflicts)
      },
      host: (row) => hostOfCluster(clusterIn(cell(row, 3)) ?? ''),
      target: (row) => targetOfCluster(clusterIn(cell(row, 3)) ?? ''),
    },
    state,
  )
}

export function clustersView(state: State): OpenView {
  const clusters = sortedClusters(dumpedClusters(state.resources()))
  const byResource = new Map<unknown, (typeof clusters)[number]>(clusters.map((cluster) => [cluster.resource, cluster]))
  return tableView(
    clusterTable(clusters),
    {
      roles: { 'SERVICE FQDN': ['host'], PORT: ['port'] },
      key: nameOf,
      name: nameOf,
      links: (row) => [
        { label: 'its endpoints', view: 'endpoints', filter: `host:"=${nameOf(row)}"` },
        linkTo('listeners that lead to it', 'listeners', 'host', nameOf(row)),
        linkTo('routes that lead to it', 'routes', 'host', nameOf(row)),
      ],
      decision: ({ subject }) => {
        const cluster = byResource.get(subject)
        return cluster && explainCluster(cluster, state.resources())
      },
      host: (row) => hostOfCluster(nameOf(row)),
      target: (row) => targetOfCluster(nameOf(row)),
    },
    state,
  )
}

export function endpointsView(state: State): OpenView {
  return tableView(
    endpointTable(dumpedStatuses(state.resources()), {}),
    {
      roles: { ENDPOINT: ['port'], CLUSTER: ['host'] },
      key: (row) => `${cell(row, 3)} ${cell(row, 0)}`,
      name: (row) => cell(row, 0),
      links: (row) => leadingLinks(cell(row, 3)).filter(({ view }) => view !== 'endpoints'),
      host: (row) => hostOfCluster(cell(row, 3)),
      target: (row) => targetOfCluster(cell(row, 3)),
    },
    state,
  )
}

export function routesView(state: State): OpenView {
  return tableView(
    routeTable(sortedRoutes(dumpedRoutes(state.resources())), { verbose: true }),
    {
      roles: { NAME: ['port'], 'VHOST NAME': ['host', 'port'], DOMAINS: ['host'], DESTINATION: ['host'] },
      key: (row) => row.cells.slice(0, 4).join(' '),
      name: (row) => `${cell(row, 0)} ${cell(row, 1)}`,
      links: (row) => leadingLinks(row.explained?.() ?? ''),
      host: (row) => hostOfCluster(clusterIn(row.explained?.() ?? '') ?? ''),
      target: (row) => {
        const found = targetOfCluster(clusterIn(row.explained?.() ?? '') ?? '')
        return found && `http://${found}/`
      },
    },
    state,
  )
}
