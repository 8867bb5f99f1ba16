/** Which listeners and services a route belongs to (pilot/pkg/config/kube/gateway/conversion.go referenceAllowed). */
import { compareBytes } from '../../common/bytes.ts'
import { LABELS } from '../../common/istio-names.ts'
import { oncePer } from '../../common/once.ts'
import { GATEWAY_GROUP, ISTIO_GROUP, type ParentReference } from '../../kinds/messages/gateway-api/references.ts'
import type { Resource } from '../../kinds/resource.ts'
import { isWildcard } from '../../registry/service.ts'
import { MESH_CONTROLLER } from '../../resources/gateway-api/classes.ts'
import { hostsMatch, isSubsetOf } from '../hosts.ts'
import type { ParentListener, Parents } from '../parents.ts'
import type { Lookups } from './lookups.ts'
import type { RouteResource } from './model.ts'

/** Why a parent does not take a route. */
export interface Denial {
  /** Of the condition Accepted. */
  readonly reason: 'NotAllowedByListeners' | 'NoMatchingListenerHostname' | 'NoMatchingParent'
  readonly message: string
}

/** One parent that a reference of a route leads to. */
export interface RouteParent {
  readonly reference: ParentReference
  /** Of the reference. */
  readonly index: number
  /** undefined for the mesh. */
  readonly listener: ParentListener | undefined
  /** Hostnames of other listeners of the same parent, port and protocol. */
  readonly others: readonly string[]
  readonly denial: Denial | undefined
}

const NO_HOSTS: readonly string[] = []
const ANY_HOST: readonly string[] = ['*']

/** A reference as text, by which parents and their conditions are sorted. */
export const referenceText = (
  { group, kind, name, sectionName = '', port = 0, namespace }: ParentReference,
  own: string,
): string => `${group}/${kind}/${name}/${sectionName}/${port}.${namespace || own}`

const isMesh = ({ group, kind }: ParentReference): boolean =>
  (group === '' && kind === 'Service') || (group === ISTIO_GROUP && kind === 'ServiceEntry')

const kindOfParent = ({ group, kind }: ParentReference): 'Gateway' | 'ListenerSet' | undefined =>
  group === GATEWAY_GROUP && (kind === 'Gateway' || kind === 'ListenerSet') ? kind : undefined

/** For each listener, the hostnames of those with the same port and protocol. */
const otherHostnames = oncePer((listeners: readonly ParentListener[]) => {
  const groups = new Map<string, Set<string>>()
  const groupOf = ({ port, listener }: ParentListener): string => JSON.stringify([port, listener.protocol])
  for (const each of listeners) {
    const hostnames = groups.get(groupOf(each)) ?? new Set<string>()
    groups.set(groupOf(each), hostnames.add(each.hostname))
  }
  return new Map(
    listeners.map((each) => [each, [...(groups.get(groupOf(each)) ?? [])].filter((host) => host !== each.hostname)]),
  )
})

/** Whether a listener leaves a host to another listener of its parent that is more specific. */
export function isLeftToOthers({ listener, others }: RouteParent, host: string): boolean {
  if (!listener) return false
  const { hostname } = listener
  if (hostname !== '' && !isWildcard(hostname)) return false
  if (hostname !== '' && !hostsMatch(host, hostname)) return true
  return others.some((other) => hostname.length <= other.length && isSubsetOf(host, other))
}

function hostDenial(listener: ParentListener, hostnames: readonly string[], namespace: string): Denial | undefined {
  let matches = false
  for (const pair of listener.hosts) {
    const slash = pair.indexOf('/')
    const host = pair.slice(slash + 1)
    if (!hostnames.some((each) => hostsMatch(host, each))) continue
    const allowed = pair.slice(0, slash)
    if (allowed === '*' || allowed === namespace) return undefined
    matches = true
  }
  const { sectionName, hostname } = listener
  if (matches) {
    const message = `listener ${sectionName} takes no routes of namespace ${namespace}`
    return { reason: 'NotAllowedByListeners', message }
  }
  const message = `no hostname of the route matches ${hostname} of listener ${sectionName}`
  return { reason: 'NoMatchingListenerHostname', message }
}

