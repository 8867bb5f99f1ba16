/** The service ports whose reachability a change may have changed, from the resources that differ. */
import { append } from '../../../common/collections.ts'
import { parseOutboundName } from '../../../envoy/endpoints/plan/cluster-name.ts'
import type { ListenerConflict } from '../../../envoy/listeners/index.ts'
import { referencedClusters } from '../../../envoy/referenced-clusters.ts'
import type { ConflictParty } from '../../../findings/conflicts/index.ts'
import type { ComparedProxy, Sides } from '../../model.ts'
import type { Place } from '../words/names.ts'

/** A service port, by host and port. */
export interface ServicePort extends Place {
  readonly port: number
}

const keyOfPort = ({ host, port }: ServicePort): string => `${port} ${host}`

/** The port that a cluster belongs to; undefined for clusters without a service. */
export function portOfCluster(cluster: string): ServicePort | undefined {
  const parts = parseOutboundName(cluster)
  return parts && !parts.passthrough ? { host: parts.host, port: parts.port } : undefined
}

/** The listeners, and whether routes, lead to a port; of the resources that differ only. */
export interface Leads {
  readonly listeners: readonly string[]
  readonly isRouted: boolean
}

const NO_LEADS: Leads = { listeners: [], isRouted: false }

/** What of one side leads to which port. */
class LeadIndex {
  readonly #listeners = new Map<string, string[]>()
  readonly #routed = new Set<string>()
  readonly ports = new Map<string, ServicePort>()

  addListener(name: string, resource: object): void {
    for (const key of this.#portsOf(resource)) append(this.#listeners, key, name)
  }

  addRoutes(resource: object): void {
    for (const key of this.#portsOf(resource)) this.#routed.add(key)
  }

  of(key: string): Leads {
    return this.ports.has(key)
      ? { listeners: this.#listeners.get(key) ?? [], isRouted: this.#routed.has(key) }
      : NO_LEADS
  }

  #portsOf(resource: object): ReadonlySet<string> {
    const keys = new Set<string>()
    for (const cluster of referencedClusters([resource])) {
      const port = portOfCluster(cluster)
      if (!port) continue
      const key = keyOfPort(port)
      this.ports.set(key, port)
      keys.add(key)
    }
    return keys
  }
}

/** Inbound listeners lead to the application. */
const isOutbound = ({ trafficDirection }: { readonly trafficDirection?: string }): boolean =>
  trafficDirection !== 'INBOUND'

/** What the differing resources of both sides lead to. */
export function leadsOf({ lds, rds }: ComparedProxy): Sides<LeadIndex> {
  const index = { before: new LeadIndex(), after: new LeadIndex() }
  for (const side of ['before', 'after'] as const) {
    for (const changed of lds) {
      const resource = changed[side]?.resource
      if (resource && isOutbound(resource)) index[side].addListener(changed.name, resource)
    }
    for (const changed of rds) {
      const resource = changed[side]?.resource
      if (resource) index[side].addRoutes(resource)
    }
  }
  return index
}

const INBOUND = 'inbound-protocol'

/** The conflict in which each loser lost first, by its port. */
export function lossesOf(conflicts: readonly ListenerConflict[]): ReadonlyMap<string, ListenerConflict> {
  const losses = new Map<string, ListenerConflict>()
  for (const conflict of conflicts) {
    if (conflict.rule === INBOUND) continue
    for (const loser of conflict.losers) {
      const key = keyOfPort(loser)
      if (!losses.has(key)) losses.set(key, conflict)
    }
  }
  return losses
}

const portOf = ({ host, port }: ConflictParty): ServicePort => ({ host, port })

/** Every port that may be reached on one side and not on the other, or by other listeners. */
export function candidatesOf(
  { cds, conflicts }: ComparedProxy,
  leads: ReturnType<typeof leadsOf>,
  losses: Sides<ReadonlyMap<string, ListenerConflict>>,
): ReadonlyMap<string, ServicePort> {
  const out = new Map<string, ServicePort>()
  for (const { ports } of [leads.before, leads.after]) {
    for (const [key, port] of ports) {
      const [was, is] = [leads.before.of(key), leads.after.of(key)]
      if (was.isRouted !== is.isRouted || was.listeners.join() !== is.listeners.join()) out.set(key, port)
    }
  }
  for (const { before, after } of cds) {
    const port = before && after ? undefined : portOfCluster((before ?? after)?.resource.name ?? '')
    if (port) out.set(keyOfPort(port), port)
  }
  for (const side of ['before', 'after'] as const) {
    for (const { losers } of conflicts[side]) {
      for (const loser of losers) {
        const key = keyOfPort(loser)
        if (losses.before.has(key) !== losses.after.has(key)) out.set(key, portOf(loser))
      }
    }
  }
  return out
}
