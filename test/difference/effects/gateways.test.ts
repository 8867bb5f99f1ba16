import { describe, expect, it } from 'vitest'
import { service } from '../../support/mesh.ts'
import { said } from './say.ts'

const ROUTER = { type: 'router', namespace: 'default', labels: { istio: 'gateway' } }

const server = (port: number, protocol: string, hosts: string, more = '') =>
  `{port: {number: ${port}, name: p${port}${hosts.replace(/\W/g, '')}, protocol: ${protocol}}, hosts: [${hosts}]${more}}`

const gateway = (...servers: readonly string[]) => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: default}
spec: {selector: {istio: gateway}, servers: [${servers.join(', ')}]}
---`

const routes = (hosts: string, http: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: default}
spec: {hosts: [${hosts}], gateways: [shop], http: [${http}]}
---`

const to = (host: string, more = '') => `{route: [{destination: {host: ${host}}}]${more}}`

const MESH = service('web', '10.96.0.1') + service('api', '10.96.0.2')
const HTTP = server(80, 'HTTP', 'shop.example.com')
const TLS = ', tls: {mode: SIMPLE, credentialName: shop}'
const HTTPS = server(443, 'HTTPS', 'shop.example.com', TLS)

const changed = (before: string, after: string): readonly string[] => said(MESH + before, MESH + after, ROUTER)

describe('ports of a gateway', () => {
  const virtual = routes('shop.example.com', to('web'))
  it('open and close', () => {
    expect(changed(gateway(HTTP) + virtual, gateway(HTTP, HTTPS) + virtual)).toEqual([
      'reachable: port 443 of the gateway is now open (HTTP in TLS for shop.example.com)',
      'route-change: requests for shop.example.com:443 now go to web.default:80',
    ])
    expect(changed(gateway(HTTP, HTTPS) + virtual, gateway(HTTP) + virtual)).toEqual([
      'unreachable: port 443 of the gateway is no longer open (HTTP in TLS for shop.example.com)',
      'route-change: requests for shop.example.com:443 are no longer routed',
    ])
  })
  it('take further server names', () => {
    const other = server(443, 'HTTPS', 'www.example.com', TLS)
    expect(changed(gateway(HTTPS), gateway(HTTPS, other))).toEqual([
      'reachable: listener 0.0.0.0_443: connections with server name www.example.com are now routed as HTTP',
    ])
    expect(changed(gateway(HTTPS, other), gateway(HTTPS))).toEqual([
      'unreachable: listener 0.0.0.0_443: connections with server name www.example.com are no longer routed as HTTP',
    ])
  })
  it('use another certificate', () => {
    expect(changed(gateway(HTTPS), gateway(HTTPS.replace('credentialName: shop', 'credentialName: new')))).toEqual([
      'mtls-change: listener 0.0.0.0_443: for shop.example.com, the certificate is kubernetes://new (before: kubernetes://shop)',
    ])
  })
  it('ask clients for certificates', () => {
    expect(changed(gateway(HTTPS), gateway(HTTPS.replace('SIMPLE', 'MUTUAL')))).toEqual([
      'mtls-change: listener 0.0.0.0_443: for shop.example.com, clients are checked with kubernetes://shop-cacert (before: nothing)',
      'mtls-change: listener 0.0.0.0_443: for shop.example.com, a client certificate is required: yes (before: no)',
    ])
  })
  it('pass TLS on by server name', () => {
    const passthrough = gateway(server(443, 'TLS', 'shop.example.com', ', tls: {mode: PASSTHROUGH}'))
    const tls = (host: string) =>
      routes('shop.example.com', '').replace(
        /http: .*}/,
        `tls: [{match: [{port: 443, sniHosts: [shop.example.com]}], route: [{destination: {host: ${host}, port: {number: 80}}}]}]}`,
      )
    expect(changed(passthrough + tls('web'), passthrough + tls('api'))).toEqual([
      'listener-lost: listener 0.0.0.0_443: connections with server name shop.example.com now reach api.default:80 (before: web.default:80)',
    ])
  })
})

describe('requests at a gateway', () => {
  it('come with a VirtualService and go with it', () => {
    expect(changed(gateway(HTTP), gateway(HTTP) + routes('shop.example.com', to('web')))).toEqual([
      'route-change: requests for shop.example.com:80 now go to web.default',
    ])
    expect(changed(gateway(HTTP) + routes('shop.example.com', to('web')), gateway(HTTP))).toEqual([
      'route-change: requests for shop.example.com:80 are no longer routed (status 404)',
    ])
  })
  it('go elsewhere', () => {
    const [web, api] = ['web', 'api'].map((host) => gateway(HTTP) + routes('shop.example.com', to(host)))
    expect(changed(web ?? '', api ?? '')).toEqual([
      'route-change: requests for shop.example.com:80 now go to api.default (before: web.default)',
    ])
  })
  it('for some paths go elsewhere', () => {
    const api = to('api', ', match: [{uri: {prefix: /api}}]')
    expect(
      changed(
        gateway(HTTP) + routes('shop.example.com', to('web')),
        gateway(HTTP) + routes('shop.example.com', `${api}, ${to('web')}`),
      ),
    ).toEqual([
      'route-change: requests for shop.example.com:80 with path /api* now go to api.default (before: web.default)',
    ])
  })
  it('must use TLS', () => {
    const virtual = routes('shop.example.com', to('web'))
    expect(
      changed(gateway(HTTP) + virtual, gateway(HTTP.replace(/}$/, ', tls: {httpsRedirect: true}}')) + virtual),
    ).toEqual(['route-change: requests for shop.example.com:80 without TLS are redirected to https (before: accepted)'])
  })
  it('of another host are routed likewise', () => {
    const both = server(80, 'HTTP', 'shop.example.com, www.example.com')
    expect(
      changed(
        gateway(both) + routes('shop.example.com', to('web')),
        gateway(both) + routes('shop.example.com, www.example.com', to('web')),
      ),
    ).toEqual(['route-change: requests for www.example.com are now routed like those for shop.example.com:80'])
  })
})
