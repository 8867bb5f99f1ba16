import {
  buildSidecarRoutes,
  type ExplainedRouteConfiguration,
  type ExplainedVirtualHost,
} from '../../../src/envoy/routes/index.ts'
import type { Route } from '../../../src/envoy/routes/write/resources.ts'
import { computeMesh, computeProxyView } from '../../../src/pipeline.ts'
import { parseNode } from '../../../src/proxy/node.ts'
import { MASTER } from '../../../src/releases/version.ts'
import { buildSnapshot } from '../../../src/resources/index.ts'
import type { ProxyView } from '../../../src/scope/view.ts'
import { parseDocuments } from '../../../src/sources/index.ts'

interface ProxyOptions {
  readonly namespace?: string
  readonly domain?: string
  readonly labels?: Readonly<Record<string, string>>
}

/** The view of a sidecar with DNS capture. */
function viewOf(manifests: string, options: ProxyOptions = {}): ProxyView {
  const { namespace = 'default', domain = `${namespace}.svc.cluster.local`, labels = { app: 'client' } } = options
  const { documents } = parseDocuments({ name: 'mesh.yaml', text: manifests }, '')
  const node = parseNode(
    {
      id: `sidecar~10.244.0.10~client.${namespace}~${domain}`,
      metadata: { NAMESPACE: namespace, CLUSTER_ID: 'Kubernetes', DNS_CAPTURE: 'true', LABELS: { ...labels } },
    },
    'test node',
  )
  return computeProxyView(computeMesh(buildSnapshot(documents, { istioVersion: MASTER })), node)
}

/** The route configurations of a sidecar with these names. */
export function routesOf(
  manifests: string,
  names: readonly string[],
  options: ProxyOptions = {},
): readonly ExplainedRouteConfiguration[] {
  return buildSidecarRoutes(viewOf(manifests, options), names)
}

/** The one route configuration of a port. */
export function routesOfPort(manifests: string, port: number, options: ProxyOptions = {}): ExplainedRouteConfiguration {
  const [fact] = routesOf(manifests, [String(port)], options)
  if (!fact) throw new Error('no route configuration')
  return fact
}

export function hostNamed(fact: ExplainedRouteConfiguration, name: string): ExplainedVirtualHost {
  const found = fact.virtualHosts.find(({ resource }) => resource.name === name)
  if (!found) throw new Error(`${name} is not one of ${hostNames(fact).join(', ')}`)
  return found
}

export const hostNames = (fact: ExplainedRouteConfiguration): string[] =>
  fact.virtualHosts.map(({ resource }) => resource.name)

export const domainsOf = (fact: ExplainedRouteConfiguration, name: string): readonly string[] =>
  hostNamed(fact, name).resource.domains

/** The message for Envoy, without unset fields. */
export const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value))

export const clustersOf = (host: ExplainedVirtualHost): unknown[] =>
  host.routes.map(({ resource }) => resource.route?.cluster)

/** A Service with a cluster IP and one port for each protocol-prefixed port name. */
export function service(name: string, ip: string, ports: Readonly<Record<string, number>>, namespace = 'default') {
  const lines = Object.entries(ports).map(([port, number]) => `  - {name: ${port}, port: ${number}, protocol: TCP}`)
  return `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: '2024-01-01T00:00:00Z'}
spec:
  clusterIP: ${ip}
  clusterIPs: [${ip}]
  ports:
${lines.join('\n')}
---`
}

/** A VirtualService; `body` is its spec without hosts, indented by two. */
export function virtualService(name: string, hosts: readonly string[], body: string, second = 1): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default, creationTimestamp: '2024-01-01T00:00:0${second}Z'}
spec:
  hosts: ${JSON.stringify(hosts)}
${body}
---`
}

/** The routes of `web` on port 80 from one VirtualService with these http rules, as JSON. */
export function webRoutes(http: readonly object[], more = '', options: ProxyOptions = {}): Route[] {
  const manifests =
    service('web', '10.96.0.10', { http: 80 }) +
    virtualService('web', ['web'], `  http: ${JSON.stringify(http)}`) +
    more
  const host = hostNamed(routesOfPort(manifests, 80, options), 'web.default.svc.cluster.local:80')
  return host.routes.map(({ resource }) => sent(resource))
}
