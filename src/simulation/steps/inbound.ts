/** The other side of a connection: whether the workload's proxy takes what the client's proxy sends. */

import type { Origin } from '../../envoy/explained.ts'
import { inboundMtls, mtlsOfPort } from '../../envoy/policy/peer-authentication.ts'
import { describeResource } from '../../kinds/resource.ts'
import type { ProxyView } from '../../scope/view.ts'
import { inboundExclusion } from '../capture.ts'
import type { Connection } from '../connection.ts'
import type { Peer, PeerProxy } from '../peers.ts'
import { ARRIVES, type Ending, type Hop, type Step } from '../step.ts'
import { throughListener } from './hop.ts'
import { inboundListenerOf } from './listener.ts'
import { isMeshTls } from './transport.ts'

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

function refusal(text: string, policy: Policy, peer: Peer, hint: string): Arrival {
  const reason = `${text}; ${policy.text}`
  return {
    step: { stage: 'inbound', result: `refused by ${peer.description}`, reason, origins: policy.origins },
    ending: { outcome: 'refused', text: `${peer.description} refuses the connection: ${reason}${hint && `; ${hint}`}` },
  }
}

/** A connection or request that a policy does not let in. */
function denied(ending: Ending, { reason, origins }: Step, peer: Peer): Arrival {
  return {
    step: { stage: 'inbound', result: `refused by ${peer.description}`, reason, origins },
    ending: { ...ending, text: `${peer.description} refuses it: ${reason}` },
  }
}

const USE_MESH_TLS = "the client has to use the mesh's mutual TLS, or the policy has to be PERMISSIVE for this port"

/** What the proxy did with the client's TLS. */
function tlsText({ tls }: Connection, passedOn: Connection | undefined): string {
  if (!tls) return 'plain text is accepted'
  return passedOn?.tls ? 'TLS goes on to the application' : "the mesh's mutual TLS ends here"
}

function accepted(peer: Peer, { steps, branches: [branch] }: Hop, policy: Policy, connection: Connection): Arrival {
  const chain = steps.find(({ stage }) => stage === 'filterChain')
  const origins = chain?.origins ?? []
  const checks = steps.filter(({ stage }) => stage === 'authorization')
  const checked = checks.map(({ reason }) => reason)
  const parts = [tlsText(connection, branch?.sent), policy.text, chain?.result ?? '', origins[0]?.why ?? '', ...checked]
  return {
    step: {
      stage: 'inbound',
      result: `accepted by ${peer.description}`,
      reason: parts.filter((part) => part !== '').join('; '),
      resource: chain?.resource ?? branch?.cluster,
      origins: [...policy.origins, ...origins.slice(0, 1), ...checks.flatMap((check) => check.origins)],
      asks: checks.flatMap(({ asks = [] }) => asks),
    },
    ending: undefined,
  }
}

function withoutProxy(peer: Peer, connection: Connection): Arrival {
  const origins = [
    { what: peer.description, location: peer.resource.location.child('metadata', 'name'), why: 'no proxy' },
  ]
  if (!isMeshTls(connection)) {
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
  const policy = policyOf(view, peer.port)
  const hop = throughListener(configuration, chosen, connection)
  const ending = hop.ending ?? hop.branches.find((branch) => !ARRIVES.has(branch.ending.outcome))?.ending
  if (!ending) return accepted(peer, hop, policy, connection)
  const denial = hop.steps.at(-1)
  if (hop.ending && denial?.stage === 'authorization') return denied(hop.ending, denial, peer)
  const isAboutTls = ending.status === undefined && !connection.serverFirst && connection.tls?.certificate !== 'mesh'
  return refusal(ending.text, policy, peer, isAboutTls ? USE_MESH_TLS : '')
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
