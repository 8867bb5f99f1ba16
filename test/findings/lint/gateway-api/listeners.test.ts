import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support.ts'

const gateway = (listeners: string, labels = '') => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge, labels: {${labels}}}
spec: {gatewayClassName: istio, listeners: [${listeners}]}
---`

const listener = (name: string, hostname: string, protocol = 'HTTP, port: 80') =>
  `{name: ${name}, protocol: ${protocol}, hostname: "${hostname}", allowedRoutes: {namespaces: {from: All}}}`

const route = (kind: string, references: readonly string[], hostnames: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [${references.map((each) => `{name: public, namespace: edge${each}}`).join(', ')}]
  hostnames: [${hostnames}]
  rules: [{backendRefs: [{group: networking.istio.io, kind: Hostname, name: a.example.com, port: 80}]}]
---`

const unserved = (...manifests: readonly string[]) =>
  findingsOf('route-hostname-unserved', manifests.join('')).map(({ message }) => message)

describe('hostnames of a route', () => {
  const TWO = gateway(`${listener('any', '*.example.com')}, ${listener('pay', 'pay.example.com')}`)

  it('are served by any of its parents', () => {
    const references = [', sectionName: any', ', sectionName: pay']
    expect(unserved(TWO, route('HTTPRoute', references, 'shop.example.com, pay.example.com'))).toEqual([])
  })

  it('are named with the listeners that take the route without them', () => {
    expect(unserved(TWO, route('GRPCRoute', [''], 'pay.example.com, example.org'))).toEqual([
      'no request for example.org gets to this route, although it is accepted: listeners any (*.example.com), pay (pay.example.com) do not have this hostname',
    ])
    expect(unserved(TWO, route('HTTPRoute', [', sectionName: any'], 'pay.example.com'))).toEqual([
      'no request for pay.example.com gets to this route, although it is accepted: listener any (*.example.com) leaves it to a listener with a more specific hostname',
    ])
  })

  it('of TLSRoutes are not left to other listeners', () => {
    const tls = 'TLS, port: 443, tls: {mode: Passthrough}'
    const listeners = `${listener('any', '*.example.com', tls)}, ${listener('pay', 'pay.example.com', tls)}`
    expect(unserved(gateway(listeners), route('TLSRoute', [', sectionName: any'], 'pay.example.com'))).toEqual([])
  })

  it('are not reported for a route that no listener takes, which a condition says', () => {
    expect(unserved(TWO, route('HTTPRoute', [''], 'example.org'))).toEqual([])
  })
})

it('listeners of a Gateway of another revision are left to its istiod', () => {
  const https = '{name: https, protocol: HTTPS, port: 443}'
  const found = (labels: string) => findingsOf('gateway-listener-without-tls', gateway(https, labels)).length
  expect(found('')).toBe(1)
  expect(found('istio.io/rev: canary')).toBe(0)
})

it('a Gateway that another router serves is not left out', () => {
  const old = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: shop}
spec:
  selector: {tier: edge}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}]
---`
  const labelled = gateway(listener('any', '*.example.com')).replace(
    'spec: {',
    'spec: {infrastructure: {labels: {tier: edge}}, ',
  )
  const router = `
apiVersion: v1
kind: Pod
metadata: {name: router, namespace: shop, labels: {tier: edge}, annotations: {inject.istio.io/templates: gateway}}
spec: {containers: [{name: istio-proxy, image: auto}]}
---`
  expect(findingsOf('gateway-left-out', labelled + old)).toHaveLength(1)
  expect(findingsOf('gateway-left-out', labelled + old + router)).toEqual([])
})
