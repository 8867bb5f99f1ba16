/** What the simulation says about a connection of the test. */
import type { Client, Peers } from '../../src/simulation/index.ts'
import { trace } from '../../src/simulation/index.ts'
import type { Hop } from '../../src/simulation/step.ts'
import { throughListener } from '../../src/simulation/steps/hop.ts'
import { inboundListenerOf, routerListenerOf } from '../../src/simulation/steps/listener.ts'
import type { Probe } from './envoy/client.ts'

/** The client's own proxy only. */
const SETTINGS = { resolve: new Map<string, string>(), allBranches: true, depth: 0 }

/** The way through one proxy. */
export function expected(client: Client, peers: Peers, probe: Probe): Pick<Hop, 'branches' | 'ending'> {
  const { side, address, port } = probe
  if (side === 'outbound') return trace(client, peers, { ...probe, host: address }, SETTINGS)
  const { configuration } = client
  const chosen =
    side === 'inbound' ? inboundListenerOf(configuration, address, port) : routerListenerOf(configuration, port)
  if (!chosen) return { branches: [], ending: { outcome: 'refused', text: 'no listener' } }
  return throughListener(configuration, chosen, probe)
}
