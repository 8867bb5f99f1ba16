/**
 * Follows connections and requests through all proxies on their way, in random meshes whose Envoys are connected to each
 * other: from sidecars and from outside of the mesh, through gateways, to the workloads.
 */
import type { Mesh } from '../../src/pipeline.ts'
import { computeProxyView } from '../../src/pipeline.ts'
import { selectNode } from '../../src/proxy/select.ts'
import { requestDifference } from '../../src/sandbox/check/difference.ts'
import type { Received } from '../../src/sandbox/echo/received.ts'
import type { Arrival } from '../../src/sandbox/probe.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import { clientOf, entranceOf, Peers, type Trace, trace, traceFromOutside } from '../../src/simulation/index.ts'
import { ARRIVES } from '../../src/simulation/step.ts'
import { Random } from '../fuzz/random.ts'
import { meshOf } from '../support/mesh.ts'
import { kindOf, probeText } from './compare.ts'
import type { Probe } from './envoy/client.ts'
import { Network, resourcesOf, TO_WORKLOAD } from './envoy/network.ts'
import type { Setting } from './envoy/real-proxy.ts'
import { gatewayProbes, outboundProbes } from './probes.ts'
import { CLIENTS, GATEWAYS, randomMesh } from './random-mesh.ts'
import type { Tally } from './tally.ts'

const SETTINGS = { resolve: new Map<string, string>(), allBranches: true, depth: 5 }

const ACCEPTED = /^accepted by (.*?)(?:-\d)?$/

/** A workload without the number of its replica: replicas say the same, so a trace names only one of them. */
const workloadOf = (proxy: string): string => proxy.replace(/-\d$/, '')

/** Where an inbound chain leads: to the cluster of its port, or through. */
function leadsTo(chain: string, cluster: string): boolean {
  const [, port] = /_(\d+)$/.exec(chain) ?? []
  return port === undefined ? cluster === 'InboundPassthroughCluster' : cluster.startsWith(`inbound|${port}|`)
}

/** What differs about the end of the way: a proxy that accepts the connection for its workload, or an endpoint without. */
function endDifference({ steps, ending }: Trace, { proxy, cluster }: Received): string | undefined {
  const inbound = steps.filter(({ stage }) => stage === 'inbound')
  const accepted = inbound.filter(({ result }) => ACCEPTED.test(result))
  const here = `${proxy} ${cluster}`
  const said = inbound.map(({ result, resource }) => `${result} ${resource ?? ''}`).join(', ') || ending.text
  if (!TO_WORKLOAD.test(cluster)) {
    const isEnd = inbound.length === 0 || accepted.length < inbound.length
    return isEnd ? undefined : `Envoy reaches an endpoint without a proxy (${here}), the trace: ${said}`
  }
  const isSame = accepted.some(
    ({ result, resource = '' }) => ACCEPTED.exec(result)?.[1] === workloadOf(proxy) && leadsTo(resource, cluster),
  )
  return isSame ? undefined : `Envoy reaches ${here}, the trace: ${said}`
}

/** Different endpoints of one destination may be treated differently; then either is right. */
const isMixed = ({ branches, ending }: Trace): boolean =>
  branches.length > 1 || / of \d+ endpoints refuse it/.test(ending.text)

/** The test's endpoints understand the mesh's TLS, which applications without a proxy do not. */
const isUnderstood = ({ cluster, tls }: Received): boolean => TO_WORKLOAD.test(cluster) || !tls?.alpn.includes('istio')

/** What differs; undefined when both do the same. */
function pathDifference(found: Trace, { received, status }: Arrival): string | undefined {
  const { branches, ending, steps } = found
  const isKnown = steps.some(({ stage }) => stage === 'inbound')
  if (!received || (isKnown && !isUnderstood(received))) {
    if (!ARRIVES.has(ending.outcome) || isMixed(found)) return undefined
    return `Envoy reaches no workload (${status ?? 'closed'}), the trace ${ending.text}`
  }
  if (!ARRIVES.has(ending.outcome))
    return `Envoy reaches ${received.proxy} ${received.cluster}, the trace: ${ending.text}`
  const end = endDifference(found, received)
  if (end) return end
  const differs = branches.map((branch) => requestDifference(branch, received))
  return differs.includes(undefined) ? undefined : differs[0]
}

interface Start {
  readonly name: string
  readonly view: ProxyView
  readonly probes: readonly Probe[]
  readonly trace: (probe: Probe) => Trace
}

function startsOf(mesh: Mesh, peers: Peers, random: Random): readonly Start[] {
  /** The same view as for connections to the proxy. */
  const startAt = (text: string): Pick<Start, 'name' | 'view'> => {
    const view = computeProxyView(mesh, selectNode(text, '', mesh.snapshot).node)
    const peer = peers.at(view.proxy.ips[0] ?? '', 0, '')
    return { name: peer?.description ?? text, view: peer?.proxy?.view ?? view }
  }
  const clients = CLIENTS.map((text): Start => {
    const { name, view } = startAt(text)
    const client = clientOf(view, mesh.scope)
    const follow = (probe: Probe): Trace => trace(client, peers, { ...probe, host: probe.address }, SETTINGS)
    return { name, view, probes: outboundProbes(resourcesOf(view), random), trace: follow }
  })
  const gateways = GATEWAYS.map((text): Start => {
    const { name, view } = startAt(text)
    const follow = (probe: Probe): Trace => {
      const entrance = { ...entranceOf(view, probe.port), port: probe.port }
      return traceFromOutside(peers, entrance, { ...probe, host: probe.address }, SETTINGS)
    }
    return { name, view, probes: gatewayProbes(resourcesOf(view), random), trace: follow }
  })
  return [...clients, ...gateways]
}

/** Sends at most so many connections from each start of a mesh. */
async function followMesh(seed: number, most: number, setting: Setting, tally: Tally): Promise<void> {
  const random = new Random(seed)
  const mesh = meshOf(randomMesh(random))
  const peers = new Peers(mesh.scope)
  const network = new Network(setting, peers)
  try {
    for (const { name, view, probes, trace: follow } of startsOf(mesh, peers, random)) {
      const first = await network.proxyOf(view, name)
      const place = `mesh ${seed}, ${name}`
      for (const probe of random.shuffled(probes).slice(0, most)) {
        const found = follow(probe)
        const via = found.steps.slice(1).some(({ stage }) => stage === 'gateway') ? ' through a gateway' : ''
        await tally.confirm(`path from ${kindOf(probe)}${via}`, place, async () => {
          const differs = pathDifference(found, await network.ask(first, probe))
          return differs && `${probeText(probe)}\n    ${differs}`
        })
      }
    }
  } catch (error) {
    tally.add('path', `mesh ${seed}`, (error as Error).message)
  } finally {
    network.stop()
  }
}

/** @param meshes how many */
export async function comparePaths(
  { seed, meshes, most }: { readonly seed: number; readonly meshes: number; readonly most: number },
  setting: Setting,
  tally: Tally,
): Promise<void> {
  for (let index = 0; index < meshes; index++) await followMesh(seed * 1000 + index, most, setting, tally)
}
