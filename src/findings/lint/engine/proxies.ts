/** Which proxies there are to look at, and which of them see the same. */

import { compareBytes } from '../../../common/bytes.ts'
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
  /** Sorted; none when there is no such proxy and it only serves others to compare with. */
  readonly namespaces: readonly string[]
  /** What is special about it, such as `with DNS capture`; '' when all proxies are alike in this. */
  readonly condition: string
  /** Proxies of one namespace each that see the same but for some services. */
  readonly variations: readonly Proxy[]
}

/** DNS capture of synthetic proxies: switched on or off, tried both ways, or as the mesh configuration says. */
export const DNS_CAPTURE_MODES = ['mesh', 'true', 'false', 'both'] as const
export type DnsCaptureMode = (typeof DNS_CAPTURE_MODES)[number]

/** No namespace has this name. */
export const NOWHERE = ''

/** Every namespace that the input names: of objects, and Namespace objects themselves; sorted. */
export function namespacesOf({ clusters, istio }: Snapshot): readonly string[] {
  const out = new Set<string>()
  for (const cluster of clusters) {
    for (const { meta } of cluster.namespaces) out.add(meta.name)
    for (const list of objectLists(cluster)) for (const { meta } of list) if (meta.namespace) out.add(meta.namespace)
  }
  for (const list of Object.values(istio)) for (const { meta } of list) out.add(meta.namespace)
  return [...out].sort(compareBytes)
}

/** How far what a namespace's proxies see differs from what others see, by what is declared outside of Sidecars. */
type Difference = 'services' | 'routes'

/** The namespaces that differ, with what differs; routes may concern any service. */
export function differences(context: ScopeContext, namespaces: readonly string[]): ReadonlyMap<string, Difference> {
  const { registry, visibility, virtualServices } = context
  const out = new Map<string, Difference>()
  // Of several namespaces that have one host, a proxy's own comes first.
  for (const services of registry.servicesByHost.values()) {
    if (services.length > 1) for (const { namespace } of services) out.set(namespace, 'services')
  }
  for (const namespace of namespaces) if (visibility.ownOf(namespace).length > 0) out.set(namespace, 'services')
  for (const { http, tls, tcp } of virtualServices.allOf(MESH_GATEWAY)) {
    for (const { match } of [...http, ...tls, ...tcp]) {
      for (const { sourceNamespace } of match) if (sourceNamespace !== '') out.set(sourceNamespace, 'routes')
    }
  }
  for (const namespace of namespaces) if (virtualServices.hasOwn(namespace, MESH_GATEWAY)) out.set(namespace, 'routes')
  return out
}

/** What the Sidecar of a proxy decides: equal for those that import the same. */
export function importsOf(proxy: Proxy, context: ScopeContext): string {
  const sidecar = sidecarOf(proxy, context)
  if (!sidecar) return ''
  const relative = sidecar.spec.egress.some(({ hosts }) => hosts.some((host) => /^~?\.\//.test(host)))
  const name = `${sidecar.meta.namespace}/${sidecar.meta.name}`
  return relative ? `${name} ${proxy.namespace}` : name
}

/** DNS_CAPTURE as a mode has it, with the words for it where there are several; undefined as the proxy itself says. */
export function captures(mode: DnsCaptureMode): readonly (readonly [value: string | undefined, condition: string])[] {
  if (mode === 'mesh') return [[undefined, '']]
  if (mode !== 'both') return [[mode, '']]
  return [
    ['true', 'with DNS capture'],
    ['false', 'without DNS capture'],
  ]
}

/** Sorts the proxies of one condition into those that see the same. */
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
    // Without a Sidecar all services are imported, so that only the services that differ need another look.
    if (difference === 'services' && imports === '') {
      this.#variations.push(proxy)
      return
    }
    const signature = difference ? `${imports} ${namespace}` : imports
    const known = this.#same.get(signature)
    if (known) known.namespaces.push(namespace)
    else this.#same.set(signature, { proxy, namespaces: [namespace] })
  }

  /** @param nowhere a proxy of no namespace */
  proxies(condition: string, nowhere: Proxy): LintProxy[] {
    const out = [...this.#same].map(([signature, group]): LintProxy => {
      return { ...group, condition, variations: signature === '' ? this.#variations : [] }
    })
    if (this.#same.has('') || this.#variations.length === 0) return out
    return [...out, { proxy: nowhere, namespaces: [], condition, variations: this.#variations }]
  }
}

/**
 * One synthetic sidecar for each namespace of the input; namespaces whose proxies see the same share one.
 * @param capture DNS_CAPTURE of the proxies
 * @param metadata that counts over their own
 */
export function syntheticProxies(
  context: ScopeContext,
  capture: DnsCaptureMode,
  metadata: Metadata = new Map(),
): readonly LintProxy[] {
  const { snapshot } = context.registry
  const namespaces = namespacesOf(snapshot)
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
