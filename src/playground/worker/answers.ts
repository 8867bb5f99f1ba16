/** The answers about one mesh, each computed when the page first shows it. */
import { answerWithoutFixes } from '../../answers/conflicts/answer.ts'
import { type ConflictAnswer, lossesOf } from '../../answers/conflicts/message.ts'
import { Places } from '../../answers/lint/report.ts'
import { countNotChecked, countObjects } from '../../answers/lint/scope.ts'
import { proxyText } from '../../answers/proxy-line.ts'
import { releaseText } from '../../answers/release.ts'
import { once } from '../../common/once.ts'
import { LookupTable } from '../../dns/lookup-table.ts'
import { buildNameTable, type NameTable } from '../../dns/name-table.ts'
import { buildEnvoyResources } from '../../envoy/index.ts'
import { type ListenersResult, planSidecar, writeListeners } from '../../envoy/listeners/index.ts'
import { sidecarNamespaces } from '../../findings/lint/index.ts'
import { listProxies } from '../../proxy/list.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import type { ProxyView } from '../../scope/view.ts'
import { Peers } from '../../simulation/index.ts'
import type { SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import type { Level, MeshAnswer, PagePlace, PageProblem, PageProxy } from '../messages.ts'
import type { PageMesh } from './mesh.ts'

/** A menu of more proxies than this does not help. */
const MOST_PROXIES = 500

/** More problems than this are not shown; reading the first ones will do. */
const MOST_PROBLEMS = 200

/** What the page asks of one proxy of a mesh. */
export class ProxyAnswers {
  readonly view: ProxyView
  readonly names: () => NameTable
  readonly lookup: () => LookupTable
  readonly listeners: () => ListenersResult
  readonly conflicts: () => ConflictAnswer
  readonly peers: () => Peers

  constructor({ mesh }: PageMesh, view: ProxyView) {
    this.view = view
    this.names = once(() => buildNameTable(view))
    this.lookup = once(() => new LookupTable(this.names(), view))
    this.listeners = once(() =>
      view.proxy.type === 'router' ? buildEnvoyResources(view).listeners : writeListeners(planSidecar(view)),
    )
    this.conflicts = once(() => answerWithoutFixes(proxyText(view), view))
    this.peers = once(() => new Peers(mesh.scope))
  }

  /** The number of ports that another one keeps out. */
  lost(): number {
    return lossesOf(this.conflicts().conflicts).length
  }
}

/** The place of a location, with the length of its value. */
export function placeOf(location: Location, places = new Places()): PagePlace {
  places.locate([location])
  return places.of(location)
}

const LEVELS: Readonly<Record<SourceProblem['severity'], Level>> = { error: 'error', warning: 'warning', note: 'info' }

function problemOf({ severity, message, hint, at }: SourceProblem): PageProblem {
  const place = at && { line: 1, column: 1, ...at, length: 0 }
  return { level: LEVELS[severity], message: hint === undefined ? message : `${message} (${hint})`, place }
}

function proxiesOf(snapshot: Snapshot): PageProxy[] {
  const { proxies } = listProxies(snapshot)
  const several = snapshot.clusters.length > 1
  const workloads = proxies.map(({ reference, kind, name, namespace, clusterId, type }): PageProxy => {
    const cluster = several ? `, cluster ${clusterId}` : ''
    return {
      value: `workload ${reference}`,
      label: `${kind} ${namespace}/${name}${cluster}`,
      group: type === 'router' ? 'Gateways' : 'Workloads',
    }
  })
  const namespaces = new Set(['default', ...sidecarNamespaces(snapshot)])
  const synthetic = [...namespaces].map(
    (name): PageProxy => ({ value: `namespace ${name}`, label: `sidecar in ${name}`, group: 'Any sidecar' }),
  )
  return [...synthetic, ...workloads]
}

/** What the page shows at once. */
export function meshAnswer(page: PageMesh, answers: ProxyAnswers | undefined): MeshAnswer {
  const { snapshot } = page.mesh
  const proxies = proxiesOf(snapshot)
  return {
    release: releaseText(snapshot.release),
    proxies: proxies.slice(0, MOST_PROXIES),
    moreProxies: Math.max(0, proxies.length - MOST_PROXIES),
    chosen: page.chosen,
    proxy: answers && proxyText(answers.view),
    capturesDns: answers?.view.proxy.dnsCapture ?? false,
    problems: page.problems.slice(0, MOST_PROBLEMS).map(problemOf),
    objects: countObjects(snapshot),
    names: answers?.names().size ?? 0,
    notModelled: [...countNotChecked(snapshot)].map(([kind, count]) => `${count} ${kind}`),
  }
}
