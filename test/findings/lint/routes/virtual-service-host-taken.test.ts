import { expect, it } from 'vitest'
import { istio, kubeService } from '../references/support.ts'
import { findingsOf } from '../support.ts'

const RULE = 'virtual-service-host-taken'
const WEB = kubeService('web') + kubeService('api')

const virtualService = (name: string, spec: string, created = ''): string =>
  istio('VirtualService', name, spec).replace('}\nspec', `${created && `, creationTimestamp: "${created}"`}}\nspec`)
const http = (hosts: string, more = ''): string =>
  `{hosts: ${hosts}, http: [{route: [{destination: {host: api}}]}]${more}}`

it('names the younger one, for the namespaces that see both', () => {
  const [finding, ...more] = findingsOf(
    RULE,
    WEB +
      virtualService('shop/b', http('[web]'), '2026-01-01T00:00:00Z') +
      virtualService('shop/a', http('[web, api]'), '2026-01-02T00:00:00Z'),
  )
  expect(more).toEqual([])
  expect(finding?.object.name).toBe('a')
  expect(finding?.message).toBe(
    'sidecars ignore the http routes for web.shop.svc.cluster.local: VirtualService shop/b routes this host, which is older',
  )
  expect(finding?.location.path).toEqual(['spec', 'hosts', 0])
  expect(finding?.namespaces).toEqual(['shop'])
})

it('says that the order is assumed', () => {
  const [finding] = findingsOf(
    RULE,
    WEB + virtualService('shop/a', http('[web]')) + virtualService('shop/b', http('[web]')),
  )
  expect(finding?.object.name).toBe('b')
  expect(finding?.message).toContain('which comes first (order assumed: creation times are missing or equal)')
})

it('finds tcp routes of one host', () => {
  const tcp = '{hosts: [db.example.com], tcp: [{route: [{destination: {host: db.example.com}}]}]}'
  const entry = istio(
    'ServiceEntry',
    'shop/db',
    '{hosts: [db.example.com], addresses: [10.70.0.1], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: DNS}',
  )
  const found = findingsOf(RULE, entry + virtualService('shop/a', tcp) + virtualService('shop/b', tcp))
  expect(found.map(({ object, message }) => [object.name, message.slice(0, 32)])).toEqual([
    ['b', 'sidecars ignore the tcp routes f'],
  ])
})

it.each([
  ['gateways merge', http('[web]', ', gateways: [public]'), http('[web]', ', gateways: [public]')],
  ['one is for other clients', http('[web]', ', exportTo: [other]'), http('[web]', ', exportTo: [shop]')],
  [
    'they route other ports',
    '{hosts: [web], http: [{match: [{port: 80}], route: [{destination: {host: api}}]}]}',
    '{hosts: [web], http: [{match: [{port: 81}], route: [{destination: {host: api}}]}]}',
  ],
  ['kinds differ', http('[web]'), '{hosts: [web], tcp: [{match: [{port: 82}], route: [{destination: {host: api}}]}]}'],
  ['the more specific host wins', http('["*.shop.svc.cluster.local"]'), http('[web]')],
])('is quiet where %s', (_, a, b) => {
  const ports = WEB.replace(
    '[{name: http, port: 80}]',
    '[{name: http, port: 80}, {name: http-b, port: 81}, {name: tcp, port: 82}]',
  )
  const other = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n---\n'
  expect(findingsOf(RULE, ports + other + virtualService('shop/a', a) + virtualService('shop/b', b))).toEqual([])
})
