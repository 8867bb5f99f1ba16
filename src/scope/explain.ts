/** Explains why a proxy sees one service of a host and not another: the rules of `visibility.ts` and `egress.ts`. */

import { groupBy } from '../common/collections.ts'
import { describeResource } from '../kinds/resource.ts'
import type { Service } from '../registry/service.ts'
import type { Features } from '../resources/mesh/features.ts'
import type { ScopeContext } from './context.ts'
import { restrictingPort } from './egress.ts'
import { parseImports } from './imports.ts'
import type { EgressListenerView, ProxyView } from './view.ts'

/** Why a service is not used, or `used`. */
export type ScopeRule =
  | 'used'
  | 'router'
  | 'not-exported'
  | 'excluded'
  | 'not-imported'
  | 'no-such-port'
  | 'own-namespace'
  | 'kubernetes-first'
  | 'exported-first'
  | 'created-later'

/** The result for one service of a host and one proxy. */
export interface ServiceVerdict {
  readonly service: Service
  readonly rule: ScopeRule
  /** The rule in plain words, without a full stop. */
  readonly why: string
  /** The Sidecar that does not import the service, such as `Sidecar shop/default`. */
  readonly sidecar: string | undefined
  /** Unknown creation times were treated as equal, and that decided. */
  readonly orderAssumed: boolean
}

type Cause = Omit<ServiceVerdict, 'service'>

const cause = (rule: ScopeRule, why: string, sidecar: string | undefined = undefined): Cause => ({
  rule,
  why,
  sidecar,
  orderAssumed: false,
})

/** Whether two services are the same host of one object; the copies for its other addresses get the same verdict. */
const sameDeclaration = (a: Service, b: Service): boolean => a.source === b.source && a.hostIndex === b.hostIndex

const listText = (items: Iterable<string>): string => `[${[...items].join(', ')}]`

function notExported(service: Service, namespace: string, context: ScopeContext): Cause | undefined {
  const exportTo = context.visibility.exportToOf(service)
  if (exportTo.has('*')) return undefined
  const named = exportTo.has(namespace) || (exportTo.has('.') && service.namespace === namespace)
  if (named && !exportTo.has('~')) return undefined
  const reach = exportTo.has('~') ? 'hides it from every namespace' : `does not include namespace ${namespace}`
  if (service.exportTo.size === 0) {
    const { defaultServiceExportTo } = context.registry.snapshot.mesh
    return cause(
      'not-exported',
      `defaultServiceExportTo ${listText(new Set(defaultServiceExportTo))} of the mesh ${reach}`,
    )
  }
  return cause('not-exported', `exportTo ${listText(exportTo)} ${reach}`)
}

/** How one egress listener treats a service that is exported to the proxy's namespace. */
function importRule(service: Service, listener: EgressListenerView, namespace: string, features: Features): ScopeRule {
  if (!listener.spec) return 'used'
  const imports = parseImports(listener.spec.hosts, namespace, features)
  if (imports.excludes(service.namespace, service.hostname)) return 'excluded'
  const covered = imports.groupsFor(service.namespace).some((group) => group.covers(service.hostname))
  if (!covered) return 'not-imported'
  const port = restrictingPort(listener.spec)
  return port === 0 || service.ports.some((candidate) => candidate.number === port) ? 'used' : 'no-such-port'
}

function importWords(rule: ScopeRule, service: Service): string {
  const { namespace, hostname } = service
  if (rule === 'excluded') return `the Sidecar excludes ${namespace}/${hostname}`
  if (rule === 'no-such-port') return 'the egress listener of the Sidecar is for a port that the service does not have'
  return `no egress host of the Sidecar covers ${namespace}/${hostname}`
}

/** Of several listeners, the one that came closest to importing the service gives the reason. */
const CLOSEST: readonly ScopeRule[] = ['no-such-port', 'excluded', 'not-imported']

function notImported(service: Service, view: ProxyView): Cause | undefined {
  const { features } = view.registry.snapshot
  const rules = new Set(
    view.egressListeners.map((listener) => importRule(service, listener, view.proxy.namespace, features)),
  )
  if (rules.has('used')) return undefined
  const rule = CLOSEST.find((candidate) => rules.has(candidate)) ?? 'not-imported'
  return cause(rule, importWords(rule, service), view.sidecar && describeResource(view.sidecar))
}

/** Why one of two imported services of a host was chosen over the other. */
function preferred(winner: Service, loser: Service, view: ProxyView, context: ScopeContext): Cause {
  const name = describeResource(winner.source)
  const { namespace } = view.proxy
  if (winner.namespace === namespace && loser.namespace !== namespace) {
    return cause('own-namespace', `${name} is in the proxy's own namespace, which is preferred`)
  }
  if (winner.registry === 'Kubernetes' && loser.registry !== 'Kubernetes') {
    return cause('kubernetes-first', `${name} is preferred: Kubernetes Services come before ServiceEntries`)
  }
  const isPublic = (service: Service) => context.visibility.exportToOf(service).has('*')
  if (!isPublic(winner) && isPublic(loser)) {
    const why = `${name} is preferred: private services and those exported by name come before those exported to all`
    return cause('exported-first', why)
  }
  const orderAssumed = winner.creationTime === loser.creationTime
  const why = orderAssumed
    ? `${name} is preferred: with equal creation times the first name and namespace wins`
    : `${name} is preferred: it is older`
  return { ...cause('created-later', why), orderAssumed: orderAssumed && winner.creationTime === 0 }
}

const USED = cause('used', 'the proxy uses it')

const NONE: readonly Service[] = []
const importsByHost = new WeakMap<EgressListenerView, ReadonlyMap<string, readonly Service[]>>()

/** A listener's services of one host; indexed once, because a batch of names needs many. */
function importedOf(host: string, listener: EgressListenerView): readonly Service[] {
  let index = importsByHost.get(listener)
  if (!index) {
    index = groupBy(listener.services, ({ hostname }) => hostname)
    importsByHost.set(listener, index)
  }
  return index.get(host) ?? NONE
}

function isUsed(service: Service, view: ProxyView): boolean {
  return view.egressListeners.some((listener) =>
    importedOf(service.hostname, listener).some((other) => sameDeclaration(other, service)),
  )
}

function winnerOver(service: Service, view: ProxyView): Service | undefined {
  for (const listener of view.egressListeners) {
    const [winner] = importedOf(service.hostname, listener)
    if (winner) return winner
  }
  return undefined
}

function causeOf(service: Service, view: ProxyView, context: ScopeContext): Cause {
  if (view.proxy.type === 'router') return cause('router', 'gateways resolve no names: their table is empty')
  if (isUsed(service, view)) return USED
  const missing = notExported(service, view.proxy.namespace, context) ?? notImported(service, view)
  if (missing) return missing
  const winner = winnerOver(service, view)
  return winner ? preferred(winner, service, view, context) : cause('not-imported', 'no egress listener imports it')
}

/**
 * The verdict on every service of a host, in registry order, once per object that declares the host.
 * @param host exactly as in the Service or ServiceEntry
 */
export function explainHost(host: string, view: ProxyView, context: ScopeContext): readonly ServiceVerdict[] {
  const declared: Service[] = []
  for (const service of context.registry.servicesByHost.get(host) ?? []) {
    if (!declared.some((known) => sameDeclaration(known, service))) declared.push(service)
  }
  return declared.map((service) => ({ service, ...causeOf(service, view, context) }))
}
