/** The status of GatewayClasses, Gateways and ListenerSets (pilot/pkg/config/kube/gateway). */
import { ipFamily } from '../../common/addresses.ts'
import { isOfAmbient } from '../../resources/gateway-api/classes.ts'
import { isManaged, SERVICE_TYPE } from '../../resources/gateway-api/deployments.ts'
import { isOfRevision } from '../../resources/gateway-api/revision.ts'
import type { JsonMapping } from '../../sources/mapping.ts'
import type { DerivationContext } from '../context.ts'
import { type AttachedRoutes, attachmentKey } from '../parents.ts'
import type { Condition, ObjectStatus } from '../status.ts'
import { type ResolvedAddresses, resolveAddresses } from './addresses.ts'
import type { DerivedGateway, DerivedGateways, DerivedSet } from './derive.ts'
import type { DerivedListener } from './listener.ts'
import { listenerStatus } from './listener-status.ts'
import { clientCertificateProblem, type Problem } from './references.ts'

const ADDRESS_TYPE = 'networking.istio.io/address-type'

interface Tools extends DerivationContext {
  readonly attached: AttachedRoutes
}

const condition = (type: string, reason: string, message: string): Condition => ({
  type,
  status: 'True',
  reason,
  message,
})

const failed = (type: string, { reason, message, location }: Problem): Condition => ({
  type,
  status: 'False',
  reason,
  message,
  location,
})

/** What is wrong with the addresses of a manual Gateway. */
function addressProblem({ gateway }: DerivedGateway, { snapshot }: Tools): Problem | undefined {
  if (isManaged(gateway, snapshot.features)) return undefined
  const { spec, meta, location } = gateway
  const index = spec.addresses.findIndex(({ type }) => type !== 'Hostname')
  if (index >= 0) {
    const message = `istiod binds a Gateway only to Services, by addresses of type Hostname, not ${spec.addresses[index]?.type}`
    return { reason: 'UnsupportedAddress', message, location: location.child('spec', 'addresses', index) }
  }
  if (!meta.annotations.has(SERVICE_TYPE)) return undefined
  const message = `the annotation ${SERVICE_TYPE} is deprecated for a Gateway with addresses`
  return { reason: 'DeprecatedField', message, location: location.child('metadata', 'annotations', SERVICE_TYPE) }
}

function parametersProblem({ gateway }: DerivedGateway, { store }: Tools): Problem | undefined {
  const { spec, meta, location } = gateway
  const reference = spec.infrastructure?.parametersRef
  if (!reference) return undefined
  const at = location.child('spec', 'infrastructure', 'parametersRef')
  const key = `${meta.namespace}/${reference.name}`
  const isConfigMap = reference.group === '' && reference.kind === 'ConfigMap'
  if (isConfigMap && store.configMaps.has(key)) return undefined
  const message = isConfigMap
    ? `there is no ConfigMap ${key}`
    : `parameters of a Gateway are in a ConfigMap, not in a ${reference.kind}`
  return { reason: 'InvalidParameters', message, location: at }
}

const validOf = (listeners: readonly DerivedListener[]): number => listeners.filter(({ isValid }) => isValid).length

function acceptedOf({ listeners, gateway }: DerivedGateway, problem: Problem | undefined): Condition {
  if (problem) return failed('Accepted', problem)
  const valid = validOf(listeners)
  if (valid === gateway.spec.listeners.length) return condition('Accepted', 'Accepted', 'the Gateway is valid')
  const location = listeners.find(({ isValid }) => !isValid)?.location
  const message = valid === 0 ? 'none of the listeners is valid' : 'not all listeners are valid'
  const status = valid === 0 ? 'False' : 'True'
  return { type: 'Accepted', status, reason: 'ListenersNotValid', message, location }
}

