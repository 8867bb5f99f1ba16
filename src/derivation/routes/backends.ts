/** Backends of routes (pilot/pkg/config/kube/gateway/conversion.go buildDestination). */
import { serviceHost } from '../../common/cluster-domain.ts'
import { type BackendObjectReference, GATEWAY_GROUP, ISTIO_GROUP } from '../../kinds/messages/gateway-api/references.ts'
import { Destination } from '../../kinds/messages/virtual-service.ts'
import type { Lookups } from './lookups.ts'
import { type LocationOf, type RouteProblem, UnusableRoute, type Usable } from './model.ts'

/** What a reference is in. */
export interface Referrer {
  /** The kind of the route. */
  readonly kind: string
  readonly namespace: string
  /** Routes of the mesh may refer to every namespace. */
  readonly needsGrant: boolean
}

const NOWHERE = Destination.zero

const MULTICLUSTER_GROUP = 'multicluster.x-k8s.io'

function lacksGrant(
  { group, kind, name, namespace }: BackendObjectReference,
  referrer: Referrer,
  { context }: Lookups,
): boolean {
  if (!referrer.needsGrant || namespace === undefined || namespace === referrer.namespace) return false
  const from = { group: GATEWAY_GROUP, kind: referrer.kind, namespace: referrer.namespace }
  return context.grants.grantFor({ from, to: { group, kind, namespace, name } }) === undefined
}

/** The host of a backend that is a Service, or that istiod reads as one. */
function serviceBackend(name: string, namespace: string, lookups: Lookups): { host: string; isKnown: boolean } {
  return { host: serviceHost(name, namespace), isKnown: lookups.service(namespace, name) !== undefined }
}

/** The host of a backend and whether it exists; undefined for a kind that istiod does not know. */
function hostOf(
  { group, kind, name, namespace }: BackendObjectReference,
  referrer: Referrer,
  lookups: Lookups,
  refuse: (message: string) => never,
): { readonly host: string; readonly isKnown: boolean } | undefined {
  const home = namespace ?? referrer.namespace
  if (group === '' && kind === 'Service') {
    if (name.includes('.')) refuse(`${name} is not the name of a Service: write the name without namespace and domain`)
    return serviceBackend(name, home, lookups)
  }
  if (group === ISTIO_GROUP && kind === 'Hostname') {
    if (namespace !== undefined) refuse('a backend of kind Hostname cannot have a namespace')
    return { host: name, isKnown: lookups.hasHost(name, home) }
  }
  if (group === MULTICLUSTER_GROUP && kind === 'ServiceImport') return serviceBackend(name, home, lookups)
  return undefined
}

/**
 * The destination of a backend. One that istiod cannot use leads nowhere, and one that does not exist keeps its name;
 * requests for both are answered with 500.
 * @param locationOf the reference
 * @throws UnusableRoute
 */
export function backendDestination(
  reference: BackendObjectReference,
  referrer: Referrer,
  lookups: Lookups,
  locationOf: LocationOf,
): Usable<Destination> {
  const { group, kind, name, namespace, port } = reference
  const problem = (reason: string, message: string): RouteProblem => ({ reason, message, location: locationOf() })
  if (lacksGrant(reference, referrer, lookups)) {
    const message = `no ReferenceGrant in namespace ${namespace} lets ${referrer.kind}s of namespace ${referrer.namespace} refer to ${kind} ${name}`
    return { value: NOWHERE, problem: problem('RefNotPermitted', message) }
  }
  const refuse = (message: string): never => {
    throw new UnusableRoute(problem('InvalidDestination', message))
  }
  const found = hostOf(reference, referrer, lookups, refuse)
  if (!found) {
    const of = group === '' ? '' : ` of group ${group}`
    return { value: NOWHERE, problem: problem('InvalidKind', `istiod takes no backend of kind ${kind}${of}`) }
  }
  if (port === undefined) return refuse(`the backend ${name} has no port`)
  const value = { ...Destination.zero, host: found.host, port: { number: port } }
  if (found.isKnown) return { value }
  const notFound = problem('BackendNotFound', `${kind} ${found.host} does not exist`)
  return { value, problem: { ...notFound, missingHost: found.host } }
}
