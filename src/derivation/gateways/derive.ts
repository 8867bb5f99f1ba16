/** Gateways and ListenerSets become internal Gateways, one per listener (pilot/pkg/config/kube/gateway). */
import { append, firstBy } from '../../common/collections.ts'
import { ANNOTATIONS } from '../../common/istio-names.ts'
import { derivedResource } from '../../kinds/derived.ts'
import type { GatewayResource, KubernetesGateway, ListenerSet } from '../../kinds/index.ts'
import { GATEWAY } from '../../kinds/istio/gateway.ts'
import { Gateway, type Server } from '../../kinds/messages/gateway.ts'
import type { IstioClass } from '../../resources/gateway-api/classes.ts'
import { isManaged, serviceAccountOf, servicesOf } from '../../resources/gateway-api/deployments.ts'
import {
  allowsListenersOf,
  gatewayOfSet,
  portOfEntry,
  setsByGateway,
} from '../../resources/gateway-api/listener-sets.ts'
import { isOfRevision } from '../../resources/gateway-api/revision.ts'
import type { PathStep } from '../../sources/document.ts'
import type { DerivationContext } from '../context.ts'
import { GATEWAY_API_SUFFIX } from '../derived.ts'
import type { ParentKey, ParentListener, Parents } from '../parents.ts'
import { listenerConflicts } from './conflicts.ts'
import { type DerivedListener, deriveListener, HBONE_PORT, lostListener, type OwnedListener } from './listener.ts'

/** A ListenerSet of a Gateway. */
export interface DerivedSet {
  readonly set: ListenerSet
  /** The Gateway takes it; otherwise it has no listeners. */
  readonly isAllowed: boolean
  readonly listeners: readonly DerivedListener[]
}

/** A Gateway of a class of Istio's. */
export interface DerivedGateway {
  readonly gateway: KubernetesGateway
  readonly class: IstioClass
  /** Its router is behind the Services with these hosts; empty for a manual Gateway without a usable address. */
  readonly services: readonly string[]
  readonly listeners: readonly DerivedListener[]
  readonly sets: readonly DerivedSet[]
}

/** What Gateways and ListenerSets become. */
export interface DerivedGateways {
  readonly gateways: readonly DerivedGateway[]
  /** Internal Gateways. */
  readonly resources: readonly GatewayResource[]
  readonly parents: Parents
}

/** The name of the internal Gateway of a listener. */
const internalName = (name: string, listener: string): string => `${name}~${GATEWAY_API_SUFFIX}~${listener}`

function ownedListeners(gateway: KubernetesGateway, owner: KubernetesGateway | ListenerSet): readonly OwnedListener[] {
  const isOfSet = owner !== gateway
  return owner.spec.listeners.map((listener, index) => ({
    owner,
    gateway,
    index,
    listener,
    port: isOfSet ? portOfEntry(listener) : listener.port,
    location: owner.location.child('spec', 'listeners', index),
  }))
}

interface Tools extends DerivationContext {
  readonly sets: ReadonlyMap<string, readonly ListenerSet[]>
}

function deriveGateway(gateway: KubernetesGateway, tools: Tools): DerivedGateway | undefined {
  const { classes, namespaces, snapshot } = tools
  const found = classes.of(gateway.spec.gatewayClassName)
  if (!found) return undefined
  const sets = tools.sets.get(`${gateway.meta.namespace}/${gateway.meta.name}`) ?? []
  const takesSets = found.treatment === 'gateway'
  const deriving = { ...tools, treatment: found.treatment }
  const attached = sets.map((set) => ({
    set,
    isAllowed: takesSets && allowsListenersOf(gateway, set.meta.namespace, namespaces),
  }))
  const services = found.treatment === 'unmanaged' ? [] : servicesOf(gateway, found, snapshot.features)
  if (services.length === 0) {
    const empty = attached.map((each) => ({ ...each, listeners: [] }))
    return { gateway, class: found, services, listeners: [], sets: empty }
  }
  const own = ownedListeners(gateway, gateway)
  const ofSets = attached.map(({ set, isAllowed }) => (isAllowed ? ownedListeners(gateway, set) : []))
  const lost = listenerConflicts(takesSets ? [...own, ...ofSets.flat()] : [])
  const convert = (owned: OwnedListener): DerivedListener => {
    const conflict = lost.get(owned)
    return conflict ? lostListener(owned, conflict) : deriveListener(owned, deriving)
  }
  return {
    gateway,
    class: found,
    services,
    listeners: own.map(convert),
    sets: attached.map((each, index) => ({ ...each, listeners: (ofSets[index] ?? []).map(convert) })),
  }
}

