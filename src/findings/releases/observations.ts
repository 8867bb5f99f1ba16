/**
 * Everything that istiod generates for a mesh, resource by resource, with the objects that each resource comes from.
 */

import type { AllocatedRegistry } from '../../allocation/allocation.ts'
import { append } from '../../common/collections.ts'
import { LookupTable } from '../../dns/lookup-table.ts'
import { buildNameTable, type NameRecord } from '../../dns/name-table.ts'
import type { Explained } from '../../envoy/explained.ts'
import { buildEnvoyResources, type EnvoyResources } from '../../envoy/index.ts'
import { describeResource, type Resource } from '../../kinds/resource.ts'
import type { Touches } from '../../releases/behaviour.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { Location } from '../../sources/location.ts'

/** An object of the input. */
export interface InvolvedObject {
  /** `ServiceEntry shop/db` */
  readonly what: string
  readonly location: Location
}

/** One resource. */
export interface Observation {
  readonly value: unknown
  /** The objects that it comes from. */
  readonly objects: () => readonly InvolvedObject[]
}

/** Resources of one kind by name. */
export type Observations = ReadonlyMap<string, Observation>

const objectOf = (resource: Resource): InvolvedObject => ({
  what: describeResource(resource),
  location: resource.location,
})

function objectsOf({ origins }: Explained<unknown>): readonly InvolvedObject[] {
  return origins.flatMap(({ what, location }) => (location ? [{ what, location }] : []))
}

/** Several resources of one kind may share a name; they are told apart by their order. */
class Named {
  readonly #counts = new Map<string, number>()
  readonly out = new Map<string, Observation>()

  add(name: string, value: unknown, objects: () => readonly InvolvedObject[]): void {
    const count = this.#counts.get(name) ?? 0
    this.#counts.set(name, count + 1)
    this.out.set(count === 0 ? name : `${name} #${count + 1}`, { value, objects })
  }
}

function observed<T>(items: Iterable<T>, add: (item: T, named: Named) => void): Observations {
  const named = new Named()
  for (const item of items) add(item, named)
  return named.out
}

const ofResources = (facts: Iterable<Explained<object>>, nameOf: (resource: object) => string): Observations =>
  observed(facts, (fact, named) => named.add(nameOf(fact.resource), fact.resource, () => objectsOf(fact)))

const nameOf = (resource: object): string => (resource as { readonly name?: string }).name ?? ''
const clusterNameOf = (resource: object): string => (resource as { readonly clusterName?: string }).clusterName ?? ''

const objectsOfRecord = ({ sources }: NameRecord): readonly InvolvedObject[] =>
  sources.map(({ service }) => objectOf(service.source))

function names(view: ProxyView): Observations {
  return observed(buildNameTable(view).values(), (record, named) =>
    named.add(record.host, [...record.ips].sort(), () => objectsOfRecord(record)),
  )
}

/** Whether names with the first search domain added are answered; what names resolve to is in the name table. */
function searchedNames(view: ProxyView): Observations {
  const [domain] = view.proxy.search
  if (domain === undefined) return new Map()
  const table = buildNameTable(view)
  const lookup = new LookupTable(table, view)
  const searched = [...table.values()].filter(({ host }) => host.endsWith(`.${domain}`))
  return observed(searched, (record, named) => {
    const name = `${record.host}.${domain}`
    named.add(name, lookup.lookup(name, 'A').kind, () => objectsOfRecord(record))
  })
}

/** The virtual hosts of all route configurations. */
function virtualHosts({ routes }: EnvoyResources): Observations {
  return observed(routes, ({ resource, virtualHosts: hosts }, named) => {
    for (const host of hosts) named.add(`${resource.name} ${host.resource.name}`, host.resource, () => objectsOf(host))
  })
}

/** The kinds that proxies receive. */
type ProxyKind = Exclude<Touches, 'allocation' | 'validation'>

const OF_PROXY: { readonly [kind in ProxyKind]: (view: ProxyView, resources: EnvoyResources) => Observations } = {
  nds: names,
  dns: searchedNames,
  lds: (_, { listeners }) => ofResources(listeners.listeners, nameOf),
  cds: (_, { clusters }) => ofResources(clusters, nameOf),
  eds: (_, { endpoints }) => ofResources(endpoints, clusterNameOf),
  rds: (_, resources) => virtualHosts(resources),
}

const isOfProxy = (kind: Touches): kind is ProxyKind => Object.hasOwn(OF_PROXY, kind)

/** The addresses of hosts, and those that entries keep in their status without using them. */
function allocations({ hosts, allocation, snapshot }: AllocatedRegistry): Observations {
  const named = new Named()
  for (const { entry, host, addresses } of hosts) {
    named.add(`${entry.meta.namespace}/${host}`, [...addresses], () => [objectOf(entry)])
  }
  for (const entry of snapshot.istio.serviceEntries) {
    const stale = allocation.staleOf(entry)
    if (stale.length > 0) named.add(`${entry.meta.namespace}/${entry.meta.name}`, stale, () => [objectOf(entry)])
  }
  return named.out
}

function verdicts({ snapshot }: AllocatedRegistry): Observations {
  return observed(snapshot.verdicts, ({ resource, errors, warnings }, named) =>
    named.add(describeResource(resource), [errors.length > 0, warnings.length > 0], () => [objectOf(resource)]),
  )
}

/** The observations of some kinds: of the mesh, and of each proxy in turn. */
export type Observed = ReadonlyMap<Touches, readonly Observations[]>

/** Computes only the requested kinds. */
export function observe(registry: AllocatedRegistry, views: Iterable<ProxyView>, kinds: readonly Touches[]): Observed {
  const out = new Map<Touches, Observations[]>()
  if (kinds.includes('allocation')) append(out, 'allocation', allocations(registry))
  if (kinds.includes('validation')) append(out, 'validation', verdicts(registry))
  const ofProxy = kinds.filter(isOfProxy)
  if (ofProxy.length === 0) return out
  for (const view of views) {
    const resources = buildEnvoyResources(view)
    for (const kind of ofProxy) append(out, kind, OF_PROXY[kind](view, resources))
  }
  return out
}
