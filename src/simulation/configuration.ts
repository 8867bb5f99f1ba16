/** The configuration of one proxy, by what a connection asks for, with the origin of every part. */
import { firstBy } from '../common/collections.ts'
import { oncePer, oncePerKey } from '../common/once.ts'
import type { Origin } from '../envoy/explained.ts'
import type { ResourceLookup } from '../envoy/lookup.ts'
import type { Cluster, Listener, LoadAssignment, Named, ReceivedResources, RouteConfiguration } from './resources.ts'

/** A resource as Envoy receives it, and where it comes from; no origins when only the resource is known. */
export interface Known<R> {
  readonly resource: R
  readonly origins: readonly Origin[]
}

export interface KnownListener extends Known<Listener> {
  /** Of each filter chain, the default one last. */
  readonly chains: readonly (readonly Origin[])[]
}

export interface KnownRoutes extends Known<RouteConfiguration> {
  /** In the order of the virtual hosts and their routes. */
  readonly virtualHosts: readonly {
    readonly origins: readonly Origin[]
    readonly routes: readonly { readonly origins: readonly Origin[] }[]
  }[]
}

/** A service port that lost its place in a listener. */
export interface LostPlace {
  readonly rule: string
  readonly winner: LostParty
  readonly losers: readonly LostParty[]
}

interface LostParty extends Pick<Origin, 'location'> {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly host: string
}

export interface Configuration {
  /** The listeners that a connection to the port may reach, in order. */
  listeners(port: number): readonly KnownListener[]
  /** @param port that the connection is for */
  lostPlaces(listenerName: string, port: number): readonly LostPlace[]
  /** @param port of the listener that refers to the configuration */
  routes(name: string, port: number): KnownRoutes | undefined
  cluster(name: string): Known<Cluster> | undefined
  assignment(clusterName: string): Known<LoadAssignment> | undefined
}

/** Generated messages have the fields of the types here; fields that are not set are undefined in them, not absent. */
export function computedConfiguration(lookup: ResourceLookup): Configuration {
  const listeners = oncePerKey(
    (port: number) =>
      [...lookup.listenersOfPort(port), ...lookup.otherListeners()] as unknown as readonly KnownListener[],
  )
  return {
    listeners,
    lostPlaces: (name, port) => lookup.conflictsOf(name, port),
    routes: (name, port) => lookup.routes(name, port) as unknown as KnownRoutes | undefined,
    cluster: (name) => lookup.cluster(name) as unknown as Known<Cluster> | undefined,
    assignment: (name) => lookup.assignment(name) as unknown as Known<LoadAssignment> | undefined,
  }
}

const NO_ORIGINS: readonly Origin[] = []

const unexplained = <R>(resource: R): Known<R> => ({ resource, origins: NO_ORIGINS })

const nameOf = ({ name }: Named): string => name

/** The same for resources without origins, such as those that `dump` prints. */
export const receivedConfiguration = oncePer(({ lds, cds, eds, rds }: ReceivedResources): Configuration => {
  const clusters = firstBy(cds, nameOf)
  const assignments = firstBy(eds, ({ clusterName }) => clusterName)
  const routes = firstBy(rds, nameOf)
  const listeners = lds.map((resource): KnownListener => ({ ...unexplained(resource), chains: [] }))
  const found = <R>(resource: R | undefined): Known<R> | undefined => resource && unexplained(resource)
  return {
    listeners: () => listeners,
    lostPlaces: () => [],
    routes: (name) => {
      const resource = routes.get(name)
      return resource && { ...unexplained(resource), virtualHosts: [] }
    },
    cluster: (name) => found(clusters.get(name)),
    assignment: (name) => found(assignments.get(name)),
  }
})
