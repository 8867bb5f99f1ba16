import { describe, expect, it } from 'vitest'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { computeProxyView } from '../../src/pipeline.ts'
import { parseNode } from '../../src/proxy/node.ts'
import { meshOf } from '../support/mesh.ts'

const SHOP = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.1, ports: [{name: http, port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a, namespace: shop, annotations: {kubernetes.io/ingress.class: istio}}
spec:
  tls: [{hosts: [web.example.com], secretName: cert}]
  rules:
    - host: web.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /api/, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
          - {path: /gone, pathType: Exact, backend: {service: {name: web, port: {name: metrics}}}}
`

const router = parseNode(
  {
    id: 'router~10.244.9.1~igw.istio-system~istio-system.svc.cluster.local',
    metadata: { NAMESPACE: 'istio-system', LABELS: { istio: 'ingressgateway' }, INSTANCE_IPS: '10.244.9.1' },
  },
  'router',
)

const resourcesOf = (manifests: string) => buildEnvoyResources(computeProxyView(meshOf(manifests), router))

describe('an Ingress', () => {
  it('gives the router a listener for plain HTTP and one for its Secret', () => {
    const listeners = resourcesOf(SHOP).listeners.listeners.map(({ resource }) => resource.name)
    expect(listeners).toEqual(expect.arrayContaining(['0.0.0.0_80', '0.0.0.0_443']))
  })

  it('routes paths by whole segments, the longest first, and drops a path to a port that its Service lacks', () => {
    const plain = resourcesOf(SHOP).routes.find(({ resource }) => resource.name === 'http.80')
    const routes = plain?.resource.virtualHosts?.[0]?.routes ?? []
    expect(routes.map(({ match }) => match.pathSeparatedPrefix ?? match.prefix ?? match.path)).toEqual(['/api', '/'])
  })

  it('is named as the origin of its routes, with the line of the path', () => {
    const plain = resourcesOf(SHOP).routes.find(({ resource }) => resource.name === 'http.80')
    const [route] = plain?.virtualHosts[0]?.routes ?? []
    expect(route?.origins.map(({ what, location }) => `${what} ${location?.position().line}`)).toEqual([
      'Ingress shop/a 17',
    ])
  })

  it.each([
    ['without a class', SHOP.replace(', annotations: {kubernetes.io/ingress.class: istio}', '')],
    ['of another class', SHOP.replace('ingress.class: istio', 'ingress.class: nginx')],
  ])('%s has no effect', (_, manifests) => {
    expect(resourcesOf(manifests).routes).toEqual([])
  })

  it('belongs to istiod when its IngressClass names the controller of istiod', () => {
    const byClass = `${SHOP.replace(', annotations: {kubernetes.io/ingress.class: istio}', '').replace('spec:\n  tls', 'spec:\n  ingressClassName: edge\n  tls')}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: edge}
spec: {controller: istio.io/ingress-controller}
`
    expect(resourcesOf(byClass).routes).not.toEqual([])
  })
})
