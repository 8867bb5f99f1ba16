/**
 * Sends connections and requests to a workload with random policies through a stock Envoy, and compares which of them
 * it lets in with what the simulation says.
 */
import { computeProxyView } from '../../src/pipeline.ts'
import { parseNode } from '../../src/proxy/node.ts'
import { clientOf, Peers } from '../../src/simulation/index.ts'
import type { Hop } from '../../src/simulation/step.ts'
import { Random } from '../fuzz/random.ts'
import { meshOf } from '../support/mesh.ts'
import { kindOf, probeText } from './compare.ts'
import type { Probe } from './envoy/client.ts'
import { resourcesOf } from './envoy/network.ts'
import { makePki } from './envoy/pki.ts'
import { RealProxy, type Setting } from './envoy/real-proxy.ts'
import { expected } from './expected.ts'
import { randomConnection, randomPolicies } from './random-policies.ts'
import type { Tally } from './tally.ts'

const ADDRESS = '10.244.0.20'
const TRUST_DOMAIN = 'cluster.local'
/** That of the certificates of the test. */
const IDENTITY = 'spiffe://cluster.local/ns/default/sa/default'

const WORKLOAD = `
apiVersion: v1
kind: Service
metadata: {name: app, namespace: shop}
spec:
  clusterIP: 10.96.0.20
  selector: {app: app}
  ports: [{name: http, port: 80, targetPort: 8080}, {name: tcp, port: 3306}]
---
apiVersion: v1
kind: Pod
metadata: {name: app, namespace: shop, labels: {app: app, security.istio.io/tlsMode: istio}}
spec: {containers: [{name: app}]}
status: {phase: Running, podIP: ${ADDRESS}, podIPs: [{ip: ${ADDRESS}}], conditions: [{type: Ready, status: 'True'}]}
`

const NODE = parseNode(
  {
    id: `sidecar~${ADDRESS}~app.shop~shop.svc.cluster.local`,
    metadata: { NAMESPACE: 'shop', INSTANCE_IPS: ADDRESS, LABELS: { app: 'app' } },
  },
  'test node',
)

const policyTexts = (policies: readonly object[]): string =>
  policies.map((policy) => JSON.stringify(policy, (key, value) => (key === 'jwks' ? '...' : value))).join('\n    ')

type Verdict = 'let in' | 'closed' | number

function saidBy({ ending, branches }: Pick<Hop, 'ending' | 'branches'>, isHttp: boolean): Verdict {
  if (!ending) return branches.length > 0 ? 'let in' : 'closed'
  return isHttp ? (ending.status ?? 'closed') : 'closed'
}

/** @param meshes how many random sets of policies @param most connections to each */
export async function compareSecurity(
  { seed, meshes, most }: { readonly seed: number; readonly meshes: number; readonly most: number },
  setting: Setting,
  tally: Tally,
): Promise<void> {
  // Clients have one identity: one rule may ask for it and another for everything else.
  const own = { ...setting, pki: await makePki([TRUST_DOMAIN]) }
  const random = new Random(seed)
  for (let index = 0; index < meshes; index++) {
    const policies = randomPolicies(random)
    const manifests = [WORKLOAD, ...policies.map((policy) => JSON.stringify(policy))].join('\n---\n')
    const mesh = meshOf(manifests)
    const view = computeProxyView(mesh, NODE)
    const [client, peers] = [clientOf(view, mesh.scope), new Peers(mesh.scope)]
    const envoy = await RealProxy.start(own, `policies ${index}`, resourcesOf(view))
    try {
      for (let asked = 0; asked < most; asked++) {
        const connection = randomConnection(random)
        const probe: Probe = { ...connection, address: ADDRESS, side: 'inbound', entry: 'inbound', identity: IDENTITY }
        const said = saidBy(
          expected(client, peers, { ...probe, source: connection.direct, client: connection.source }),
          probe.http !== undefined,
        )
        await tally.confirm(`${kindOf(probe)} with policies`, `policies ${index}`, async () => {
          const { received, status } = await envoy.ask(probe)
          const got: Verdict = received ? 'let in' : (status ?? 'closed')
          const token = JSON.stringify(probe.http?.token ?? null)
          return got === said
            ? undefined
            : `Envoy: ${got}, the simulation: ${said}\n    ${probeText(probe)} from ${probe.direct} for ${probe.source}, token ${token}\n    ${policyTexts(policies)}`
        })
      }
    } finally {
      envoy.stop()
    }
  }
}
