/** Services that a router calls (core/cluster.go BuildClusters, push_context.go GatewayServices). */

import type { Destination } from '../../../kinds/messages/virtual-service.ts'
import type { Service } from '../../../registry/service.ts'
import { flag } from '../../../resources/mesh/features.ts'
import type { MeshConfig } from '../../../resources/mesh/mesh-config.ts'
import type { ProxyView, VirtualServiceView } from '../../../scope/view.ts'
import type { MergedGateways } from './merge.ts'
import { ownerOf } from './servers.ts'

/** Services that the mesh's providers need: `HOST` or `NAMESPACE/HOST`. */
function providerServices({ extensionProviders }: MeshConfig): string[] {
  return extensionProviders.flatMap((provider) => {
    const { envoyExtAuthzHttp, envoyExtAuthzGrpc, zipkin, datadog, skywalking, opentelemetry } = provider
    const { envoyHttpAls, envoyTcpAls, envoyOtelAls, sds } = provider
    const calling = [envoyExtAuthzHttp, envoyExtAuthzGrpc, zipkin, datadog, skywalking, opentelemetry]
    return [...calling, envoyHttpAls, envoyTcpAls, envoyOtelAls, sds].flatMap((used) => used?.service ?? [])
  })
}

const named = (destination: Destination | undefined): string[] => (destination ? [destination.host] : [])

/** @param namespace the Gateway's, compared with the source namespace of routes; undefined to include all routes */
function destinationsOf({ http, tls, tcp }: VirtualServiceView, namespace: string | undefined): string[] {
  const applying = http.filter(({ match }) => {
    const sources = match.map(({ sourceNamespace }) => sourceNamespace).filter((source) => source !== '')
    return namespace === undefined || sources.length === 0 || sources.includes(namespace)
  })
  const routed = [...applying, ...tls, ...tcp].flatMap((rule) => rule.route.flatMap((to) => named(to.destination)))
  const mirrored = applying.flatMap((rule) => [rule.mirror, ...rule.mirrors.map((mirror) => mirror.destination)])
  return [...routed, ...mirrored.flatMap(named)]
}

/** The hosts that a router's Gateways lead to, even through VirtualServices that the router does not see. */
function calledHosts(view: ProxyView, { selected }: MergedGateways): ReadonlySet<string> {
  const { features, mesh } = view.registry.snapshot
  const scoped = flag(features.env, 'PILOT_SCOPE_GATEWAY_TO_NAMESPACE', false)
  const called = new Set(providerServices(mesh))
  for (const gateway of selected) {
    const namespace = scoped ? gateway.meta.namespace : undefined
    for (const virtualService of view.allVirtualServicesOf(ownerOf(gateway))) {
      for (const host of destinationsOf(virtualService, namespace)) called.add(host)
    }
  }
  return called
}

/** The services that get clusters: all, or with PILOT_FILTER_GATEWAY_CLUSTER_CONFIG the called ones. */
export function calledServices(view: ProxyView, merged: MergedGateways): readonly Service[] {
  if (!flag(view.registry.snapshot.features.env, 'PILOT_FILTER_GATEWAY_CLUSTER_CONFIG', false)) return view.services
  const called = calledHosts(view, merged)
  return view.services.filter(
    ({ hostname, namespace }) => called.has(hostname) || called.has(`${namespace}/${hostname}`),
  )
}
