/** The proxies to check, and which of them see the same. */

import { compareBytes } from '../../../common/bytes.ts'
import { comeOf, goneOf } from '../../../common/changes/hunks.ts'
import { keepingWhole } from '../../../common/memory.ts'
import { mayMoveOutbound } from '../../../envoy/patches/plan/patches.ts'
import type { Resource } from '../../../kinds/resource.ts'
import { ambientMesh } from '../../../proxy/ambient.ts'
import type { Metadata } from '../../../proxy/metadata.ts'
import { buildProxy } from '../../../proxy/node.ts'
import type { Proxy } from '../../../proxy/proxy.ts'
import { syntheticNode } from '../../../proxy/select.ts'
import { objectLists, type Snapshot } from '../../../resources/snapshot.ts'
import { sidecarOf } from '../../../scope/build.ts'
import type { ScopeContext } from '../../../scope/context.ts'
import { MESH_GATEWAY } from '../../../scope/virtual-services.ts'

/** A proxy, and the namespaces whose proxies see the same. */
export interface LintProxy {
  readonly proxy: Proxy
  /** Sorted; empty when there is no such proxy and it only serves for comparison. */
  readonly namespaces: readonly string[]
  /** Distinguishes this group in messages, such as `with DNS capture`; empty if there is only one group. */
  readonly condition: string
  /** Proxies of one namespace each that see the same except for some services. */
  readonly variations: readonly Proxy[]
}

/** Whether synthetic proxies capture DNS: on, off, both in turn, or as in the mesh configuration. */
export const DNS_CAPTURE_MODES = ['mesh', 'true', 'false', 'both'] as const
export type DnsCaptureMode = (typeof DNS_CAPTURE_MODES)[number]

/** A name that no namespace has. */
export const NOWHERE = ''

const namespaceOf = ({ meta }: Resource): string => meta.namespace

/** The namespaces of a list of objects. */
const namespacesIn = keepingWhole(
  (objects: readonly Resource[]): ReadonlySet<string> => {
    const out = new Set<string>()
    for (const { meta } of objects) out.add(meta.namespace)
    return out
  },
  (namespaces, hunks) => {
    const come = new Set(comeOf(hunks).map(namespaceOf))
    const isSame = goneOf(hunks).every((object) => come.has(namespaceOf(object)))
    return isSame && [...come].every((namespace) => namespaces.has(namespace)) ? namespaces : undefined
  },
)

/** The namespaces of shorter lists are not worth keeping. */
const LONG = 100

/** Every namespace in the input, of objects and of Namespace objects; sorted. */
export function namespacesOf({ clusters, istio, memory }: Snapshot): readonly string[] {
  const out = new Set<string>()
  const add = (name: string, list: readonly Resource[]): void => {
    for (const namespace of namespacesIn(list.length < LONG ? undefined : memory, name, list)) out.add(namespace)
  }
  for (const cluster of clusters) {
    for (const { meta } of cluster.namespaces) out.add(meta.name)
    for (const [index, list] of objectLists(cluster).entries()) add(`${cluster.id} ${index}`, list)
  }
  // Objects of a whole cluster are in no namespace.
  out.delete('')
  for (const [name, list] of Object.entries(istio)) add(name, list)
  return [...out].sort(compareBytes)
}

/** The namespaces of the input whose proxies are sidecars; sorted. */
export function sidecarNamespaces(snapshot: Snapshot): readonly string[] {
  const { namespaces: ambient } = ambientMesh(snapshot)
  return namespacesOf(snapshot).filter((namespace) => !ambient.has(namespace))
}

/** What differs for a namespace's proxies, apart from Sidecars. */
type Difference = 'services' | 'routes'

/** The namespaces whose EnvoyFilters may change where sidecars lead; those of the root namespace apply everywhere. */
function* patchedNamespaces({ istio, mesh }: Snapshot): Iterable<string> {
  for (const filter of istio.envoyFilters) {
    const { namespace } = filter.meta
    if (namespace !== mesh.rootNamespace && mayMoveOutbound(filter)) yield namespace
  }
}

