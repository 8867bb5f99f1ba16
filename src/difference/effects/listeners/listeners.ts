/** Listeners that come, go, or lead elsewhere. */
import { sameData } from '../../../comparison/index.ts'
import type { Origin } from '../../../envoy/explained.ts'
import type { ExplainedListener } from '../../../envoy/listeners/index.ts'
import { referencedClusters } from '../../../envoy/referenced-clusters.ts'
import type { JsonValue } from '../../../sources/document.ts'
import type { Changed, ResourceName } from '../../model.ts'
import { type Draft, type Phrase, sourcesOf } from '../draft.ts'
import { portOfCluster, type ServicePort } from '../reach/candidates.ts'
import type { Told } from '../told.ts'
import { listText, type Place } from '../words/names.ts'
import { tlsTexts } from '../words/tls.ts'
import {
  type Chain,
  chainTexts,
  isDetection,
  isHttp,
  type ListenerSide,
  listenerSide,
  listenerTexts,
  routesOfChain,
} from './chains.ts'
import { inboundPhrases, portOfChain, portsInWords } from './inbound.ts'
import { changedDestination, loneChain, loneListener } from './words.ts'

/** The service ports that a listener or chain leads to. */
function portsOf(resource: object): readonly ServicePort[] {
  return [...referencedClusters([resource])].flatMap((cluster) => portOfCluster(cluster) ?? [])
}

const isInbound = ({ resource }: ListenerSide): boolean => resource.trafficDirection === 'INBOUND'

const isHttpOnly = ({ chains }: ListenerSide): boolean => [...chains.values()].some(({ resource }) => isHttp(resource))

/** What a listener shares with the others. */
interface Surroundings {
  readonly told: Told
  readonly isRouter: boolean
  /** The names of route configurations that come or go. */
  readonly routes: ReadonlySet<string>
}

class ListenerDiff {
  readonly drafts: Draft[] = []
  readonly #resource: ResourceName
  readonly #place: Place
  readonly #told: Told
  readonly #isRouter: boolean
  readonly #routes: ReadonlySet<string>
  /** Whether a sentence explains the listener. */
  #isSaid = false

  constructor({ name, before, after }: Changed<ExplainedListener>, { told, isRouter, routes }: Surroundings) {
    this.#resource = { kind: 'lds', name }
    this.#told = told
    this.#isRouter = isRouter
    this.#routes = routes
    const [was, is] = [listenerSide(before), listenerSide(after)]
    const resource = (is ?? was)?.resource
    const port = resource?.address?.socketAddress?.portValue
    this.#place = { host: resource?.name ?? name, port, noun: 'listener' }
    if (was && is) this.#changed(was, is)
    else this.#alone((is ?? was) as ListenerSide, is !== undefined)
  }

