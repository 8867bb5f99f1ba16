/** The way of a connection through the listener of one proxy. */
import type { Origin } from '../../envoy/explained.ts'
import type { Configuration } from '../configuration.ts'
import type { ClientTls, Connection } from '../connection.ts'
import type { FilterChain, Listener, TransportSocket } from '../resources.ts'
import { checkSecurity } from '../security/check.ts'
import { type Ending, type Hop, type Lost, lateStep, type Step } from '../step.ts'
import { branchesOfShares } from './branches.ts'
import { chainIndex, filterChainsOf } from './filter-chain.ts'
import { httpManagerOf, serverNamePortOf, sharesOf, tcpProxyOf } from './filters.ts'
import { throughManager } from './http.ts'
import { type Inspected, inspect } from './inspection.ts'
import type { ChosenListener } from './listener.ts'
import { inspectionText, LISTENER_RULES, matchText } from './words.ts'

const refused = (text: string): Ending => ({ outcome: 'refused', text })

/** Service ports that asked for the listener and did not get it, or not all of it. */
function lostPlaces(configuration: Configuration, listener: Listener, port: number): readonly Lost[] {
  return configuration.lostPlaces(listener.name, port).flatMap(({ winner, losers }) =>
    losers.map(({ kind, namespace, name, host, location }) => ({
      what: `${kind} ${namespace}/${name}${host && ` ${host}`}`,
      why: `also asks for this port, which ${winner.kind} ${winner.namespace}/${winner.name} has`,
      location,
    })),
  )
}

function listenerStep(configuration: Configuration, { listener, rule }: ChosenListener, port: number): Step {
  const { resource } = listener
  return lateStep('listener', resource.name, () => {
    const { origins } = listener
    const why = origins[0] ? `; ${origins[0].why}` : ''
    const lost = lostPlaces(configuration, resource, port)
    const reason = LISTENER_RULES[rule] + why
    return { result: resource.name, reason, origins, lost: lost.length > 0 ? lost : undefined }
  })
}

function explainChain({ listener }: ChosenListener, chain: FilterChain, seen: Inspected, connection: Connection) {
  const { resource, chains } = listener
  const origins = chains[chainIndex(resource, chain)] ?? []
  const isDefault = chain === resource.defaultFilterChain
  const conditions = matchText(chain.filterChainMatch)
  const chosen = isDefault
    ? 'no other chain matches'
    : conditions === ''
      ? 'it has no conditions'
      : 'its conditions are met'
  const parts = [inspectionText(seen, connection), chosen, origins[0]?.why ?? '']
  return {
    result: isDefault ? 'default chain' : conditions === '' ? 'the only chain' : conditions,
    reason: parts.filter((part) => part !== '').join('; '),
    origins,
  }
}

const chainStep = (chosen: ChosenListener, chain: FilterChain, seen: Inspected, connection: Connection): Step =>
  lateStep('filterChain', chain.name, () => explainChain(chosen, chain, seen, connection))

/** The authority that signs the identities of the mesh. */
const MESH_ROOT = 'ROOTCA'

/** Why a proxy that ends TLS refuses the client's certificate, or its lack; undefined if it does not. */
function certificateRefusal({ typedConfig }: TransportSocket, { certificate }: ClientTls): string | undefined {
  if (certificate === 'none') {
    const isAsked = typedConfig?.requireClientCertificate
    return isAsked ? 'the proxy asks for a client certificate, and the client has none' : undefined
  }
  const authority = typedConfig?.commonTlsContext?.combinedValidationContext?.validationContextSdsSecretConfig?.name
  if (authority === undefined || (authority === MESH_ROOT) === (certificate === 'mesh')) return undefined
  return authority === MESH_ROOT
    ? 'the TLS of the client has no certificate of the mesh'
    : `the client presents its identity in the mesh, and the proxy accepts only certificates of ${authority}`
}

/** What is inside the client's TLS if the chain ends it; an ending if it cannot. */
function withoutTls(socket: TransportSocket, connection: Connection): Connection | Ending {
  if (!connection.tls) return refused('the proxy expects TLS here, and the client sends plain text')
  const { tls, http, ...rest } = connection
  const refusal = certificateRefusal(socket, tls)
  if (refusal !== undefined) return refused(refusal)
  const peer = tls.certificate === 'mesh' ? connection.identity : undefined
  return { ...rest, peer, serverName: tls.sni, http: http && { ...http, scheme: 'https' } }
}

function throughTcp(
  configuration: Configuration,
  chain: FilterChain,
  connection: Connection,
  origins: readonly Origin[],
): Hop {
  // TLS that goes on shows its server name to filters, too.
  const seen = connection.tls ? { ...connection, serverName: connection.tls.sni } : connection
  const { steps, ending } = checkSecurity(chain.filters, { ...seen, http: undefined }, origins)
  if (ending) return { steps, branches: [], ending }
  const sent = { ...connection, port: serverNamePortOf(chain) ?? connection.port }
  const branches = branchesOfShares(configuration, sharesOf(tcpProxyOf(chain) ?? {}), () => sent, false)
  return { steps, branches, ending: branches.length > 0 ? undefined : refused('the chain leads to no cluster') }
}

/** The way through a listener that was chosen. */
export function throughListener(configuration: Configuration, chosen: ChosenListener, connection: Connection): Hop {
  const listener = chosen.listener.resource
  const steps = [listenerStep(configuration, chosen, connection.port)]
  const end = (ending: Ending): Hop => ({ steps, branches: [], ending })
  const seen = inspect(listener, connection)
  if (seen.waits === Number.POSITIVE_INFINITY) {
    return end(
      refused(
        'the proxy waits for the client to send first, and the client waits for the server: declare the protocol',
      ),
    )
  }
  if (seen.waits > 0 && !listener.continueOnListenerFiltersTimeout) {
    return end(refused('the client sends nothing before the inspection of the listener times out'))
  }
  const [chain = listener.defaultFilterChain, rival] = filterChainsOf(listener, seen)
  if (rival) return end(refused('Envoy rejects the listener, because several filter chains match this connection'))
  if (!chain) return end(refused(`no filter chain matches (${inspectionText(seen, connection) || 'plain bytes'})`))
  steps.push(chainStep(chosen, chain, seen, connection))
  const inner = chain.transportSocket ? withoutTls(chain.transportSocket, connection) : connection
  if ('outcome' in inner) return end(inner)
  const manager = httpManagerOf(chain)
  const origins = chosen.listener.chains[chainIndex(listener, chain)] ?? []
  const hop = manager
    ? throughManager(configuration, manager, inner, { port: connection.port, origins })
    : throughTcp(configuration, chain, inner, origins)
  return { ...hop, steps: [...steps, ...hop.steps] }
}
