import { describe, expect, it } from 'vitest'
import { istio, namespace } from '../references/support.ts'
import { findingsOf } from '../support.ts'

const RULE = 'route-cluster-missing'
const HOST = 'web.shop.svc.cluster.local'

const service = (name: string, ports: string, inNamespace = 'shop'): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${inNamespace}}
spec: {ports: ${ports}}
---`
const router = (labels: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: ingress, namespace: istio-ingress, labels: ${labels}}
spec: {containers: [{name: istio-proxy, image: proxy, args: [proxy, router]}]}
---`
const routes = (destination: string, more = '', place = 'shop/web'): string =>
  istio('VirtualService', place, `{hosts: [${HOST}]${more}, http: [{route: [{destination: ${destination}}]}]}`)
const subsets = (place: string, more = ''): string =>
  istio('DestinationRule', place, `{host: ${HOST}, subsets: [{name: v1, labels: {version: v1}}]${more}}`)

const WEB = service('web', '[{name: http, port: 80, targetPort: 8080}]')
const TWO = service('two', '[{name: http, port: 8081}, {name: http-b, port: 8082}]')

describe('ports', () => {
  it('tells a targetPort from a port, and offers the only port', () => {
    const [finding, ...more] = findingsOf(RULE, WEB + routes('{host: web, port: {number: 8080}}'))
    expect(more).toEqual([])
    expect(finding?.severity).toBe('error')
    expect(finding?.message).toBe(
      `the route leads to port 8080 of ${HOST}, whose only port is 80 (8080 is the targetPort of port 80); requests fail there`,
    )
    expect(finding?.location.path).toEqual(['spec', 'http', 0, 'route', 0, 'destination', 'port', 'number'])
    const [proposal] = finding?.proposals() ?? []
    expect(proposal?.changes).toMatchObject([{ edits: [{ path: finding?.location.path, value: 80 }] }])
  })

  it('knows the ports of a service that only its own namespace sees', () => {
    const own = WEB.replace('namespace: shop', "namespace: shop, annotations: {networking.istio.io/exportTo: '.'}")
    const [finding, ...more] = findingsOf(RULE, own + routes('{host: web, port: {number: 81}}'))
    expect(more).toEqual([])
    expect(finding?.message).toContain(`the route leads to port 81 of ${HOST}, whose only port is 80`)
    expect(findingsOf(RULE, own + routes('{host: web, port: {number: 80}}'))).toEqual([])
  })

  it('points at the destination that leads nowhere, not at another one of the rule', () => {
    const split = istio(
      'VirtualService',
      'shop/web',
      `{hosts: [${HOST}], http: [
        {route: [{destination: {host: two, port: {number: 8081}}}], match: [{uri: {prefix: /two}}]},
        {route: [{destination: {host: two, port: {number: 8082}}, weight: 50}, {destination: {host: web, port: {number: 8082}}, weight: 50}]}]}`,
    )
    const [finding, ...more] = findingsOf(RULE, WEB + TWO + split)
    expect(more).toEqual([])
    expect(finding?.message).toContain(`the route leads to port 8082 of ${HOST}`)
    expect(finding?.location.path.slice(0, 5)).toEqual(['spec', 'http', 1, 'route', 1])
  })

  it('finds mirrors, tcp and tls routes', () => {
    const entry = istio(
      'ServiceEntry',
      'shop/ext',
      '{hosts: [ext.example.com], ports: [{number: 443, name: tls, protocol: TLS}, {number: 5432, name: tcp, protocol: TCP}], addresses: [10.70.0.1], resolution: DNS}',
    )
    const all = istio(
      'VirtualService',
      'shop/ext',
      `{hosts: [ext.example.com],
        tls: [{match: [{sniHosts: [ext.example.com]}], route: [{destination: {host: ext.example.com, port: {number: 444}}}]}],
        tcp: [{match: [{port: 5432}], route: [{destination: {host: ext.example.com, port: {number: 5433}}}]}]}`,
    )
    const mirror = istio(
      'VirtualService',
      'shop/web',
      '{hosts: [web], http: [{route: [{destination: {host: web}}], mirror: {host: web, port: {number: 81}}}]}',
    )
    const found = findingsOf(RULE, WEB + entry + all + mirror)
    expect(found.map(({ location }) => location.path.slice(1, 4))).toEqual([
      ['tcp', 0, 'route'],
      ['tls', 0, 'route'],
      ['http', 0, 'mirror'],
    ])
  })

  it('a destination without a port leads to the port of the request', () => {
    const [finding] = findingsOf(RULE, WEB + TWO + routes('{host: two}'))
    expect(finding?.message).toContain(
      'the destination names no port, so requests to port 80 lead to port 80 of two.shop.svc.cluster.local, whose ports are 8081 and 8082',
    )
    expect(finding?.severity).toBe('error')
    expect(
      findingsOf(
        RULE,
        WEB + service('two', '[{name: http, port: 80}, {name: http-b, port: 81}]') + routes('{host: two}'),
      ),
    ).toEqual([])
  })

  it('warns where requests to another port of the host succeed', () => {
    const both = service('web', '[{name: http, port: 80}, {name: http-admin, port: 8082}]')
    const [finding] = findingsOf(RULE, both + TWO + routes('{host: two}'))
    expect(finding).toMatchObject({ severity: 'warning' })
    expect(finding?.message).toContain('requests to port 80 lead to')
  })

  it('requests to port 80 of a host that has another port are none', () => {
    const other = service('web', '[{name: http, port: 9080}]') + service('front', '[{name: http, port: 80}]')
    expect(findingsOf(RULE, other + routes('{host: web}'))).toEqual([])
  })

  it('asks gateways, whose requests to 443 lead to the only port of a service', () => {
    const gateway = istio(
      'Gateway',
      'shop/public',
      '{selector: {istio: ingressgateway}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ["*"], tls: {mode: SIMPLE, credentialName: c}}]}',
    )
    const bound = (destination: string) => routes(destination, ', gateways: [public]')
    expect(findingsOf(RULE, WEB + gateway + bound('{host: web}'))).toEqual([])
    const [finding] = findingsOf(RULE, WEB + TWO + gateway + router('{istio: ingressgateway}') + bound('{host: two}'))
    expect(finding).toMatchObject({ severity: 'error', namespaces: [] })
    expect(finding?.message).toContain('requests to port 443 lead to port 443 of two.shop')
  })

  it('leaves unknown hosts to destination-host-unknown', () => {
    expect(findingsOf(RULE, WEB + routes('{host: gone, port: {number: 81}}'))).toEqual([])
  })
})