/** The first reason why a listener does not take a route. */
function listenerDenial(
  { port, sectionName }: ParentReference,
  listener: ParentListener,
  route: RouteResource,
  hostnames: readonly string[],
): Denial | undefined {
  if (port !== undefined && port !== 0 && port !== listener.port) {
    return { reason: 'NoMatchingParent', message: `the parent has no listener on port ${port}` }
  }
  if (sectionName !== undefined && sectionName !== '' && sectionName !== listener.sectionName) {
    return { reason: 'NoMatchingParent', message: `the parent has no listener ${sectionName}` }
  }
  const denial = hostDenial(listener, hostnames, route.meta.namespace)
  if (denial) return denial
  if (listener.kinds.some(({ group, kind }) => group === GATEWAY_GROUP && kind === route.kind)) return undefined
  const { protocol } = listener.listener
  const message = `listener ${listener.sectionName} with protocol ${protocol} takes no ${route.kind}`
  return { reason: 'NotAllowedByListeners', message }
}

/** Whether another controller serves the waypoint of a parent, so that istiod leaves its routes alone. */
function hasForeignWaypoint(parent: Resource | undefined, lookups: Lookups): boolean {
  if (!parent) return false
  const { namespaces, snapshot, classes } = lookups.context
  const own = parent.meta.labels
  const labels = own.has(LABELS.useWaypoint) ? own : namespaces.get(parent.meta.namespace)?.meta.labels
  const name = labels?.get(LABELS.useWaypoint) ?? ''
  if (name === '' || name.toLowerCase() === 'none') return false
  const namespace = labels?.get(LABELS.useWaypointNamespace) || parent.meta.namespace
  const [config] = snapshot.clusters
  const gateway = config.kubernetesGateways.find(({ meta }) => meta.name === name && meta.namespace === namespace)
  const found = config.gatewayClasses.find(({ meta }) => meta.name === gateway?.spec.gatewayClassName)
  return found !== undefined && ![classes.gatewayController, MESH_CONTROLLER].includes(found.spec.controllerName)
}

function meshParents(
  reference: ParentReference,
  index: number,
  route: RouteResource,
  lookups: Lookups,
): readonly RouteParent[] {
  const namespace = reference.namespace || route.meta.namespace
  const { kind, name } = reference
  const found = kind === 'Service' ? lookups.service(namespace, name) : lookups.entry(namespace, name)
  if (hasForeignWaypoint(found, lookups)) return []
  const message = `${kind} ${namespace}/${name} does not exist`
  const denial: Denial | undefined = found ? undefined : { reason: 'NoMatchingParent', message }
  return [{ reference, index, listener: undefined, others: NO_HOSTS, denial }]
}

/** The hostnames of a route; `*` for one without. */
export function hostnamesOf(route: RouteResource): readonly string[] {
  const hostnames = 'hostnames' in route.spec ? route.spec.hostnames : NO_HOSTS
  return hostnames.length > 0 ? hostnames : ANY_HOST
}

/** Every parent that the references of a route lead to, whether it takes the route or not. */
export function parentsOf(route: RouteResource, parents: Parents, lookups: Lookups): readonly RouteParent[] {
  const hostnames = hostnamesOf(route)
  const { namespace: own } = route.meta
  const found = route.spec.parentRefs.flatMap((reference, index): readonly RouteParent[] => {
    if (isMesh(reference)) return meshParents(reference, index, route, lookups)
    const kind = kindOfParent(reference)
    if (!kind) return []
    const listeners = parents.listenersOf({ kind, namespace: reference.namespace || own, name: reference.name })
    const others = otherHostnames(listeners)
    return listeners.map((listener) => ({
      reference,
      index,
      listener,
      others: others.get(listener) ?? NO_HOSTS,
      denial: listenerDenial(reference, listener, route, hostnames),
    }))
  })
  return found.sort((a, b) => compareBytes(referenceText(a.reference, own), referenceText(b.reference, own)))
}
