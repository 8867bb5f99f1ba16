/** What proxies of the namespaces see of some services, without computing whole views of them. */

import { importsOf, sidecarNamespaces } from '../../../findings/lint/index.ts'
import { buildProxy } from '../../../proxy/node.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { syntheticNode } from '../../../proxy/select.ts'
import type { Service } from '../../../registry/service.ts'
import { viewOf } from '../../../scope/build.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { VirtualServices } from '../../../scope/virtual-services.ts'

/** Routes have no influence on which services a proxy imports. */
const NO_ROUTES: VirtualServices = {
  listFor: () => [],
  importable: () => [],
  hasOwn: () => false,
  allOf: () => [],
}

/** A proxy, and the namespaces whose proxies see the same of the services that are asked about. */
export interface Watchers {
  readonly proxy: Proxy
  /** Sorted. */
  readonly namespaces: readonly string[]
}

/** Groups synthetic sidecars of the namespaces. @param keyOf is equal for proxies that see the same */
function watchersBy(context: ScopeContext, keyOf: (proxy: Proxy) => string): readonly Watchers[] {
  const { snapshot } = context.registry
  const groups = new Map<string, { readonly proxy: Proxy; readonly namespaces: string[] }>()
  for (const namespace of sidecarNamespaces(snapshot)) {
    const proxy = buildProxy(syntheticNode(namespace, snapshot), snapshot)
    const key = keyOf(proxy)
    const known = groups.get(key)
    if (known) known.namespaces.push(namespace)
    else groups.set(key, { proxy, namespaces: [namespace] })
  }
  return [...groups.values()]
}

/** Grouped by their Sidecars: for services that every namespace may import and that are alone with their host. */
export const watchersOfPublic = (context: ScopeContext): readonly Watchers[] =>
  watchersBy(context, (proxy) => importsOf(proxy, context))

/** Grouped by their Sidecars, except for namespaces that have one of the services, or to which one is exported. */
export function watchersOf(context: ScopeContext, services: Iterable<Service>): readonly Watchers[] {
  const differing = new Set<string>()
  for (const service of services) {
    differing.add(service.namespace)
    for (const target of context.visibility.exportToOf(service)) differing.add(target)
  }
  return watchersBy(context, (proxy) => {
    const imports = importsOf(proxy, context)
    return differing.has(proxy.namespace) ? `${imports} ${proxy.namespace}` : imports
  })
}

/**
 * A proxy's view with some services only, and without routes.
 * @param services those that every namespace may import; those that only some may import are added
 */
export function restrictedView(proxy: Proxy, context: ScopeContext, services: readonly Service[]): ProxyView {
  const { visibility } = context
  return viewOf(proxy, {
    ...context,
    virtualServices: NO_ROUTES,
    visibility: { ...visibility, candidatesOf: () => services },
  })
}
