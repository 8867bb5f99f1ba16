import { describe, expect, it } from 'vitest'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { computeProxyView } from '../../src/pipeline.ts'
import { parseNode } from '../../src/proxy/node.ts'
import { meshOf } from '../support/mesh.ts'

const service = (name: string, namespace: string, address: string, selector = '{}') => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {clusterIP: ${address}, selector: ${selector}, ports: [{name: http, port: 80}]}
---`

const GATEWAY = `${service('gw-istio', 'edge', '10.96.0.9', '{gateway.networking.k8s.io/gateway-name: gw}')}
${service('web', 'shop', '10.96.0.1')}
${service('api', 'other', '10.96.0.2')}
apiVersion: v1
kind: Pod
metadata: {name: gw-1, namespace: edge, labels: {gateway.networking.k8s.io/gateway-name: gw}}
spec: {containers: [{name: istio-proxy, image: proxy}]}
status: {podIP: 10.244.9.1}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw, namespace: edge}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
---
`

const route = (spec: string, name = 'web', time = '2024-01-01T00:00:00Z') => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: shop, creationTimestamp: '${time}'}
spec:
  parentRefs: [{name: gw, namespace: edge}]
  hostnames: [web.example.com]
  rules:
${spec}
---`

const router = parseNode(
  {
    id: 'router~10.244.9.1~gw-1.edge~edge.svc.cluster.local',
    metadata: {
      NAMESPACE: 'edge',
      LABELS: { 'gateway.networking.k8s.io/gateway-name': 'gw' },
      INSTANCE_IPS: '10.244.9.1',
    },
  },
  'router',
)

const client = (namespace: string) =>
  parseNode(
    {
      id: `sidecar~10.244.0.10~client.${namespace}~${namespace}.svc.cluster.local`,
      metadata: { NAMESPACE: namespace, INSTANCE_IPS: '10.244.0.10' },
    },
    'client',
  )

function routesOf(manifests: string, node = router, name = 'http.80') {
  const { routes } = buildEnvoyResources(computeProxyView(meshOf(manifests), node))
  return routes.find(({ resource }) => resource.name === name)
}

const hostOf = (manifests: string, node = router, name = 'http.80', host = 'web') =>
  routesOf(manifests, node, name)?.resource.virtualHosts?.find((each) => each.name.startsWith(host))

const statusOf = (manifests: string, name: string) =>
  meshOf(manifests).registry.statuses.find(
    ({ resource }) => resource.kind === 'HTTPRoute' && resource.meta.name === name,
  )

const conditionsOf = (manifests: string, name = 'web') =>
  statusOf(manifests, name)?.parents?.flatMap(({ conditions }) =>
    conditions
      .filter(({ status }) => status === 'False')
      .map(({ reason, location }) => [reason, location?.position().line]),
  )

const TO_WEB = '    - backendRefs: [{name: web, port: 80}]'

