/** What an egress listener imports (pilot/pkg/model/sidecar.go convertIstioListenerToWrapper, selectServices). */

import type { IstioEgressListener } from '../kinds/messages/sidecar.ts'
import { byCreation } from '../registry/indexes.ts'
import { parseProtocol } from '../registry/protocol.ts'
import type { Service } from '../registry/service.ts'
import type { ScopeContext } from './context.ts'
import { HostIndex } from './hosts.ts'
import { type ImportGroup, type Imports, parseImports } from './imports.ts'
import type { EgressListenerView, VirtualServiceView } from './view.ts'

/** The port that an egress listener restricts its services to; 0 for all ports. */
export function restrictingPort(spec: IstioEgressListener | undefined): number {
  if (!spec?.port || parseProtocol(spec.port.protocol) === 'HTTP_PROXY') return 0
  return spec.port.number
}

/** A service with one port only; undefined when it does not have the port. */
export function trimToPort(service: Service, port: number): Service | undefined {
  const found = service.ports.find((candidate) => candidate.number === port)
  if (!found) return undefined
  return service.ports.length === 1 ? service : { ...service, ports: [found] }
}

function importService(service: Service, imports: Imports, port: number): Service | undefined {
  if (imports.excludes(service.namespace, service.hostname)) return undefined
  for (const group of imports.groupsFor(service.namespace)) {
    if (!group.covers(service.hostname)) continue
    const taken = port === 0 ? service : trimToPort(service, port)
    if (taken) return taken
  }
  return undefined
}

interface Choice {
  readonly namespace: string
  readonly kubernetes: boolean
}

function isBetter(later: Service, known: Choice, namespace: string): boolean {
  if (later.namespace === namespace) return true
  return !known.kubernetes && later.registry === 'Kubernetes' && known.namespace !== namespace
}

/**
 * Keeps the services of one namespace per host: the proxy's own, otherwise the first with a Kubernetes Service,
 * otherwise the first (pilot/pkg/model/sidecar.go, the best namespace of a host).
 * @param shared has the hosts of several services
 */
export function oneNamespacePerHost(
  services: readonly Service[],
  namespace: string,
  shared: ReadonlyMap<string, unknown>,
): readonly Service[] {
  if (shared.size === 0) return services
  const chosen = new Map<string, Choice>()
  let several = false
  for (const service of services) {
    if (!shared.has(service.hostname)) continue
    const known = chosen.get(service.hostname)
    if (known && known.namespace !== service.namespace) several = true
    if (!known || isBetter(service, known, namespace)) {
      chosen.set(service.hostname, {
        namespace: service.namespace,
        kubernetes: service.registry === 'Kubernetes',
      })
    }
  }
  if (!several) return services
  return services.filter(({ hostname, namespace: own }) => (chosen.get(hostname)?.namespace ?? own) === own)
}

/**
 * If all imports are plain hosts in named namespaces, istiod looks up the services instead of scanning, which finds
 * only one of several services with the same host and namespace.
 */
function candidatesOf(imports: Imports, namespace: string, context: ScopeContext): readonly Service[] {
  const looksUp = imports.exact && context.registry.snapshot.features.has('exact-egress-hosts')
  if (!looksUp) return context.visibility.candidatesOf(namespace)
  const found = new Set<Service>()
  for (const [target, host] of imports.pairs) {
    const service = context.registry.serviceOf(host, target)
    if (service && context.visibility.isVisible(service, namespace)) found.add(service)
  }
  return [...found].sort(byCreation)
}

function importedServices(
  imports: Imports,
  spec: IstioEgressListener | undefined,
  namespace: string,
  context: ScopeContext,
): readonly Service[] {
  const port = restrictingPort(spec)
  const taken: Service[] = []
  for (const service of candidatesOf(imports, namespace, context)) {
    const imported = importService(service, imports, port)
    if (imported) taken.push(imported)
  }
  return oneNamespacePerHost(taken, namespace, context.registry.sharedHosts())
}

/** Hosts of the Gateway API are imported like those of services. */
const isImported = (host: string, { semantics }: VirtualServiceView, group: ImportGroup): boolean =>
  semantics === 'gateway' ? group.covers(host) : group.touches(host)

function importsVirtualService(view: VirtualServiceView, imports: Imports): boolean {
  return imports
    .groupsFor(view.namespace)
    .some((group) =>
      view.hosts.some((host) => isImported(host, view, group) && !imports.excludes(view.namespace, host)),
    )
}

/** Which VirtualService owns a host: the first that has the most specific match for it. */
function ownerIndex(virtualServices: readonly VirtualServiceView[]): HostIndex<VirtualServiceView> {
  const index = new HostIndex<VirtualServiceView>()
  for (const view of virtualServices) for (const host of view.hosts) index.add(host, (known) => known ?? view)
  return index
}

const ALL_HOSTS: readonly string[] = ['*/*']

/** @param spec undefined for the default listener, which imports everything */
export function egressListener(
  spec: IstioEgressListener | undefined,
  index: number,
  namespace: string,
  context: ScopeContext,
): EgressListenerView {
  const imports = parseImports(spec?.hosts ?? ALL_HOSTS, namespace, context.registry.snapshot.features)
  const isDefault = spec === undefined
  const services = isDefault
    ? oneNamespacePerHost(context.visibility.candidatesOf(namespace), namespace, context.registry.sharedHosts())
    : importedServices(imports, spec, namespace, context)
  const listed = context.virtualServices.importable(namespace)
  const virtualServices = isDefault ? listed : listed.filter((view) => importsVirtualService(view, imports))
  let owners: HostIndex<VirtualServiceView> | undefined
  return {
    spec,
    index,
    services,
    virtualServices,
    virtualServiceOf(host) {
      owners ??= ownerIndex(virtualServices)
      return owners.find(host)
    },
    aliasesOf(service) {
      const aliases = context.registry.aliasesOf(service.hostname)
      if (aliases.length === 0) return aliases
      const group = imports.groupsFor(service.namespace).find((candidate) => candidate.covers(service.hostname))
      return group ? aliases.filter((alias) => group.covers(alias.hostname)) : []
    },
  }
}