/** The namespaces that differ, and how; routes and patches may affect any service. */
export function differences(context: ScopeContext, namespaces: readonly string[]): ReadonlyMap<string, Difference> {
  const { registry, visibility, virtualServices } = context
  const out = new Map<string, Difference>()
  // If several namespaces have a host, a proxy prefers its own.
  for (const services of registry.sharedHosts().values()) {
    for (const { namespace } of services) out.set(namespace, 'services')
  }
  for (const namespace of namespaces) if (visibility.ownOf(namespace).length > 0) out.set(namespace, 'services')
  for (const { http, tls, tcp } of virtualServices.allOf(MESH_GATEWAY)) {
    for (const { match } of [...http, ...tls, ...tcp]) {
      for (const { sourceNamespace } of match) if (sourceNamespace !== '') out.set(sourceNamespace, 'routes')
    }
  }
  for (const namespace of namespaces) if (virtualServices.hasOwn(namespace, MESH_GATEWAY)) out.set(namespace, 'routes')
  for (const namespace of patchedNamespaces(registry.snapshot)) out.set(namespace, 'routes')
  return out
}

/** The effect of a proxy's Sidecar: equal for proxies that import the same. */
export function importsOf(proxy: Proxy, context: ScopeContext): string {
  const sidecar = sidecarOf(proxy, context)
  if (!sidecar) return ''
  const relative = sidecar.spec.egress.some(({ hosts }) => hosts.some((host) => /^~?\.\//.test(host)))
  const name = `${sidecar.meta.namespace}/${sidecar.meta.name}`
  return relative ? `${name} ${proxy.namespace}` : name
}

/** DNS_CAPTURE for a mode, with the text that distinguishes several; undefined for the proxy's own setting. */
export function captures(mode: DnsCaptureMode): readonly (readonly [value: string | undefined, condition: string])[] {
  if (mode === 'mesh') return [[undefined, '']]
  if (mode !== 'both') return [[mode, '']]
  return [
    ['true', 'with DNS capture'],
    ['false', 'without DNS capture'],
  ]
}

/** Groups the proxies of one condition by what they see. */
class Groups {
  readonly #context: ScopeContext
  readonly #differences: ReadonlyMap<string, Difference>
  readonly #same = new Map<string, { readonly proxy: Proxy; readonly namespaces: string[] }>()
  readonly #variations: Proxy[] = []

  constructor(context: ScopeContext, known: ReadonlyMap<string, Difference>) {
    this.#context = context
    this.#differences = known
  }

  add(proxy: Proxy): void {
    const { namespace } = proxy
    const imports = importsOf(proxy, this.#context)
    const difference = this.#differences.get(namespace)
    // Without a Sidecar all services are imported, so only the differing services need to be checked again.
    if (difference === 'services' && imports === '') {
      this.#variations.push(proxy)
      return
    }
    const signature = difference ? `${imports} ${namespace}` : imports
    const known = this.#same.get(signature)
    if (known) known.namespaces.push(namespace)
    else this.#same.set(signature, { proxy, namespaces: [namespace] })
  }

  /** @param nowhere a proxy in no namespace */
  proxies(condition: string, nowhere: Proxy): LintProxy[] {
    const out = [...this.#same].map(([signature, group]): LintProxy => {
      return { ...group, condition, variations: signature === '' ? this.#variations : [] }
    })
    if (this.#same.has('') || this.#variations.length === 0) return out
    return [...out, { proxy: nowhere, namespaces: [], condition, variations: this.#variations }]
  }
}

/**
 * One synthetic sidecar per namespace of the input that is not ambient; namespaces whose proxies see the same share one.
 * @param capture DNS_CAPTURE of the proxies
 * @param metadata overrides their own
 */
export function syntheticProxies(
  context: ScopeContext,
  capture: DnsCaptureMode,
  metadata: Metadata = new Map(),
): readonly LintProxy[] {
  const { snapshot } = context.registry
  const namespaces = sidecarNamespaces(snapshot)
  const known = differences(context, namespaces)
  return captures(capture).flatMap(([value, condition]) => {
    const proxyIn = (namespace: string): Proxy => {
      const node = syntheticNode(namespace, snapshot)
      const own = new Map([...node.metadata, ...metadata])
      if (value !== undefined) own.set('DNS_CAPTURE', value)
      return buildProxy({ ...node, metadata: own }, snapshot)
    }
    const groups = new Groups(context, known)
    for (const namespace of namespaces) groups.add(proxyIn(namespace))
    return groups.proxies(condition, proxyIn(NOWHERE))
  })
}
