/** VirtualServices by gateway and namespace (pilot/pkg/model/virtualservice_controller.go, push_context.go). */
import { append } from '../common/collections.ts'
import { ANNOTATIONS } from '../common/istio-names.ts'
import type { DerivedRegistry } from '../derivation/derived.ts'
import type { VirtualServiceResource } from '../kinds/index.ts'
import type { Destination, HTTPMatchRequest, HTTPRoute, TCPRoute, TLSRoute } from '../kinds/messages/virtual-service.ts'
import { byCreationThenName } from '../kinds/resource.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import { MatchBudget, mergeDelegateRoute } from './delegates.ts'
import { completeGateway, completeHost } from './names.ts'
import type { HttpRouteView, RouteSemantics, VirtualServiceView } from './view.ts'
import { defaultExportTo } from './visibility.ts'

export const MESH_GATEWAY = 'mesh'

const NONE: readonly VirtualServiceView[] = []

function completeDestination<D extends Destination | undefined>(destination: D, namespace: string): D {
  if (!destination) return destination
  const host = completeHost(destination.host, namespace)
  return host === destination.host ? destination : { ...destination, host }
}

function completeMatch<M extends { readonly gateways: readonly string[] }>(match: M, namespace: string): M {
  if (match.gateways.length === 0) return match
  return { ...match, gateways: match.gateways.map((gateway) => completeGateway(gateway, namespace)) }
}

function completeRoutes<R extends { readonly destination: Destination | undefined }>(
  routes: readonly R[],
  namespace: string,
): readonly R[] {
  return routes.map((route) => ({ ...route, destination: completeDestination(route.destination, namespace) }))
}

function completeHttpRoute(route: HTTPRoute, source: VirtualServiceResource, index: number): HttpRouteView {
  const { namespace } = source.meta
  return {
    ...route,
    match: route.match.map((match: HTTPMatchRequest) => completeMatch(match, namespace)),
    route: completeRoutes(route.route, namespace),
    mirror: completeDestination(route.mirror, namespace),
    mirrors: completeRoutes(route.mirrors, namespace),
    writtenIn: source,
    index,
  }
}

function completeL4<
  R extends {
    readonly match: readonly { readonly gateways: readonly string[] }[]
    readonly route: readonly { readonly destination: Destination | undefined }[]
  },
>(rules: readonly R[], namespace: string): readonly R[] {
  return rules.map((rule) => ({
    ...rule,
    match: rule.match.map((match) => completeMatch(match, namespace)),
    route: completeRoutes(rule.route, namespace),
  }))
}

/** The mesh's default export, by what it applies to. */
interface DefaultExports {
  readonly roots: ReadonlySet<string>
  /** Every release honours namespaces for VirtualServices without hosts. */
  readonly delegates: ReadonlySet<string>
}

function defaultExports({ mesh, features }: Snapshot): DefaultExports {
  const stated = mesh.defaultVirtualServiceExportTo
  return {
    roots: defaultExportTo(stated, features),
    delegates: new Set(stated.length > 0 ? stated : ['*']),
  }
}

function exportToOf({ spec, meta }: VirtualServiceResource, defaults: DefaultExports): ReadonlySet<string> {
  const fallback = spec.hosts.length > 0 ? defaults.roots : defaults.delegates
  // Thousands of routes share this set.
  if (spec.exportTo.length === 0 && !fallback.has('.')) return fallback
  const stated = spec.exportTo.length > 0 ? spec.exportTo : [...fallback]
  return new Set(stated.map((target) => (target === '.' ? meta.namespace : target)))
}

/**
 * The view of a VirtualService that istiod made: its names are complete, and users cannot state the annotation. A router
 * gets those of its own Gateways only, so the routes of most are never looked at.
 */
class DerivedView implements VirtualServiceView {
  readonly source: VirtualServiceResource
  readonly exportTo: ReadonlySet<string>
  readonly semantics: RouteSemantics
  #http: readonly HttpRouteView[] | undefined

  constructor(source: VirtualServiceResource, defaults: DefaultExports) {
    this.source = source
    this.exportTo = exportToOf(source, defaults)
    this.semantics = source.meta.annotations.get(ANNOTATIONS.routeSemantics) === 'ingress' ? 'ingress' : 'gateway'
  }

  get name(): string {
    return this.source.meta.name
  }

  get namespace(): string {
    return this.source.meta.namespace
  }

  get hosts(): readonly string[] {
    return this.source.spec.hosts
  }

  get gateways(): readonly string[] {
    return this.source.spec.gateways
  }

  get http(): readonly HttpRouteView[] {
    this.#http ??= this.source.spec.http.map((route, index) => ({ ...route, writtenIn: this.source, index }))
    return this.#http
  }

  get tls(): readonly TLSRoute[] {
    return this.source.spec.tls
  }

  get tcp(): readonly TCPRoute[] {
    return this.source.spec.tcp
  }
}

function viewOf(source: VirtualServiceResource, defaults: DefaultExports): VirtualServiceView {
  const { spec, meta } = source
  const gateways = spec.gateways.map((gateway) => completeGateway(gateway, meta.namespace))
  return {
    source,
    name: meta.name,
    namespace: meta.namespace,
    hosts: spec.hosts.map((host) => completeHost(host, meta.namespace)),
    gateways: gateways.length > 0 ? gateways : [MESH_GATEWAY],
    exportTo: exportToOf(source, defaults),
    semantics: 'istio',
    http: spec.http.map((route, index) => completeHttpRoute(route, source, index)),
    tls: completeL4(spec.tls, meta.namespace),
    tcp: completeL4(spec.tcp, meta.namespace),
  }
}