  /** @param routes the route configurations that come and go with the place */
  #add(
    phrases: readonly Phrase[],
    was: readonly Origin[],
    is: readonly Origin[],
    place = this.#place,
    routes: readonly ResourceName[] = [],
  ): void {
    const sources = { before: sourcesOf(was), after: sourcesOf(is) }
    this.#isSaid ||= phrases.length > 0
    for (const phrase of phrases) {
      this.drafts.push({ ...phrase, subject: 'listener', place, sources, covers: [this.#resource, ...routes] })
    }
  }

  /** Whether all ports of a list have sentences already, which then cover this listener. */
  #isTold(ports: readonly ServicePort[]): boolean {
    if (ports.length === 0 || !ports.every((port) => this.#told.has(port))) return false
    for (const port of ports) this.#told.cover(port, this.#resource)
    this.#isSaid = true
    return true
  }

  #alone(side: ListenerSide, isNew: boolean): void {
    const origins = [...side.origins, ...[...side.chains.values()].flatMap((chain) => chain.origins)]
    const ports = portsOf(side.resource)
    const ofPort = side.resource.address?.socketAddress?.portValue
    if (this.#isTold(ports)) return
    if (
      ports.length === 0 &&
      isHttpOnly(side) &&
      ofPort !== undefined &&
      this.#told.coverPort(ofPort, this.#resource)
    ) {
      return
    }
    const phrase = loneListener(side, isNew, this.#isRouter)
    const place = this.#isRouter ? { host: `port ${ofPort} of the gateway` } : this.#place
    const routes = this.#routesOf([...side.chains.values()])
    this.#add([phrase], isNew ? [] : origins, isNew ? origins : [], place, routes)
  }

  #changed(was: ListenerSide, is: ListenerSide): void {
    const said = isInbound(is) ? this.#inbound(was, is) : new Set<number>()
    for (const [key, chain] of is.chains) {
      const old = was.chains.get(key)
      // Listeners have thousands of chains, and most of them stay the same.
      if (old && sameData(old.resource, chain.resource)) continue
      if (old) this.#chain(old, chain, was, is, said.has(portOfChain(chain)))
      else if (!said.has(portOfChain(chain))) this.#loneChain(chain, is, true)
    }
    for (const [key, chain] of was.chains) {
      if (!is.chains.has(key) && !said.has(portOfChain(chain))) this.#loneChain(chain, was, false)
    }
    this.#settings(was, is)
  }

  #inbound(was: ListenerSide, is: ListenerSide): ReadonlySet<number> {
    for (const { was: old, is: now, place, ...phrase } of inboundPhrases(was, is)) {
      this.#add([phrase], [...old, ...was.origins], [...now, ...is.origins], place)
    }
    return portsInWords(was, is)
  }

  #loneChain(chain: Chain, side: ListenerSide, isNew: boolean): void {
    if (this.#isTold(portsOf(chain.resource))) return
    const origins = [...chain.origins, ...side.origins]
    const phrase = loneChain(chain, isNew, this.#isRouter, this.#place)
    this.#add([phrase], isNew ? [] : origins, isNew ? origins : [], this.#place, this.#routesOf([chain]))
  }

  /** The route configurations that come and go with chains. */
  #routesOf(chains: readonly Chain[]): readonly ResourceName[] {
    const names = chains.flatMap(({ resource }) => routesOfChain(resource) ?? [])
    return [...new Set(names)].filter((name) => this.#routes.has(name)).map((name) => ({ kind: 'rds', name }))
  }

  #chain(old: Chain, chain: Chain, was: ListenerSide, is: ListenerSide, saysMode: boolean): void {
    const [before, after] = [
      [...old.origins, ...was.origins],
      [...chain.origins, ...is.origins],
    ]
    const destination = changedDestination(old, chain, this.#place)
    if (destination && !this.#isToldOfPorts(old, chain)) {
      const { place, ...phrase } = destination
      this.#add([phrase], before, after, place)
    }
    if (destination) return
    this.#add(chainTexts(old.resource, chain.resource).map(setting), before, after)
    if (!saysMode) this.#add(tlsPhrases(old, chain), before, after)
  }

  /** Whether sentences about the services explain it: one has lost this listener to the other, or only one has it. */
  #isToldOfPorts(old: Chain, chain: Chain): boolean {
    const [was, is] = [portsOf(old.resource), portsOf(chain.resource)]
    const [before] = was
    const isTaken = before !== undefined && is.length > 0
    const { host } = this.#place
    const isSaid =
      before !== undefined &&
      (this.#told.says(before, 'listener-lost', host) ||
        is.some((after) => this.#told.says(after, 'listener-won', `had ${host}`)))
    return (!isTaken || isSaid) && this.#isTold([...was, ...is])
  }

  /** Everything besides filter chains. */
  #settings(was: ListenerSide, is: ListenerSide): void {
    const texts = listenerTexts(was.resource, is.resource)
    // Which inspectors there are follows from the chains.
    const others = this.#isSaid ? texts.filter((text) => !isDetection(text)) : texts
    this.#add(others.map(setting), was.origins, is.origins)
  }
}

/** How the TLS that a chain ends differs. */
function tlsPhrases({ resource: was }: Chain, { resource: is }: Chain): readonly Phrase[] {
  const { serverNames = [] } = is.filterChainMatch ?? {}
  const where = serverNames.length === 0 ? '' : ` for ${listText(serverNames)},`
  const [before, after] = [was.transportSocket, is.transportSocket] as unknown as (JsonValue | undefined)[]
  return tlsTexts(before, after, 'inbound').map((text) => ({
    kind: 'mtls-change',
    lead: '',
    rest: `:${where} ${text}`,
  }))
}

const setting = (text: string): Phrase => ({ kind: 'resource-change', lead: '', rest: `: ${text}` })

/** Everything that connections notice, except for ports that have a sentence already. */
export function listenerDrafts(
  changes: readonly Changed<ExplainedListener>[],
  surroundings: Surroundings,
): readonly Draft[] {
  return changes.flatMap((change) => new ListenerDiff(change, surroundings).drafts)
}
