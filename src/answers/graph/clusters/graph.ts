/** `vipctl graph clusters`: networks, the gateways into them, and the clusters in them. */
import { joinHostPort } from '../../../common/names.ts'
import { type ClustersReport, clustersReport, type ServiceDifference } from '../../../findings/clusters/index.ts'
import { styled } from '../../../formats/spans.ts'
import type { Endpoint, NetworkGateway } from '../../../registry/endpoint.ts'
import type { Registry } from '../../../registry/registry.ts'
import { fileAndLine } from '../../../resources/problems.ts'
import { clustersMessage } from '../../clusters/message.ts'
import { releaseMessage } from '../../release.ts'
import type { GraphAnswer } from '../answer.ts'
import { counted, foldedItems, GraphBuilder } from '../builder.ts'

/** How many of each are drawn. */
const MOST_NETWORKS = 8
const MOST_CLUSTERS = 8
const MOST_GATEWAYS = 4
const MOST_RANGES = 3

/** Pods of a cluster without a network, and endpoints that every network reaches directly. */
const NO_NETWORK = ''

type Cluster = ClustersReport['clusters'][number]

/** The endpoints of the host in focus. */
interface Focus {
  readonly host: string
  readonly endpoints: readonly Endpoint[]
}

function focusOn(host: string, registry: Registry): Focus {
  const namespaces = new Set((registry.servicesByHost.get(host) ?? []).map(({ namespace }) => namespace))
  return { host, endpoints: [...namespaces].flatMap((namespace) => registry.endpointsOf(namespace, host)) }
}

/** `3 endpoints, 2 of them healthy`; addresses count once, whatever the number of ports. */
function endpointsText(endpoints: readonly Endpoint[]): string {
  const healthy = new Map<string, boolean>()
  for (const { addresses, health } of endpoints) healthy.set(addresses.join(), (health ?? 'HEALTHY') === 'HEALTHY')
  const good = [...healthy.values()].filter((isHealthy) => isHealthy).length
  const all = counted(healthy.size, 'endpoint')
  return good === healthy.size ? all : `${all}, ${good} healthy`
}

/** How the host differs in a cluster from what applies. */
const differenceLines = (differences: readonly ServiceDifference[], id: string): readonly string[] =>
  differences.flatMap(({ trait, values }) =>
    values
      .filter(({ clusterId }, index) => clusterId === id && index > 0 && values[0].value !== values[index]?.value)
      .map(({ value }) => `${trait} differ: ${value}; those of ${values[0].clusterId} apply`),
  )

const gatewayText = ({ address, port }: NetworkGateway): string =>
  port === 0 ? `${address} (HBONE)` : joinHostPort(address, port)

class ClusterDrawing {
  readonly graph = new GraphBuilder()
  readonly folded: string[] = []
  readonly #report: ClustersReport
  readonly #focus: Focus | undefined
  /** Where connections from other networks start; drawn once there is a gateway. */
  #outside: string | undefined

  constructor(report: ClustersReport, focus: Focus | undefined) {
    this.#report = report
    this.#focus = focus
  }