describe('subsets', () => {
  const v1 = routes(`{host: ${HOST}, subset: v1}`, '', 'team/web')

  it('names the namespaces without the subset, and the rule that has it', () => {
    const [finding, ...more] = findingsOf(RULE, WEB + namespace('apps') + subsets('team/web') + v1)
    expect(more).toEqual([])
    expect(finding?.message).toBe(
      `${HOST} has no subset v1 for proxies in apps, shop: DestinationRule team/web has it, but applies only to clients in team, which is neither the namespace of the service nor the root namespace; requests fail there`,
    )
    expect(finding?.namespaces).toEqual(['apps', 'shop'])
    expect(finding?.related.map(({ message }) => message)).toEqual(['DestinationRule team/web has the subset'])
  })

  it('is quiet where the rule is everybodys, and where the route is private', () => {
    for (const place of ['shop/web', 'istio-system/web']) {
      expect(findingsOf(RULE, WEB + namespace('apps') + subsets(place) + v1)).toEqual([])
    }
    const own = routes(`{host: ${HOST}, subset: v1}`, ', exportTo: [.]', 'team/web')
    expect(findingsOf(RULE, WEB + namespace('apps') + subsets('team/web') + own)).toEqual([])
  })

  it('does not ask namespaces without sidecars', () => {
    const disabled = `
apiVersion: v1
kind: Namespace
metadata: {name: plain, labels: {istio-injection: disabled}}
---`
    const wide = WEB.replaceAll('namespace: shop', 'namespace: team')
    const rule = subsets('team/web').replaceAll(HOST, 'web.team.svc.cluster.local')
    const client = routes('{host: web.team.svc.cluster.local, subset: v1}', '', 'team/web')
    expect(
      findingsOf(RULE, wide + disabled + namespace('istio-system') + namespace('kube-system') + rule + client),
    ).toEqual([])
    expect(findingsOf(RULE, WEB + disabled + subsets('team/web') + v1).flatMap(({ namespaces }) => namespaces)).toEqual(
      ['shop'],
    )
  })

  it('a subset for chosen workloads is theirs to know', () => {
    const chosen = subsets('team/web', ', workloadSelector: {matchLabels: {app: a}}')
    expect(findingsOf(RULE, WEB + namespace('apps') + chosen + v1)).toEqual([])
  })

  it('asks the namespace of a known gateway, not that of an assumed one', () => {
    const gateway = istio(
      'Gateway',
      'team/public',
      '{selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}',
    )
    const bound = routes(`{host: ${HOST}, subset: v1}`, ', gateways: [public]', 'team/web')
    const all = WEB + gateway + subsets('team/web') + bound
    expect(findingsOf(RULE, all)).toEqual([])
    const [finding] = findingsOf(RULE, all + router('{istio: ingressgateway}'))
    expect(finding?.message).toContain(`${HOST} has no subset v1 at its gateway: DestinationRule team/web has it`)
  })
})