/** Whether the Service of a Gateway is only assumed, so that nothing is known about its endpoints and addresses. */
function isAssumed({ gateway, services }: DerivedGateway, { registry, snapshot }: Tools): boolean {
  const [host = ''] = services
  const service = registry.serviceOf(host, gateway.meta.namespace)
  return service !== undefined && snapshot.assumed.objects.has(service.source)
}

function programmedOf(derived: DerivedGateway, resolved: ResolvedAddresses, tools: Tools): Condition {
  const { services } = derived
  const { warnings, isUsable, internal } = resolved
  const type = 'Programmed'
  if (services.length === 0) {
    const message = 'no address of the Gateway can be used'
    return { type, status: 'False', reason: 'UnsupportedAddress', message }
  }
  if (warnings.length === 0) return condition(type, 'Programmed', `the router is behind ${internal.join(', ')}`)
  const reason = isUsable ? 'AddressNotAssigned' : 'AddressNotUsable'
  const known = warnings.join('; ')
  const message = isAssumed(derived, tools) ? `${known} (the Service is assumed: a cluster may have them)` : known
  return { type, status: 'False', reason, message }
}

function referencesOf({ gateway }: DerivedGateway, { store }: Tools): Condition {
  const reference = gateway.spec.tls?.backend?.clientCertificateRef
  const location = gateway.location.child('spec', 'tls', 'backend', 'clientCertificateRef')
  const problem = reference && clientCertificateProblem(store, reference, { resource: gateway, location })
  if (problem) return failed('ResolvedRefs', problem)
  return condition('ResolvedRefs', 'ResolvedRefs', 'all references are resolved')
}

/** That clients without a valid certificate are let in; empty when they are not. */
function insecureMode({ gateway }: DerivedGateway): readonly Condition[] {
  const frontend = gateway.spec.tls?.frontend
  const modes = [frontend?.default, ...(frontend?.perPort.map(({ tls }) => tls) ?? [])]
  if (!modes.some((tls) => tls?.validation?.mode === 'AllowInsecureFallback')) return []
  const message = 'clients are let in whose certificate is not valid'
  const location = gateway.location.child('spec', 'tls', 'frontend')
  return [{ ...condition('InsecureFrontendValidationMode', 'ConfigurationChanged', message), location }]
}

function addressesOf({ gateway, class: of }: DerivedGateway, resolved: ResolvedAddresses): JsonMapping[] {
  const { external, internal, internalIps, pending } = resolved
  const hosts = internal.map((text) => text.slice(0, text.lastIndexOf(':'))).filter((host) => !pending.has(host))
  const wanted = gateway.meta.annotations.get(ADDRESS_TYPE) ?? (isOfAmbient(of) ? '' : 'Hostname')
  const own = [...(wanted === 'Hostname' ? [] : internalIps), ...(wanted === 'IPAddress' ? [] : hosts)]
  const reported = external.length > 0 ? external : [...new Set(own)]
  return reported.map((value) => ({ type: ipFamily(value) === 0 ? 'Hostname' : 'IPAddress', value }))
}

const countOf = ({ attached }: Tools, { owner, listener }: DerivedListener): number =>
  attached.get(attachmentKey({ parent: owner, sectionName: listener.name })) ?? 0

/** A Gateway that istiod does not program: it only copies its addresses. */
function unmanagedStatus({ gateway }: DerivedGateway): ObjectStatus {
  return {
    resource: gateway,
    conditions: [
      condition('Accepted', 'Accepted', 'the Gateway is valid'),
      condition('Programmed', 'Programmed', 'the Gateway is outside the cluster, and istiod does not program it'),
    ],
    listeners: [],
    fields: { addresses: gateway.spec.addresses.map(({ type, value }) => ({ type, value })) },
  }
}

/** Ports of the servers that decide the addresses of a Gateway. */
function portsOf({ listeners, sets }: DerivedGateway): readonly number[] {
  const own = listeners.filter(({ server }) => server)
  const ofSets = sets.flatMap((set) => set.listeners.filter(({ server, isValid }) => server && isValid))
  return [...own, ...ofSets].map(({ port }) => port)
}