/** Where a value of the only server of an internal Gateway is written in its listener. */
function pathOf([, list, , field, ...rest]: readonly PathStep[]): readonly PathStep[] {
  if (list !== 'servers' || field === undefined) return []
  if (field === 'hosts') return ['hostname']
  if (field === 'port') return rest[0] === 'protocol' ? ['protocol'] : ['port']
  return field === 'tls' ? ['tls'] : []
}

/** The internal Gateway of a listener. */
function resourceOf(
  { owner, gateway, listener, index }: DerivedListener,
  server: Server,
  of: IstioClass,
  services: readonly string[],
  tools: Tools,
): GatewayResource {
  const { kind, meta } = owner
  const annotations = new Map<string, string>([
    [ANNOTATIONS.gatewaySemantics, 'gateway'],
    [ANNOTATIONS.gatewayService, services.join(',')],
    [ANNOTATIONS.parents, `${kind}/${meta.name}/${listener.name}.${meta.namespace}`],
    [ANNOTATIONS.serviceAccountName, isManaged(gateway, tools.snapshot.features) ? serviceAccountOf(gateway, of) : ''],
  ])
  if (owner !== gateway) annotations.set(ANNOTATIONS.parentNamespace, gateway.meta.namespace)
  const { name, namespace, creationTime } = { ...meta, name: internalName(meta.name, listener.name) }
  const spec = { ...Gateway.zero, servers: [server] }
  return derivedResource(GATEWAY, { name, namespace, annotations, creationTime, spec }, (path) => ({
    resource: owner,
    path: ['spec', 'listeners', index, ...pathOf(path)],
  }))
}

function parentOf(converted: DerivedListener, server: Server): ParentListener {
  const { owner, listener, port, kinds, isValid, location } = converted
  return {
    parent: owner,
    internalName: `${owner.meta.namespace}/${internalName(owner.meta.name, listener.name)}`,
    sectionName: listener.name,
    port,
    listener,
    hosts: server.hosts,
    hostname: listener.hostname ?? '',
    kinds,
    isProgrammed: isValid,
    location,
  }
}

const keyOf = ({ kind, namespace, name }: ParentKey): string => `${kind}/${namespace}/${name}`

/** Whether routes can be attached: waypoints have none, and those between networks none for their tunnels. */
const isRouted = ({ treatment }: IstioClass, { port }: DerivedListener): boolean =>
  treatment === 'gateway' || (treatment === 'east-west' && port !== HBONE_PORT)

/** The internal Gateways and the parents of routes of one Gateway and its ListenerSets. */
function collect(
  { class: of, services, listeners, sets }: DerivedGateway,
  tools: Tools,
  resources: GatewayResource[],
  parents: Map<string, ParentListener[]>,
): void {
  // A route can name an invalid listener of a Gateway, but not one of a ListenerSet.
  const named = [...listeners, ...sets.flatMap((set) => set.listeners.filter(({ isValid }) => isValid))]
  for (const converted of named) {
    const { server, owner, isValid } = converted
    if (!server || !isRouted(of, converted)) continue
    if (isValid) resources.push(resourceOf(converted, server, of, services, tools))
    const { kind, meta } = owner
    append(parents, keyOf({ kind: kind as ParentKey['kind'], ...meta }), parentOf(converted, server))
  }
}

/** Sets of the config cluster, by their Gateways. */
function listenerSets({ snapshot, reads }: DerivationContext): ReadonlyMap<string, readonly ListenerSet[]> {
  if (!reads.listenerSets) return new Map()
  const isOwn = isOfRevision(snapshot)
  const sets = snapshot.clusters[0].listenerSets.filter((set) => isOwn(set) && gatewayOfSet(set) !== undefined)
  return setsByGateway(sets)
}

/** All Gateways of Istio's classes, with their ListenerSets. */
export function deriveGateways(context: DerivationContext): DerivedGateways {
  const tools = { ...context, sets: listenerSets(context) }
  const gateways = context.snapshot.clusters[0].kubernetesGateways.flatMap((each) => deriveGateway(each, tools) ?? [])
  const resources: GatewayResource[] = []
  const parents = new Map<string, ParentListener[]>()
  for (const gateway of gateways) collect(gateway, tools, resources, parents)
  // As in a cluster, where one of two objects of a name would replace the other.
  const unique = [...firstBy(resources, ({ meta }) => `${meta.namespace}/${meta.name}`).values()]
  return { gateways, resources: unique, parents: { listenersOf: (key) => parents.get(keyOf(key)) ?? [] } }
}