function delegateRoutes(
  root: VirtualServiceView,
  route: HttpRouteView,
  delegates: ReadonlyMap<string, VirtualServiceView>,
  budget: MatchBudget,
): readonly HttpRouteView[] {
  if (!route.delegate) return [route]
  const { name, namespace } = route.delegate
  const delegate = delegates.get(`${namespace || root.namespace}/${name}`)
  if (!delegate || !(delegate.exportTo.has('*') || delegate.exportTo.has(root.namespace))) return []
  return delegate.http.flatMap((leaf) => mergeDelegateRoute(route, leaf, budget) ?? [])
}

function withDelegates(
  root: VirtualServiceView,
  delegates: ReadonlyMap<string, VirtualServiceView>,
  budget: MatchBudget,
): VirtualServiceView {
  if (!root.http.some((route) => route.delegate)) return root
  return { ...root, http: root.http.flatMap((route) => delegateRoutes(root, route, delegates, budget)) }
}

const isOfGatewayApi = ({ semantics }: VirtualServiceView): boolean => semantics === 'gateway'

/** The list with some of its VirtualServices first. */
function preferring(
  list: readonly VirtualServiceView[],
  first: ReadonlySet<VirtualServiceView>,
): readonly VirtualServiceView[] {
  return [...first, ...list.filter((view) => !first.has(view))]
}

/** VirtualServices of one gateway: public ones, and by namespace those private or exported to it. */
class GatewayIndex {
  readonly all: VirtualServiceView[] = []
  readonly public: VirtualServiceView[] = []
  readonly private = new Map<string, VirtualServiceView[]>()
  readonly exported = new Map<string, VirtualServiceView[]>()
  /** Public ones of the Gateway API, by their own namespace. */
  readonly #local = new Map<string, VirtualServiceView[]>()

  add(view: VirtualServiceView): void {
    this.all.push(view)
    if (view.exportTo.has('*')) {
      this.public.push(view)
      if (isOfGatewayApi(view)) append(this.#local, view.namespace, view)
    } else if (!view.exportTo.has('~')) {
      for (const namespace of view.exportTo) {
        const map = namespace === view.namespace ? this.private : this.exported
        append(map, namespace, view)
      }
    }
  }

  hasOwn(namespace: string): boolean {
    return this.private.has(namespace) || this.exported.has(namespace) || this.#local.has(namespace)
  }

  /** Routes of the Gateway API in the namespace itself come before the other public ones. */
  listFor(namespace: string): readonly VirtualServiceView[] {
    const own = this.private.get(namespace) ?? NONE
    const exported = this.exported.get(namespace) ?? NONE
    const local = this.#local.get(namespace)
    const others = local ? preferring(this.public, new Set(local)) : this.public
    return own.length + exported.length > 0 ? [...own, ...exported, ...others] : others
  }

  /** The same for the egress listeners of sidecars, which prefer such routes among private ones too. */
  importable(namespace: string): readonly VirtualServiceView[] {
    const own = this.private.get(namespace)
    const local = own?.filter(isOfGatewayApi) ?? NONE
    return local.length === 0 ? this.listFor(namespace) : preferring(this.listFor(namespace), new Set(local))
  }
}

export interface VirtualServices {
  /** The VirtualServices of a gateway (`mesh` or `NAMESPACE/NAME`) that a namespace sees, in order of precedence. */
  listFor(namespace: string, gateway: string): readonly VirtualServiceView[]
  /** The same for the gateway `mesh`, in the order in which egress listeners import them. */
  importable(namespace: string): readonly VirtualServiceView[]
  /** Whether a namespace sees VirtualServices of a gateway that other namespaces do not, or in another order. */
  hasOwn(namespace: string, gateway: string): boolean
  /** All VirtualServices of a gateway, whatever their visibility. */
  allOf(gateway: string): readonly VirtualServiceView[]
}

/**
 * Completes names, merges delegates, sorts and indexes all VirtualServices, also derived ones.
 * @throws UserError when delegates combine to too many matches
 */
export function indexVirtualServices({ snapshot, derived }: DerivedRegistry): VirtualServices {
  const defaults = defaultExports(snapshot)
  const made = new Set(derived.virtualServices)
  const sources = [...snapshot.istio.virtualServices, ...made].sort(byCreationThenName)
  const all = sources.map((source) => (made.has(source) ? new DerivedView(source, defaults) : viewOf(source, defaults)))
  const delegates = new Map(
    all.filter((view) => view.hosts.length === 0).map((view) => [`${view.namespace}/${view.name}`, view]),
  )
  const byGateway = new Map<string, GatewayIndex>()
  const budget = new MatchBudget()
  for (const root of all) {
    if (root.hosts.length === 0) continue
    const view = made.has(root.source) ? root : withDelegates(root, delegates, budget)
    for (const gateway of view.gateways.length > 1 ? new Set(view.gateways) : view.gateways) {
      const index = byGateway.get(gateway) ?? new GatewayIndex()
      byGateway.set(gateway, index)
      index.add(view)
    }
  }
  return {
    importable: (namespace) => byGateway.get(MESH_GATEWAY)?.importable(namespace) ?? NONE,
    listFor: (namespace, gateway) => byGateway.get(gateway)?.listFor(namespace) ?? NONE,
    hasOwn: (namespace, gateway) => byGateway.get(gateway)?.hasOwn(namespace) ?? false,
    allOf: (gateway) => byGateway.get(gateway)?.all ?? NONE,
  }
}