function gatewayStatus(derived: DerivedGateway, tools: Tools): ObjectStatus {
  if (derived.class.treatment === 'unmanaged') return unmanagedStatus(derived)
  const { gateway, services, listeners, sets } = derived
  const resolved = resolveAddresses(tools.registry, gateway.meta.namespace, services, portsOf(derived))
  const unbound = addressProblem(derived, tools)
  const problem = unbound ?? parametersProblem(derived, tools)
  const attachedSets = sets.filter((set) => set.listeners.some(({ isValid, server }) => isValid && server)).length
  return {
    resource: gateway,
    conditions: [
      acceptedOf(derived, problem),
      ...(services.length > 0 || unbound ? insecureMode(derived) : []),
      programmedOf(derived, resolved, tools),
      referencesOf(derived, tools),
    ],
    listeners: listeners.map((listener) => listenerStatus(listener, countOf(tools, listener))),
    fields: {
      addresses: addressesOf(derived, resolved),
      ...(attachedSets > 0 && { attachedListenerSets: attachedSets }),
    },
  }
}

function notAllowed({ set }: DerivedSet, message: string): ObjectStatus {
  const problem = { reason: 'NotAllowed', message, location: set.location.child('spec', 'parentRef') }
  return { resource: set, conditions: [failed('Accepted', problem), failed('Programmed', problem)], listeners: [] }
}

function setStatus(derived: DerivedSet, parent: DerivedGateway, tools: Tools): ObjectStatus {
  const { gateway, services, class: of } = parent
  const { meta } = gateway
  if (of.treatment !== 'gateway') return notAllowed(derived, `Gateways of class ${of.name} take no ListenerSets`)
  if (!derived.isAllowed) {
    return notAllowed(derived, `Gateway ${meta.namespace}/${meta.name} allows no ListenerSets of this namespace`)
  }
  const { listeners } = derived
  const ports = listeners.filter(({ server }) => server).map(({ port }) => port)
  const resolved = resolveAddresses(tools.registry, meta.namespace, services, ports)
  const unbound = addressProblem(parent, tools)
  const isEmpty = services.length > 0 && validOf(listeners) === 0
  const none: Problem = {
    reason: 'ListenersNotValid',
    message: 'none of the listeners is valid',
    location: listeners[0]?.location ?? derived.set.location,
  }
  const accepted = condition('Accepted', 'Accepted', 'the ListenerSet is valid')
  const refused = unbound ?? (isEmpty ? none : undefined)
  return {
    resource: derived.set,
    conditions: [
      refused ? failed('Accepted', refused) : accepted,
      isEmpty ? failed('Programmed', none) : programmedOf(parent, resolved, tools),
    ],
    listeners: listeners.map((listener) => listenerStatus(listener, countOf(tools, listener))),
  }
}

/** GatewayClasses of controllers that istiod has. */
function classStatuses({ snapshot, classes }: DerivationContext): readonly ObjectStatus[] {
  const isOwn = isOfRevision(snapshot)
  return snapshot.clusters[0].gatewayClasses
    .filter((each) => isOwn(each) && classes.knows(each.spec.controllerName))
    .map((resource) => ({ resource, conditions: [condition('Accepted', 'Accepted', 'istiod has this controller')] }))
}

/**
 * The status of all GatewayClasses, Gateways and ListenerSets that istiod handles.
 * @param attached the routes that were accepted
 */
export function gatewayStatuses(
  { gateways }: DerivedGateways,
  attached: AttachedRoutes,
  context: DerivationContext,
): readonly ObjectStatus[] {
  const tools = { ...context, attached }
  const isOwn = isOfRevision(context.snapshot)
  const own = gateways.filter(({ gateway }) => isOwn(gateway)).map((each) => gatewayStatus(each, tools))
  const sets = gateways.flatMap((each) => each.sets.map((set) => setStatus(set, each, tools)))
  return [...classStatuses(context), ...own, ...sets]
}