describe('an HTTPRoute on a Gateway', () => {
  it('has no conditions when its list of matches is empty, and comes after rules that have the condition by default', () => {
    const rules = `    - {matches: [], backendRefs: [{name: web, port: 80}]}\n${TO_WEB}`
    expect(hostOf(GATEWAY + route(rules))?.routes?.map(({ name }) => name)).toEqual(['shop.web.1'])
  })

  it('orders the matches of all routes of a host by how specific they are, then by age', () => {
    const manifests =
      GATEWAY +
      route('    - {matches: [{path: {value: /}}], backendRefs: [{name: web, port: 80}]}', 'old') +
      route(
        '    - {matches: [{path: {value: /long}}], backendRefs: [{name: web, port: 80}]}',
        'new',
        '2024-02-01T00:00:00Z',
      )
    const names = hostOf(manifests)?.routes?.map(({ name }) => name)
    expect(names).toEqual(['shop.new.0', 'shop.old.0'])
  })

  it('has its status from the controller that the environment of istiod names', () => {
    const env = { PILOT_GATEWAY_API_CONTROLLER_NAME: 'example.com/gateways' }
    const { statuses } = meshOf(GATEWAY + route(TO_WEB), { env }).registry
    const found = statuses.find(({ resource }) => resource.kind === 'HTTPRoute')
    expect(found?.parents?.map(({ fields }) => fields.controllerName)).toEqual(['example.com/gateways'])
  })

  it('is the origin of each route, with the line of the match or rule', () => {
    const manifests = GATEWAY + route(TO_WEB)
    const [planned] = routesOf(manifests)?.virtualHosts[0]?.routes ?? []
    const line = manifests.split('\n').indexOf(TO_WEB) + 1
    expect(planned?.origins.map(({ what, location }) => [what, location?.position().line])).toEqual([
      ['HTTPRoute shop/web', line],
    ])
  })

  it('answers 500 without a backend, and keeps the name of one that does not exist', () => {
    const [none] = hostOf(GATEWAY + route('    - backendRefs: []'))?.routes ?? []
    expect(none?.directResponse?.status).toBe(500)
    const manifests = GATEWAY + route('    - backendRefs: [{name: gone, port: 80}]')
    const [gone] = hostOf(manifests)?.routes ?? []
    expect(gone?.route?.cluster).toBe('outbound|80||gone.shop.svc.cluster.local')
    expect(gone?.route?.clusterNotFoundResponseCode).toBe('INTERNAL_SERVER_ERROR')
    expect(conditionsOf(manifests)?.map(([reason]) => reason)).toEqual(['BackendNotFound'])
  })

  it('reaches another namespace only with a ReferenceGrant', () => {
    const manifests = GATEWAY + route('    - backendRefs: [{name: api, namespace: other, port: 80}]')
    expect(hostOf(manifests)?.routes?.[0]?.route?.cluster).toBe('UnknownService')
    expect(conditionsOf(manifests)?.map(([reason]) => reason)).toEqual(['RefNotPermitted'])
    const granted = `${manifests}
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: shop, namespace: other}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: '', kind: Service}]
`
    expect(hostOf(granted)?.routes?.[0]?.route?.cluster).toBe('outbound|80||api.other.svc.cluster.local')
    expect(conditionsOf(granted)).toEqual([])
  })

  it('is unusable as a whole when one filter is', () => {
    const manifests =
      GATEWAY +
      route(
        `    - filters: [{type: ExtensionRef, extensionRef: {group: example.com, kind: Filter, name: x}}]\n${TO_WEB}`,
      )
    expect(hostOf(manifests)).toBeUndefined()
    expect(conditionsOf(manifests)?.map(([reason]) => reason)).toEqual(['InvalidFilter'])
  })

  it('removes a prefix that is rewritten to nothing, and keeps a slash', () => {
    const rule = `    - matches: [{path: {value: /a.b/}}]
      filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]
      backendRefs: [{name: web, port: 80}]`
    const [rewritten] = hostOf(GATEWAY + route(rule))?.routes ?? []
    expect(rewritten?.match.pathSeparatedPrefix).toBe('/a.b')
    expect(rewritten?.route?.regexRewrite).toEqual({ pattern: { regex: '^/a\\.b(/?)(.*)' }, substitution: '/\\2' })
  })

  it.each([
    ['of a listener that does not exist', '{name: gw, namespace: edge, sectionName: https}', 'NoMatchingParent'],
    ['of a port without listener', '{name: gw, namespace: edge, port: 81}', 'NoMatchingParent'],
  ])('is not accepted %s', (_, parent, reason) => {
    const manifests = GATEWAY + route(TO_WEB).replace('{name: gw, namespace: edge}', parent)
    expect(conditionsOf(manifests)?.map(([found]) => found)).toEqual([reason])
  })

  it('is not accepted by a listener for routes of its own namespace', () => {
    const manifests = GATEWAY.replace('from: All', 'from: Same') + route(TO_WEB)
    expect(conditionsOf(manifests)?.map(([found]) => found)).toEqual(['NotAllowedByListeners'])
    expect(hostOf(manifests)).toBeUndefined()
  })

  it('leaves a host to the listener that is more specific', () => {
    const listeners = `listeners:
    - {name: any, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
    - {name: web, port: 80, protocol: HTTP, hostname: web.example.com, allowedRoutes: {namespaces: {from: All}}}`
    const manifests = GATEWAY.replace(/listeners: .*/, listeners) + route(TO_WEB)
    const gateways = meshOf(manifests).registry.derived.virtualServices.flatMap(({ spec }) => spec.gateways)
    expect(gateways).toEqual(['edge/gw~istio-autogenerated-k8s-gateway~web'])
  })
})

describe('an HTTPRoute on a Service', () => {
  const ofMesh = (namespace: string) =>
    route(TO_WEB)
      .replace('[{name: gw, namespace: edge}]', `[{group: '', kind: Service, name: web, namespace: shop}]`)
      .replace('namespace: shop, creation', `namespace: ${namespace}, creation`)
      .replace('{name: web, port: 80}', '{name: api, namespace: other, port: 80}')

  const clusterFor = (manifests: string, namespace: string) =>
    hostOf(manifests, client(namespace), '80', 'web.shop')?.routes?.[0]?.route?.cluster

  it('of the namespace of the Service applies to all clients, without a grant', () => {
    const manifests = GATEWAY + ofMesh('shop')
    for (const namespace of ['shop', 'other']) {
      expect(clusterFor(manifests, namespace)).toBe('outbound|80||api.other.svc.cluster.local')
    }
  })

  it('of a client applies to the clients of its namespace, and comes before that of the Service', () => {
    const producer = ofMesh('shop').replace('name: api, namespace: other', 'name: web, namespace: shop')
    const manifests = GATEWAY + producer + ofMesh('mine')
    expect(clusterFor(manifests, 'mine')).toBe('outbound|80||api.other.svc.cluster.local')
    expect(clusterFor(manifests, 'other')).toBe('outbound|80||web.shop.svc.cluster.local')
  })
})

describe('a BackendTLSPolicy', () => {
  const POLICY = `
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: web, namespace: shop}
spec:
  targetRefs: [{group: '', kind: Service, name: web}]
  validation: {hostname: web.internal, wellKnownCACertificates: System}
---`
  const RULE = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: web, namespace: shop}
spec: {host: web.shop.svc.cluster.local, trafficPolicy: {connectionPool: {tcp: {maxConnections: 7}}}}
---`
  const clusterOf = (manifests: string) =>
    buildEnvoyResources(computeProxyView(meshOf(manifests), client('other'))).clusters.find(
      ({ resource }) => resource.name === 'outbound|80||web.shop.svc.cluster.local',
    )

  it('encrypts connections to its target, and names itself as the origin', () => {
    const cluster = clusterOf(GATEWAY + POLICY)
    expect(cluster?.resource.transportSocket?.typedConfig.sni).toBe('web.internal')
    expect(cluster?.origins.map(({ what }) => what)).toContain('BackendTLSPolicy shop/web')
  })

  it('leaves to a DestinationRule what that states', () => {
    const { resource } = clusterOf(GATEWAY + POLICY + RULE) ?? {}
    expect(resource?.transportSocket?.typedConfig.sni).toBe('web.internal')
    expect(resource?.circuitBreakers?.thresholds?.[0]?.maxConnections).toBe(7)
  })
})
