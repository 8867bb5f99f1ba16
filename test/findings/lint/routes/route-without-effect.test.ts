import { describe, expect, it } from 'vitest'
import { istio, kubeService } from '../references/support.ts'
import { findingsOf } from '../support.ts'

const RULE = 'route-without-effect'
const WEB = kubeService('web') + kubeService('api')
const messages = (manifests: string): readonly string[] => findingsOf(RULE, manifests).map(({ message }) => message)
const virtualService = (name: string, spec: string): string => istio('VirtualService', name, spec)
const TO_API = 'route: [{destination: {host: api}}]'

describe('ports of the host', () => {
  it.each([
    [
      'http',
      '{hosts: [web], http: [{match: [{port: 81}], ROUTE}]}',
      'it matches port 81, and web.shop.svc.cluster.local has 80 (HTTP)',
    ],
    [
      'tcp',
      '{hosts: [web], tcp: [{ROUTE}]}',
      'tcp rules apply to TCP ports, and web.shop.svc.cluster.local has 80 (HTTP)',
    ],
    [
      'tls',
      '{hosts: [web], tls: [{match: [{sniHosts: [web]}], ROUTE}]}',
      'tls rules apply to TLS and HTTPS ports, and web.shop.svc.cluster.local has 80 (HTTP)',
    ],
  ])('says what %s rules apply to', (kind, spec, reason) => {
    expect(messages(WEB + virtualService('shop/web', spec.replace('ROUTE', TO_API)))).toEqual([
      `the ${kind} rule has no effect: ${reason}`,
    ])
  })

  it('a port without a protocol may be HTTP or TCP', () => {
    const sniffed = WEB.replaceAll('name: http, ', 'name: web, ')
    expect(
      messages(sniffed + virtualService('shop/web', `{hosts: [web], http: [{${TO_API}}], tcp: [{${TO_API}}]}`)),
    ).toEqual([])
  })

  it.each(['', 'match: [{uri: {prefix: /a}}], ', 'match: [{port: 81}, {port: 80}], '])(
    'says nothing of a rule that fits them but that no namespace of the input sees: %s',
    (match) => {
      const spec = `{hosts: [web], exportTo: [elsewhere], http: [{${match}${TO_API}}]}`
      expect(messages(WEB + virtualService('shop/web', spec))).toEqual([])
    },
  )

  it('says nothing of hosts that no service of the input has', () => {
    expect(messages(WEB + virtualService('shop/web', `{hosts: [gone.example.com], tcp: [{${TO_API}}]}`))).toEqual([])
  })
})

it('rules of one reason are one finding', () => {
  const two = `{hosts: [web], http: [{match: [{port: 81, uri: {prefix: /a}}], ${TO_API}}, {match: [{port: 81}], ${TO_API}}]}`
  const [finding, ...more] = findingsOf(RULE, WEB + virtualService('shop/web', two))
  expect(more).toEqual([])
  expect(finding?.related.map(({ message }) => message)).toEqual([
    'Service shop/web has the ports',
    'this rule as well',
  ])
})

it('matches of gateways that the VirtualService is not bound to', () => {
  const spec = `{hosts: [web], http: [{match: [{gateways: [public]}], ${TO_API}}, {${TO_API}}]}`
  expect(messages(WEB + virtualService('shop/web', spec))).toEqual([
    'the http rule has no effect: it matches shop/public, and the VirtualService is bound to mesh',
  ])
})

describe('what depends on clients', () => {
  it.each(['{sourceLabels: {app: a}}', '{sourceNamespace: elsewhere}', '{sourceNamespace: shop}'])('%s', (match) => {
    const spec = `{hosts: [web], http: [{match: [${match}], ${TO_API}}, {${TO_API}}]}`
    expect(messages(WEB + virtualService('shop/web', spec))).toEqual([])
  })

  it('a Sidecar for chosen workloads may import what the others do not', () => {
    const none = istio('Sidecar', 'client/default', '{egress: [{hosts: ["./*"]}]}')
    const chosen = istio(
      'Sidecar',
      'client/some',
      '{workloadSelector: {labels: {app: a}}, egress: [{hosts: ["shop/*"]}]}',
    )
    const spec = `{hosts: [web.shop.svc.cluster.local], exportTo: [client], http: [{match: [{uri: {prefix: /}}], route: [{destination: {host: api.shop.svc.cluster.local}}]}]}`
    expect(messages(WEB + none + chosen + virtualService('shop/web', spec))).toEqual([])
  })
})

describe('delegates', () => {
  const root = (delegate: string, place = 'shop/root') =>
    virtualService(place, `{hosts: [web.shop.svc.cluster.local], http: [{delegate: ${delegate}}]}`)
  const delegate = (place: string, more = '') => virtualService(place, `{http: [{${TO_API}}]${more}}`)

  it.each([
    ['is missing', root('{name: gone}'), 'it delegates to VirtualService shop/gone, which is not in the input'],
    [
      'has hosts',
      root('{name: rules}') + virtualService('shop/rules', `{hosts: [api], http: [{${TO_API}}]}`),
      'it delegates to VirtualService shop/rules, which has hosts of its own and so is not a delegate',
    ],
    [
      'is private',
      root('{name: rules, namespace: shop}', 'other/root') + delegate('shop/rules', ', exportTo: [.]'),
      'it delegates to VirtualService shop/rules, which is not exported to namespace other',
    ],
  ])('one that %s', (_, manifests, reason) => {
    expect(messages(WEB + manifests)).toEqual([`the http rule has no effect: ${reason}`])
  })

  it('one that is there, and one of a namespace that the input does not have', () => {
    expect(messages(WEB + root('{name: rules}') + delegate('shop/rules'))).toEqual([])
    expect(messages(WEB + root('{name: rules, namespace: elsewhere}'))).toEqual([])
  })
})

describe('gateways', () => {
  const gateway = istio(
    'Gateway',
    'shop/public',
    '{selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}',
  )
  const bound = (name: string, match: string) =>
    virtualService(`shop/${name}`, `{hosts: ["*"], gateways: [public], http: [{${match}${TO_API}}]}`)

  it('an earlier VirtualService takes all requests of a later one', () => {
    const api = bound('a', 'match: [{uri: {prefix: /api}}], ')
    expect(messages(WEB + gateway + api + bound('b', 'match: [{uri: {prefix: /api/v2}}], '))).toEqual([
      'the http rule has no effect: no request gets to it, because VirtualService shop/a takes all of its requests before',
    ])
    expect(messages(WEB + gateway + bound('a', '') + bound('b', ''))).toHaveLength(1)
  })

  it.each([
    ['the catch-all of an older one comes last', '', 'match: [{uri: {prefix: /b}}], '],
    [
      'other conditions',
      'match: [{uri: {prefix: /api}, headers: {a: {exact: b}}}], ',
      'match: [{uri: {prefix: /api/v2}}], ',
    ],
    ['another case', 'match: [{uri: {prefix: /api}}], ', 'match: [{uri: {prefix: /API/v2}}], '],
    ['a wider path', 'match: [{uri: {prefix: /api/v2}}], ', 'match: [{uri: {prefix: /api}}], '],
  ])('is quiet: %s', (_, first, second) => {
    expect(messages(WEB + gateway + bound('a', first) + bound('b', second))).toEqual([])
  })
})
