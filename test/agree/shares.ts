/**
 * Counts where requests and connections with several destinations go, and compares the counts with the shares that the
 * simulation says, of clusters and of endpoints.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { computeProxyView } from '../../src/pipeline.ts'
import { parseNode } from '../../src/proxy/node.ts'
import { clientOf, Peers } from '../../src/simulation/index.ts'
import type { ReceivedResources } from '../../src/simulation/resources.ts'
import type { Branch } from '../../src/simulation/step.ts'
import { meshOf } from '../support/mesh.ts'
import { wrongShare } from './binomial.ts'
import { endpointsIn, loopbackOf } from './envoy/bootstrap.ts'
import { type Probe, sendMany } from './envoy/client.ts'
import { resourcesOf } from './envoy/network.ts'
import { RealProxy, type Setting } from './envoy/real-proxy.ts'
import { expected } from './expected.ts'
import { PLAIN } from './http-probes.ts'
import type { Tally } from './tally.ts'

const MESH = fileURLToPath(new URL('../../fixtures/agree/shares.yaml', import.meta.url))

const request = (address: string, authority: string, path: string): Probe => ({
  side: 'outbound',
  entry: 'outbound',
  address,
  port: 80,
  http: { ...PLAIN, authority, path },
})

const SIDECAR: readonly Probe[] = [
  request('10.96.0.1', 'web', '/three'),
  request('10.96.0.1', 'web', '/few'),
  request('10.96.1.1', 'weighted.example.com', '/'),
  request('10.96.1.2', 'zones.example.com', '/'),
  request('10.96.1.3', 'near.example.com', '/'),
  { side: 'outbound', entry: 'outbound', address: '10.96.0.1', port: 3306 },
  { side: 'outbound', entry: 'outbound', address: '10.96.1.1', port: 3306 },
  {
    side: 'outbound',
    entry: 'outbound',
    address: '10.96.1.1',
    port: 443,
    tls: { sni: 'weighted.example.com', alpn: [], certificate: 'none' },
  },
]

const GATEWAY: readonly Probe[] = ['/three', '/few', '/'].map((path) => ({
  ...request('10.244.9.1', 'weighted.example.com', path),
  side: 'gateway',
  entry: 'direct',
  port: 8080,
}))

/** `CLUSTER ENDPOINT` with a loopback address for every endpoint, and the part of the traffic that it gets. */
function sharesOf(branches: readonly Branch[], { cds, eds }: ReceivedResources): ReadonlyMap<string, number> {
  const out = new Map<string, number>()
  for (const { cluster, targets, weight } of branches) {
    const found = cds.find(({ name }) => name === cluster)
    const written = (found ? endpointsIn(found, eds) : []).map(({ endpoint }) => endpoint?.address?.socketAddress)
    const sum = targets.reduce((total, { endpoint }) => total + endpoint.share, 0)
    for (const { endpoint } of targets) {
      const index = written.findIndex((each) => each?.address === endpoint.address && each.portValue === endpoint.port)
      const key = `${cluster} ${loopbackOf(index)}`
      out.set(key, (out.get(key) ?? 0) + ((weight / 100) * endpoint.share) / sum)
    }
  }
  return out
}

interface Asked {
  readonly node: object
  readonly probes: readonly Probe[]
}

const ASKED: readonly Asked[] = [
  {
    node: {
      id: 'sidecar~10.244.0.10~client.shop~shop.svc.cluster.local',
      metadata: { NAMESPACE: 'shop', INSTANCE_IPS: '10.244.0.10' },
      locality: { region: 'r1', zone: 'z1' },
    },
    probes: SIDECAR,
  },
  {
    node: {
      id: 'router~10.244.9.1~gw.shop~shop.svc.cluster.local',
      metadata: { NAMESPACE: 'shop', INSTANCE_IPS: '10.244.9.1', LABELS: { app: 'gw' } },
      locality: { region: 'r1', zone: 'z1' },
    },
    probes: GATEWAY,
  },
]

/** @param trials how often each destination is asked */
export async function compareShares(
  { trials }: { readonly trials: number },
  setting: Setting,
  tally: Tally,
): Promise<void> {
  const mesh = meshOf(readFileSync(MESH, 'utf8'))
  for (const { node, probes } of ASKED) {
    const view = computeProxyView(mesh, parseNode(JSON.parse(JSON.stringify(node)), 'client'))
    const resources = resourcesOf(view)
    const envoy = await RealProxy.start(setting, 'shares', resources)
    try {
      const client = clientOf(view, mesh.scope)
      for (const probe of probes) {
        const { branches } = expected(client, new Peers(mesh.scope), probe)
        const counts = new Map<string, number>()
        await sendMany(envoy.portOf(probe.entry), probe, setting.pki, trials, ({ received }) => {
          const key = received ? `${received.cluster} ${received.endpoint}` : 'nobody'
          counts.set(key, (counts.get(key) ?? 0) + 1)
        })
        const { side, port, http } = probe
        const differs = wrongShare(counts, sharesOf(branches, resources))
        tally.addMany(`shares ${side} ${http ? 'HTTP/1.1' : probe.tls ? 'TCP in TLS' : 'TCP'}`, trials)
        tally.add('shares compared', `${side} ${port} ${http?.path ?? ''}`, differs)
      }
    } finally {
      envoy.stop()
    }
  }
}
