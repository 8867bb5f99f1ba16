import { describe, expect, it } from 'vitest'
import { findingsOf, objectsWith } from '../support.ts'

const service = (name: string, namespace: string, ports = '[{name: http, port: 80}]') => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {clusterIP: 10.96.0.${name.length}, ports: ${ports}}
---`

const route = (name: string, namespace: string, created: string, parent: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: ${namespace}, creationTimestamp: "${created}"}
spec:
  parentRefs: [${parent}]
  rules: [{backendRefs: [{group: networking.istio.io, kind: Hostname, name: web.shop.svc.cluster.local, port: 80}]}]
---`

const virtualService = (created: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop, creationTimestamp: "${created}"}
spec: {hosts: [web.shop.svc.cluster.local], http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]}
---`

const WEB = '{group: "", kind: Service, name: web, namespace: shop}'
const [OLD, NEW] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z']
const OFFICE = '\napiVersion: v1\nkind: Namespace\nmetadata: {name: office}\n---'
const MESH = service('web', 'shop') + OFFICE

const sharing = (manifests: string) => findingsOf('route-host-shared', manifests).map(({ message }) => message)

describe('a host of a VirtualService and of a route of the mesh', () => {
  it('is taken by the route where it is older, in every namespace', () => {
    const manifests = MESH + virtualService(NEW) + route('web', 'shop', OLD, WEB)
    const [finding] = findingsOf('virtual-service-host-taken', manifests)
    expect(finding?.object.kind).toBe('VirtualService')
    expect(finding?.message).toContain('HTTPRoute shop/web routes this host, which is older')
    expect(sharing(manifests)).toEqual([])
  })

  it('is shared when the VirtualService is older: the route counts in its own namespace', () => {
    const manifests = MESH + virtualService(OLD) + route('web', 'shop', NEW, WEB)
    expect(sharing(manifests)).toEqual([
      'this VirtualService routes http of web.shop.svc.cluster.local for sidecars of namespace office, and HTTPRoute shop/web for those of namespace shop',
    ])
    expect(findingsOf('virtual-service-host-taken', manifests)).toEqual([])
  })

  it('is left to the VirtualService outside of the namespace of a consumer route', () => {
    const manifests = MESH + virtualService(NEW) + route('web', 'office', OLD, WEB)
    expect(sharing(manifests)).toEqual([
      'this VirtualService routes http of web.shop.svc.cluster.local for sidecars of namespace shop, and HTTPRoute office/web for those of namespace office',
    ])
  })

  it('is nothing to report for two routes in their own namespaces', () => {
    const manifests = MESH + route('web', 'office', OLD, WEB) + route('web', 'shop', NEW, WEB)
    expect(sharing(manifests)).toEqual([])
    expect(findingsOf('virtual-service-host-taken', manifests)).toEqual([])
  })
})

describe('a route of the mesh without effect', () => {
  const without = (manifests: string) => findingsOf('route-without-effect', manifests).map(({ message }) => message)

  it('is for the wildcard of a ServiceEntry', () => {
    const entry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: wild, namespace: shop}
spec: {hosts: ["*.example.com"], ports: [{number: 80, name: http, protocol: HTTP}], resolution: NONE}
---`
    const parent = '{group: networking.istio.io, kind: ServiceEntry, name: wild}'
    expect(without(MESH + entry + route('wild', 'shop', OLD, parent))).toEqual([
      'the http rule has no effect: sidecars take routes of the Gateway API only for hosts without *, and the parent has *.example.com',
    ])
  })

  it('is for a Service without HTTP', () => {
    const tcp = service('db', 'shop', '[{name: tcp, port: 5432}]')
    const parent = '{group: "", kind: Service, name: db, namespace: shop}'
    expect(without(MESH + tcp + route('db', 'shop', OLD, parent))).toEqual([
      expect.stringContaining('http rules apply to HTTP ports'),
    ])
    expect(without(MESH + route('web', 'shop', OLD, WEB))).toEqual([])
  })
})

const gateway = (name: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: edge}
spec:
  gatewayClassName: istio
  listeners:
  - {name: tls, port: 443, protocol: TLS, tls: {mode: Passthrough}, allowedRoutes: {namespaces: {from: All}}}
---`

const tlsRoute = (name: string, host: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: ${name}, namespace: shop}
spec:
  parentRefs: [{name: public, namespace: edge}]
  hostnames: ${host}
  rules: [{backendRefs: [{name: web, port: 80}]}]
---`

describe('a TLSRoute', () => {
  it('gets no connection for a server name of another one', () => {
    const own = gateway('public') + MESH + tlsRoute('a', '[a.example.com]')
    expect(objectsWith('l4-route-hidden', own + tlsRoute('b', '[a.example.com]'))).toEqual(['TLSRoute shop/b'])
    expect(objectsWith('l4-route-hidden', own + tlsRoute('b', '[b.example.com]'))).toEqual([])
  })
})

describe('the Services that are assumed for Gateways', () => {
  it('have addresses of their own, so their status ports are no conflict', () => {
    expect(findingsOf('tcp-port-conflict', gateway('public') + gateway('internal'))).toEqual([])
  })
})

const grant = (namespace: string) => `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: grant, namespace: shop}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: ${namespace}}]
  to: [{group: "", kind: Service}]
---`

describe('a ReferenceGrant', () => {
  const unused = (manifests: string) => objectsWith('reference-grant-unused', manifests)

  it('is not needed by routes of the mesh', () => {
    expect(unused(MESH + grant('office') + route('web', 'office', OLD, WEB))).toEqual(['ReferenceGrant shop/grant'])
  })

  it('may be for routes of another repository', () => {
    expect(unused(MESH + grant('elsewhere'))).toEqual([])
  })
})
