import type { SidecarResource } from '../../../../../kinds/index.ts'
import { describeResource } from '../../../../../kinds/resource.ts'
import type { Service } from '../../../../../registry/service.ts'
import type { ScopeContext } from '../../../../../scope/context.ts'
import type { FixProposal } from '../../../proposal.ts'
import type { Found, MeshRule } from '../../../rule.ts'
import { isImported, type ListenerImports, listenerImports } from '../imports.ts'

/** The Sidecars for proxies of a namespace: those with a workload selector, and the first one for all others. */
function sidecarsFor(namespace: string, { sidecars, registry }: ScopeContext): readonly SidecarResource[] {
  const own = sidecars.filter(({ meta }) => meta.namespace === namespace)
  const chosen = own.filter(({ spec }) => spec.workloadSelector)
  const { rootNamespace } = registry.snapshot.mesh
  const wide =
    own.find(({ spec }) => !spec.workloadSelector) ??
    sidecars.find(({ meta, spec }) => meta.namespace === rootNamespace && !spec.workloadSelector)
  return wide ? [...chosen, wide] : []
}

interface Scope {
  readonly sidecar: SidecarResource
  readonly listeners: readonly ListenerImports[]
}

/** The imports of a namespace's Sidecars; undefined when some of its proxies import everything. */
function scopeOf(namespace: string, context: ScopeContext): Scope | undefined {
  const sidecars = sidecarsFor(namespace, context)
  const sidecar = sidecars.at(-1)
  if (!sidecar || sidecars.some(({ spec }) => spec.egress.length === 0)) return undefined
  return {
    sidecar,
    listeners: sidecars.flatMap(({ spec }) =>
      spec.egress.map((listener) => listenerImports(listener, namespace, context.registry.snapshot.features)),
    ),
  }
}

function scopes(context: ScopeContext): (namespace: string) => Scope | undefined {
  const known = new Map<string, Scope | undefined>()
  return (namespace) => {
    if (!known.has(namespace)) known.set(namespace, scopeOf(namespace, context))
    return known.get(namespace)
  }
}

/** Namespaces that the entry is meant for: its own if it is visible there, and those in exportTo. */
function meantFor(service: Service, { visibility }: ScopeContext): readonly string[] {
  const named = [...service.exportTo].filter((target) => target !== '*' && target !== '.' && target !== '~')
  return [...new Set([service.namespace, ...named])].filter((namespace) => visibility.isVisible(service, namespace))
}

/** Adds the host to the listener for all ports, if the Sidecar is the namespace's own. */
function* proposals(
  { hostname, namespace: from }: Service,
  namespace: string,
  sidecar: SidecarResource,
): Iterable<FixProposal> {
  const index = sidecar.spec.egress.findIndex(({ port }) => port === undefined)
  const listener = sidecar.spec.egress[index]
  if (!listener || sidecar.meta.namespace !== namespace) return
  const host = `${from === namespace ? '.' : from}/${hostname}`
  yield {
    title: `import ${host} in ${describeResource(sidecar)}`,
    changes: [
      {
        kind: 'edit',
        resource: sidecar,
        edits: [{ path: ['spec', 'egress', index, 'hosts'], value: [...listener.hosts, host] }],
      },
    ],
    safe: false,
  }
}

function found(service: Service, namespace: string, { sidecar }: Scope): Found {
  const { hostname, hostIndex, source } = service
  const where =
    namespace === service.namespace ? 'its own namespace' : `namespace ${namespace}, to which it is exported,`
  return {
    message: `no proxy of ${where} sees ${hostname}: ${describeResource(sidecar)} does not import it`,
    resource: source,
    location: source.location.child('spec', 'hosts', hostIndex),
    related: [
      {
        message: `${describeResource(sidecar)} lists what is imported`,
        location: sidecar.location.child('spec', 'egress', 0, 'hosts'),
      },
    ],
    proposals: () => proposals(service, namespace, sidecar),
  }
}

export const sidecarHidesEntry: MeshRule = {
  *checkMesh({ scope, registry }) {
    if (scope.sidecars.length === 0) return
    const scopeFor = scopes(scope)
    for (const service of registry.services) {
      if (service.registry !== 'External' || service.addressIndex > 0) continue
      for (const namespace of meantFor(service, scope)) {
        const known = scopeFor(namespace)
        if (known && !known.listeners.some((listener) => isImported(service, listener))) {
          yield found(service, namespace, known)
        }
      }
    }
  },
}