  /** Those of the host in focus. */
  get #differences(): readonly ServiceDifference[] {
    return this.#report.differences.filter(({ host }) => host === this.#focus?.host)
  }

  #endpointsIn(isIn: (endpoint: Endpoint) => boolean): readonly Endpoint[] {
    return this.#focus?.endpoints.filter(isIn) ?? []
  }

  draw(): void {
    const networks = this.#report.networks.filter(({ name }) => this.#concerns(name))
    const { shown, more } = foldedItems(networks, MOST_NETWORKS)
    for (const network of shown) this.#network(network)
    if (more > 0) this.#fold(counted(more, 'more network'))
    if (!this.#report.clusters.some((cluster) => this.#isWanted(cluster, NO_NETWORK))) return
    const id = networks.length > 0 ? this.graph.box(['no network', 'reached directly']) : undefined
    this.#clusters(NO_NETWORK, id)
  }

  #concerns(network: string): boolean {
    if (!this.#focus || this.#endpointsIn((endpoint) => endpoint.network === network).length > 0) return true
    return this.#report.clusters.some((cluster) => cluster.network === network && this.#isWanted(cluster, network))
  }

  /** Whether the cluster has the host in focus in this network, or declares it in another way than the first one. */
  #isWanted({ id, network: own }: Cluster, network: string): boolean {
    if (!this.#focus) return own === network
    const differs = this.#differences.some(({ values }) => values.some(({ clusterId }) => clusterId === id))
    return (
      (own === network && differs) ||
      this.#endpointsIn((each) => each.clusterId === id && each.network === network).length > 0
    )
  }

  #fold(text: string, from?: string): void {
    const box = this.graph.box([text], 'dim')
    if (from !== undefined) this.graph.arrow(from, box)
    this.folded.push(text)
  }

  #network({ name, ranges, workloads, gateways }: ClustersReport['networks'][number]): void {
    const { graph } = this
    const drawnRanges = foldedItems(ranges, MOST_RANGES)
    const own = this.#endpointsIn(({ network }) => network === name)
    const entered = gateways.length === 0 ? ['no gateway: reached directly'] : []
    const network = graph.box([
      'network',
      name,
      this.#focus ? endpointsText(own) : counted(workloads, 'workload'),
      ...drawnRanges.shown,
      ...(drawnRanges.more > 0 ? [`and ${counted(drawnRanges.more, 'more range')}`] : []),
      ...entered,
    ])
    const { shown, more } = foldedItems(gateways, MOST_GATEWAYS)
    for (const gateway of shown) {
      const place = gateway.location ? [fileAndLine(gateway.location)] : []
      const box = graph.box([
        gateway.clusterId === '' ? 'gateway' : `gateway of ${gateway.clusterId}`,
        gatewayText(gateway),
        ...place,
      ])
      this.#outside ??= this.#outsideBox()
      graph.arrow(this.#outside, box, { label: `to network ${name}` })
      graph.arrow(box, network)
    }
    if (more > 0) this.#fold(`${counted(more, 'more gateway')} into network ${name}`)
    this.#clusters(name, network)
  }

  #outsideBox(): string {
    return this.graph.box(['clients', 'proxies of other networks'])
  }

  #clusters(network: string, from: string | undefined): void {
    const { shown, more } = foldedItems(
      this.#report.clusters.filter((cluster) => this.#isWanted(cluster, network)),
      MOST_CLUSTERS,
    )
    for (const cluster of shown) {
      const box = this.graph.box(this.#clusterLines(cluster, network))
      if (from !== undefined) this.graph.arrow(from, box)
    }
    if (more > 0) this.#fold(counted(more, 'more cluster'), from)
  }

  #clusterLines({ id, local, services, pods, endpoints }: Cluster, network: string): readonly string[] {
    const kind = local ? 'config cluster' : 'remote cluster'
    const focus = this.#focus
    if (!focus) {
      const counts = [counted(services, 'Service'), counted(pods, 'Pod'), counted(endpoints, 'endpoint')]
      const differing = this.#report.differences.filter(({ values }) =>
        values.some(({ clusterId }) => clusterId === id),
      )
      const differs = differing.length > 0 ? [`${counted(differing.length, 'difference')} from other clusters`] : []
      return [kind, id, counts.join(', '), ...differs]
    }
    const own = this.#endpointsIn((endpoint) => endpoint.clusterId === id && endpoint.network === network)
    return [kind, id, endpointsText(own), ...differenceLines(this.#differences, id)]
  }
}

/** @param host the one in focus */
export function clusterGraph(registry: Registry, host: string | undefined): GraphAnswer {
  const report = clustersReport(registry)
  const focus = host === undefined ? undefined : focusOn(host, registry)
  const drawing = new ClusterDrawing(report, focus)
  drawing.draw()
  const { release } = registry.snapshot
  const { graph } = drawing
  const nothing = graph.boxes.length === 0 && host !== undefined ? [`${host} has no endpoints`] : []
  const about = host === undefined ? counted(report.clusters.length, 'cluster') : `endpoints of ${host}`
  return {
    kind: 'clusters',
    release,
    about: [[styled('dim', '# '), styled('heading', about)]],
    graph,
    notes: [...nothing, ...drawing.folded.map((text) => `folded: ${text}`)],
    message: () => ({
      istio: releaseMessage(release),
      graph: 'clusters',
      ...clustersMessage(report),
      ...(focus && {
        focus: focus.host,
        endpoints: focus.endpoints.map(({ addresses, port, network, clusterId, health }) => ({
          addresses,
          port,
          network,
          cluster: clusterId,
          ...(health && { health }),
        })),
      }),
    }),
  }
}
