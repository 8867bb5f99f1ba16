/** The scope of one proxy (pilot/pkg/model/sidecar.go, push_context.go doGetSidecarScope). */

import type { SidecarResource } from '../kinds/index.ts'
import { selects } from '../kinds/resource.ts'
import type { Proxy } from '../proxy/proxy.ts'
import { addressBook } from './addresses.ts'
import type { ScopeContext } from './context.ts'
import { egressListener } from './egress.ts'
import { inferredService, mergeListeners, mergeServices } from './merge.ts'
import { serviceTargets } from './targets.ts'
import type { EgressListenerView, OutboundPolicy, ProxyView, ServiceTarget } from './view.ts'

/** The Sidecar that applies: one in the proxy's namespace, otherwise one in the root namespace for all workloads. */
export function sidecarOf(proxy: Proxy, context: ScopeContext): SidecarResource | undefined {
  if (proxy.type !== 'sidecar') return undefined
  const own = context.sidecars.find(({ meta, spec }) => {
    if (meta.namespace !== proxy.namespace) return false
    return !spec.workloadSelector || selects(spec.workloadSelector.labels, proxy.labels)
  })
  const { rootNamespace } = context.registry.snapshot.mesh
  return own ?? context.sidecars.find(({ meta, spec }) => meta.namespace === rootNamespace && !spec.workloadSelector)
}

function egressListeners(
  sidecar: SidecarResource | undefined,
  proxy: Proxy,
  context: ScopeContext,
): EgressListenerView[] {
  if (proxy.type === 'router') return []
  const specs = sidecar?.spec.egress ?? []
  if (specs.length === 0) return [egressListener(undefined, 0, proxy.namespace, context)]
  return specs.map((spec, index) => egressListener(spec, index, proxy.namespace, context))
}

/** A policy without a mode means REGISTRY_ONLY, the enum's zero. */
function outboundPolicyOf(sidecar: SidecarResource | undefined, context: ScopeContext): OutboundPolicy {
  const own = sidecar?.spec.outboundTrafficPolicy
  if (own) return { mode: own.mode, egressProxy: own.egressProxy }
  const { mesh, features } = context.registry.snapshot
  const mode = mesh.outboundTrafficPolicy?.mode ?? 'ALLOW_ANY'
  const isUnknown = mode === 'ALLOW_ANY_DYNAMIC_DNS' && !features.has('unknown-hosts-by-dns')
  return { mode: isUnknown ? 'REGISTRY_ONLY' : mode, egressProxy: undefined }
}

/** Everything that a proxy sees. */
export function viewOf(proxy: Proxy, context: ScopeContext): ProxyView {
  const sidecar = sidecarOf(proxy, context)
  const listeners = egressListeners(sidecar, proxy, context)
  const { byHost: serviceByHost, services } =
    proxy.type === 'router'
      ? mergeServices(context.visibility.candidatesOf(proxy.namespace), proxy.id, context)
      : mergeListeners(listeners, proxy, context)
  let targets: readonly ServiceTarget[] | undefined
  return {
    proxy,
    registry: context.registry,
    sidecar,
    egressListeners: listeners,
    services,
    serviceByHost,
    outboundPolicy: outboundPolicyOf(sidecar, context),
    get targets() {
      targets ??= serviceTargets(context.registry, proxy)
      return targets
    },
    ...addressBook(context.registry, proxy),
    destinationRuleOf: (service, direction) => context.destinationRules.ruleOf(proxy, service, direction),
    virtualServicesOf: (gateway) => context.virtualServices.listFor(proxy.namespace, gateway),
    allVirtualServicesOf: (gateway) => context.virtualServices.allOf(gateway),
    visibleServiceOf: (host) => serviceByHost.get(host) ?? inferredService(host, proxy.namespace, context),
  }
}
