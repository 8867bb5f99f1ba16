/** The other side of a connection: whether the workload's proxy takes what the client's proxy sends. */

import type { Origin } from '../../envoy/explained.ts'
import { inboundMtls, mtlsOfPort } from '../../envoy/policy/peer-authentication.ts'
import { describeResource } from '../../kinds/resource.ts'
import type { ProxyView } from '../../scope/view.ts'
import { inboundExclusion } from '../capture.ts'
import { type Connection, protocolOf } from '../connection.ts'
import type { Peer, PeerProxy } from '../peers.ts'
import type { FilterChain } from '../resources.ts'
import type { Ending, Step } from '../step.ts'
import { chainIndex, filterChainOf } from './filter-chain.ts'
import { httpManagerOf, tcpProxyOf } from './filters.ts'
import { notHttp } from './http.ts'
import { inspect } from './inspection.ts'
import { type ChosenListener, inboundListenerOf } from './listener.ts'
import { inspectionText, matchText } from './words.ts'

/** What the other side does with a connection; without an ending, the application gets it. */
export interface Arrival {
  readonly step: Step
  readonly ending: Ending | undefined
}

interface Policy {
  readonly text: string
  readonly origins: readonly Origin[]
}

/** The PeerAuthentication that decides for a port, in words. */
function policyOf({ proxy, registry }: ProxyView, port: number): Policy {
  const mtls = inboundMtls(registry, proxy.namespace, proxy.labels)
  const mode = mtlsOfPort(mtls, port)
  const why = `mutual TLS is ${mode} for port ${port}`
  const origins = mtls.sources.map((source) => ({
    what: describeResource(source),
    location: source.location.child('spec', 'mtls'),
    why,
  }))
  const last = origins.at(-1)
  return { text: last ? `${last.what}: ${why}` : `${why}, by default`, origins }
}

const SENT = { tls: 'TLS', http: 'plain text', tcp: 'plain text' } as const

function refusal(text: string, policy: Policy, peer: Peer, hint: string): Arrival {
  const reason = `${text}; ${policy.text}`
  return {
    step: { stage: 'inbound', result: `refused by ${peer.description}`, reason, origins: policy.origins },
    ending: { outcome: 'refused', text: `${peer.description} refuses the connection: ${reason}${hint && `; ${hint}`}` },
  }
}

const USE_MESH_TLS = "the client has to use the mesh's mutual TLS, or the policy has to be PERMISSIVE for this port"

function accepted(peer: Peer, { listener }: ChosenListener, chain: FilterChain, policy: Policy, text: string): Arrival {
  const origins = listener.chains[chainIndex(listener.resource, chain)] ?? []
  const cluster = tcpProxyOf(chain)?.cluster
  const match = matchText(chain.filterChainMatch)
  const parts = [text, policy.text, match, origins[0]?.why ?? ''].filter((part) => part !== '')
  return {
    step: {
      stage: 'inbound',
      result: `accepted by ${peer.description}`,
      reason: parts.join('; '),
      resource: chain.name ?? cluster,
      origins: [...policy.origins, ...origins],
    },
    ending: undefined,
  }
}

function throughChain(
  peer: Peer,
  chosen: ChosenListener,
  chain: FilterChain,
  connection: Connection,
  policy: Policy,
): Arrival {
  const ends = chain.transportSocket !== undefined
  const { tls } = connection
  if (ends && tls?.certificate !== 'mesh') {
    const text = tls ? 'the TLS of the client has no certificate of the mesh' : 'the client sends plain text'
    return refusal(text, policy, peer, USE_MESH_TLS)
  }
  const inner = ends ? { ...connection, tls: undefined } : connection
  if (httpManagerOf(chain) && (inner.tls || !inner.http)) return refusal(notHttp(inner).text, policy, peer, '')
  const text = ends
    ? "the mesh's mutual TLS ends here"
    : tls
      ? 'TLS goes on to the application'
      : 'plain text is accepted'
  return accepted(peer, chosen, chain, policy, text)
}

function withoutProxy(peer: Peer, { tls }: Connection): Arrival {
  const origins = [
    { what: peer.description, location: peer.resource.location.child('metadata', 'name'), why: 'no proxy' },
  ]
  if (tls?.certificate !== 'mesh') {
    const reason = 'the workload has no proxy, the application gets the connection'
    return { step: { stage: 'inbound', result: peer.description, reason, origins }, ending: undefined }
  }
  const reason = "the workload has no proxy, so nothing ends the mesh's mutual TLS that the client sends"
  return {
    step: { stage: 'inbound', result: `refused by ${peer.description}`, reason, origins },
    ending: { outcome: 'refused', text: `${peer.description} does not understand the connection: ${reason}` },
  }
}

function atProxy(peer: Peer, { view, configuration }: PeerProxy, connection: Connection): Arrival {
  const address = connection.address ?? ''
  const chosen = inboundListenerOf(configuration, address, peer.port)
  if (!chosen) return withoutProxy(peer, connection)
  const { resource } = chosen.listener
  const policy = policyOf(view, peer.port)
  const seen = inspect(resource, connection)
  if (seen.waits === Number.POSITIVE_INFINITY) {
    const text = "the workload's proxy waits for the client to send first, and the client waits for the server"
    return refusal(text, policy, peer, 'declare the protocol of the port')
  }
  const chain = filterChainOf(resource, seen)
  if (chain) return throughChain(peer, chosen, chain, connection, policy)
  const text = `${SENT[protocolOf(connection)]} matches no filter chain (${inspectionText(seen, connection) || 'plain bytes'})`
  return refusal(text, policy, peer, connection.tls?.certificate === 'mesh' ? '' : USE_MESH_TLS)
}

/** What a workload does with a connection that a proxy opens to it. */
export function arrivalAt(peer: Peer, sent: Connection): Arrival {
  const connection = { ...sent, port: peer.port }
  if (!peer.proxy) return withoutProxy(peer, connection)
  const excluded = inboundExclusion(peer.pod, peer.port)
  if (!excluded) return atProxy(peer, peer.proxy, connection)
  const arrival = withoutProxy(peer, connection)
  return { ...arrival, step: { ...excluded, reason: `${excluded.reason}; ${arrival.step.reason}` } }
}
