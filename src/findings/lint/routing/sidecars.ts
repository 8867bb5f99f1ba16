/**
 * The sidecars for which rules check VirtualServices: one for all namespaces that get the same routes, with only the
 * services that these routes are about, so the cost depends on the VirtualServices and not on the mesh.
 */
import { compareBytes } from '../../../common/bytes.ts'
import type { Metadata } from '../../../proxy/metadata.ts'
import { buildProxy } from '../../../proxy/node.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { syntheticNode } from '../../../proxy/select.ts'
import type { Service } from '../../../registry/service.ts'
import type { Snapshot } from '../../../resources/snapshot.ts'
import { viewOf } from '../../../scope/build.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import type { ProxyView } from '../../../scope/view.ts'
import { MESH_GATEWAY } from '../../../scope/virtual-services.ts'
import { differences, importsOf, NOWHERE, sidecarNamespaces } from '../engine/proxies.ts'
import { ServicesOfRoutes, servicesWithHttpPort } from './services.ts'

/** A sidecar, and the namespaces whose proxies get the same routes. */
export interface RoutedSidecar {
  readonly view: ProxyView
  /** Sorted. */
  readonly namespaces: readonly string[]
}

function sidecarIn(namespace: string, snapshot: Snapshot, labels: Metadata = new Map()): Proxy {
  const node = syntheticNode(namespace, snapshot)
  const metadata = new Map([...node.metadata, ['LABELS', JSON.stringify(Object.fromEntries(labels))] as const])
  return buildProxy({ ...node, metadata }, snapshot)
}

/** The context with only these services. */
export function withServices(context: ScopeContext, services: ReadonlySet<Service>): ScopeContext {
  const { visibility } = context
  const everywhere = visibility.candidatesOf(NOWHERE).filter((service) => services.has(service))
  return {
    ...context,
    visibility: {
      ...visibility,
      candidatesOf(namespace) {
        const own = visibility.ownOf(namespace).filter((service) => services.has(service))
        return own.length > 0 ? [...own, ...everywhere] : everywhere
      },
    },
  }
}

class Sidecars {
  readonly #context: ScopeContext
  readonly #about: ServicesOfRoutes
  readonly #all: ScopeContext
  /** Services of hosts that several namespaces have, by namespace. */
  readonly #shared = new Map<string, Set<Service>>()

  constructor(context: ScopeContext) {
    this.#context = context
    const { registry, virtualServices } = context
    const views = virtualServices.allOf(MESH_GATEWAY)
    this.#about = new ServicesOfRoutes(views, context)
    const services = new Set<Service>(servicesWithHttpPort(registry.services))
    for (const view of views) this.#about.addOf(view, services)
    this.#all = withServices(context, services)
    for (const list of registry.servicesByHost.values()) {
      if (list.length < 2) continue
      for (const { namespace } of list) {
        const known = this.#shared.get(namespace) ?? new Set()
        this.#shared.set(namespace, known)
        for (const service of list) known.add(service)
      }
    }
  }

  get all(): readonly RoutedSidecar[] {
    const { snapshot } = this.#context.registry
    const namespaces = sidecarNamespaces(snapshot)
    const known = differences(this.#context, namespaces)
    const groups = new Map<string, { readonly proxy: Proxy; readonly namespaces: string[] }>()
    const differing: RoutedSidecar[] = []
    for (const namespace of namespaces) {
      const proxy = sidecarIn(namespace, snapshot)
      const imports = importsOf(proxy, this.#context)
      if (imports === '' && known.has(namespace)) {
        differing.push({ view: viewOf(proxy, this.#ownOf(namespace)), namespaces: [namespace] })
      }
      const key = imports === '' || !known.has(namespace) ? imports : `${imports} ${namespace}`
      const group = groups.get(key) ?? { proxy: imports === '' ? sidecarIn(NOWHERE, snapshot) : proxy, namespaces: [] }
      groups.set(key, group)
      group.namespaces.push(namespace)
    }
    const shared = [...groups.values()].map(({ proxy, namespaces: group }) => ({
      view: viewOf(proxy, this.#all),
      namespaces: group.sort(compareBytes),
    }))
    return [...shared, ...differing, ...this.#chosen(snapshot)]
  }

  /**
   * The services that matter only in a namespace: those of its own VirtualServices, those visible only there, and those
   * of hosts that other namespaces have too.
   */
  #ownOf(namespace: string): ScopeContext {
    const { virtualServices, visibility } = this.#context
    const services = new Set<Service>([...visibility.ownOf(namespace), ...(this.#shared.get(namespace) ?? [])])
    const everybodys = new Set(virtualServices.listFor(NOWHERE, MESH_GATEWAY))
    for (const view of virtualServices.listFor(namespace, MESH_GATEWAY)) {
      // Routes of the Gateway API come first in their own namespace, and apply to foreign services only there.
      const isLocal = view.semantics === 'gateway' && view.namespace === namespace
      const isOwn = isLocal || !everybodys.has(view)
      const isNamed = [...view.http, ...view.tls, ...view.tcp].some(({ match }) =>
        match.some(({ sourceNamespace }) => sourceNamespace === namespace),
      )
      if (isOwn || isNamed) this.#about.addOf(view, services)
    }
    return withServices(this.#context, services)
  }

  /** One sidecar for each Sidecar with a workloadSelector. */
  #chosen(snapshot: Snapshot): readonly RoutedSidecar[] {
    return this.#context.sidecars.flatMap(({ meta, spec }) => {
      if (!spec.workloadSelector) return []
      const proxy = sidecarIn(meta.namespace, snapshot, spec.workloadSelector.labels)
      return [{ view: viewOf(proxy, this.#all), namespaces: [meta.namespace] }]
    })
  }
}

/** None in a mesh without VirtualServices for sidecars. */
export function routedSidecars(context: ScopeContext): readonly RoutedSidecar[] {
  return context.virtualServices.allOf(MESH_GATEWAY).length === 0 ? [] : new Sidecars(context).all
}
