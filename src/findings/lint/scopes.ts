/** Which proxies there are to look at, and which of them see the same. */
import { buildProxy } from '../../proxy/node.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import { syntheticNode } from '../../proxy/select.ts'
import { compareBytes } from '../../resources/resource.ts'
import type { Snapshot } from '../../resources/snapshot.ts'
import { sidecarOf } from '../../scope/build.ts'
import type { ScopeContext } from '../../scope/context.ts'
import { MESH_GATEWAY } from '../../scope/virtual-services.ts'

/** A proxy, and the namespaces whose proxies see the same. */
export interface LintProxy {
  readonly proxy: Proxy
  /** Sorted; at least one. */
  readonly namespaces: readonly string[]
  /** What is special about it, such as `with DNS capture`; '' when all proxies are alike in this. */
  readonly condition: string
}

/** DNS capture of synthetic proxies: switched on or off, tried both ways, or as the mesh configuration says. */
export const DNS_CAPTURE_MODES = ['mesh', 'true', 'false', 'both'] as const
export type DnsCaptureMode = (typeof DNS_CAPTURE_MODES)[number]

/** Every namespace that the input names: of objects, and Namespace objects themselves; sorted. */
export function namespacesOf({ clusters, istio }: Snapshot): readonly string[] {
  const out = new Set<string>()
  for (const { id: _, namespaces, ...objects } of clusters) {
    for (const { meta } of namespaces) out.add(meta.name)
    for (const list of Object.values(objects)) for (const { meta } of list) if (meta.namespace) out.add(meta.namespace)
  }
  for (const list of Object.values(istio)) for (const { meta } of list) out.add(meta.namespace)
  return [...out].sort(compareBytes)
}

/** Namespaces whose proxies see something that others do not, by what is declared outside of Sidecars. */
function particularNamespaces(context: ScopeContext, namespaces: readonly string[]): ReadonlySet<string> {
  const { registry, visibility, virtualServices } = context
  const out = new Set<string>()
  // Of several namespaces that have one host, a proxy's own comes first.
  for (const services of registry.servicesByHost.values()) {
    if (services.length > 1) for (const { namespace } of services) out.add(namespace)
  }
  for (const { http, tls, tcp } of virtualServices.allOf(MESH_GATEWAY)) {
    for (const { match } of [...http, ...tls, ...tcp]) for (const { sourceNamespace } of match) out.add(sourceNamespace)
  }
  for (const namespace of namespaces) {
    if (visibility.ownOf(namespace).length > 0 || virtualServices.hasOwn(namespace, MESH_GATEWAY)) out.add(namespace)
  }
  return out
}

/** What decides what a proxy sees; equal for proxies that see the same. */
function signatureOf(proxy: Proxy, context: ScopeContext, particular: ReadonlySet<string>): string {
  const { namespace } = proxy
  const sidecar = sidecarOf(proxy, context)
  const relative = sidecar?.spec.egress.some(({ hosts }) => hosts.some((host) => /^~?\.\//.test(host))) ?? false
  const place = sidecar ? `${sidecar.meta.namespace}/${sidecar.meta.name}` : ''
  return relative || particular.has(namespace) ? `${place} ${namespace}` : place
}

function captures(mode: DnsCaptureMode): readonly (readonly [value: string | undefined, condition: string])[] {
  if (mode === 'mesh') return [[undefined, '']]
  if (mode !== 'both') return [[mode, '']]
  return [
    ['true', 'with DNS capture'],
    ['false', 'without DNS capture'],
  ]
}

/**
 * One synthetic sidecar for each namespace of the input; namespaces whose proxies see the same share one.
 * @param capture DNS_CAPTURE of the proxies
 */
export function syntheticProxies(context: ScopeContext, capture: DnsCaptureMode): readonly LintProxy[] {
  const { snapshot } = context.registry
  const namespaces = namespacesOf(snapshot)
  const particular = particularNamespaces(context, namespaces)
  return captures(capture).flatMap(([value, condition]) => {
    const groups = new Map<string, { proxy: Proxy; namespaces: string[]; condition: string }>()
    for (const namespace of namespaces) {
      const node = syntheticNode(namespace, snapshot)
      const metadata = value === undefined ? node.metadata : new Map([...node.metadata, ['DNS_CAPTURE', value]])
      const proxy = buildProxy({ ...node, metadata }, snapshot)
      const signature = signatureOf(proxy, context, particular)
      const known = groups.get(signature)
      if (known) known.namespaces.push(namespace)
      else groups.set(signature, { proxy, namespaces: [namespace], condition })
    }
    return [...groups.values()]
  })
}
