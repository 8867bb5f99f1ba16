/** Clusters of routers (core/cluster.go BuildClusters, push_context.go GatewayServices). */
import type { Service } from '../../registry/service.ts'
import { flag } from '../../resources/features.ts'
import type { MeshConfig } from '../../resources/istio/mesh-config.ts'
import type { ProxyView, VirtualServiceView } from '../../scope/view.ts'
import { buildClusters, buildSniDnatClusters } from '../clusters/index.ts'
import type { MergedGateways } from './merge.ts'
import { ownerOf } from './servers.ts'

/** Services that providers of the mesh need: `HOST` or `NAMESPACE/HOST`. */
function providerServices({ extensionProviders }: MeshConfig): string[] {
  return extensionProviders.flatMap((provider) => {
    const { envoyExtAuthzHttp, envoyExtAuthzGrpc, zipkin, datadog, skywalking, opentelemetry } = provider
    const { envoyHttpAls, envoyTcpAls, envoyOtelAls, sds } = provider
    const calling = [envoyExtAuthzHttp, envoyExtAuthzGrpc, zipkin, datadog, skywalking, opentelemetry]
    return [...calling, envoyHttpAls, envoyTcpAls, envoyOtelAls, sds].flatMap((used) => used?.service ?? [])
  })
}

function destinationsOf({ http, tls, tcp }: VirtualServiceView): string[] {
  const routed = [...http, ...tls, ...tcp].flatMap((rule) => rule.route.map(({ destination }) => destination?.host))
  const mirrored = http.flatMap((rule) => [
    rule.mirror?.host,
    ...rule.mirrors.map((mirror) => mirror.destination?.host),
  ])
  return [...routed, ...mirrored].filter((host) => host !== undefined)
}

/** The services that have clusters: all, or with PILOT_FILTER_GATEWAY_CLUSTER_CONFIG those that are routed to. */
function calledServices(view: ProxyView, { selected }: MergedGateways): readonly Service[] {
  const { features, mesh } = view.registry.snapshot
  if (!flag(features.env, 'PILOT_FILTER_GATEWAY_CLUSTER_CONFIG', false)) return view.services
  const called = new Set(providerServices(mesh))
  for (const gateway of selected) {
    for (const virtualService of view.virtualServicesOf(ownerOf(gateway))) {
      for (const host of destinationsOf(virtualService)) called.add(host)
    }
  }
  return view.services.filter(
    ({ hostname, namespace }) => called.has(hostname) || called.has(`${namespace}/${hostname}`),
  )
}

/** The clusters of a router: ordinary ones, and those that an AUTO_PASSTHROUGH server passes connections on to. */
export function buildGatewayClusters(view: ProxyView, merged: MergedGateways): ReturnType<typeof buildClusters> {
  const clusters = buildClusters(view, calledServices(view, merged))
  return merged.autoPassthrough ? [...clusters, ...buildSniDnatClusters(view)] : clusters
}
