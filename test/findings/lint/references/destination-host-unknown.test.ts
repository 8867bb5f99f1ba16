import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support.ts'
import { hostEntry, istio, kubeService } from './support.ts'

const RULE = 'destination-host-unknown'

const routes = (destination: string, place = 'shop/web', more = ''): string =>
  istio('VirtualService', place, `{hosts: [web]${more}, http: [{route: [{destination: ${destination}}]}]}`)
const subsets = (place: string, host: string, more = ''): string =>
  istio('DestinationRule', place, `{host: ${host}, subsets: [{name: v1, labels: {version: v1}}]${more}}`)
const messages = (manifests: string): readonly string[] => findingsOf(RULE, manifests).map(({ message }) => message)

const WEB = kubeService('web')

describe('hosts of VirtualServices', () => {
  it('completes short names with the namespace of the VirtualService', () => {
    expect(messages(WEB + routes('{host: web}'))).toEqual([])
    const [finding] = findingsOf(RULE, WEB + kubeService('api', 'other') + routes('{host: web}', 'other/web'))
    expect(finding?.message).toContain('the host web.other.svc.cluster.local, but no service of the input has it')
    expect(finding?.location.path).toEqual(['spec', 'http', 0, 'route', 0, 'destination', 'host'])
    expect(finding?.severity).toBe('error')
  })

  it('finds hosts of mirrors, TLS and TCP routes', () => {
    const all = istio(
      'VirtualService',
      'shop/web',
      `{hosts: [web], http: [
        {match: [{port: 80}], route: [{destination: {host: web}}], mirror: {host: m1}},
        {route: [{destination: {host: web}}], mirrors: [{destination: {host: m2}}]}],
        tls: [{match: [{sniHosts: [web]}], route: [{destination: {host: t1}}]}],
        tcp: [{route: [{destination: {host: t2}}]}]}`,
    )
    expect(findingsOf(RULE, WEB + all).map(({ location }) => location.path.slice(1, 5))).toEqual([
      ['http', 0, 'mirror', 'host'],
      ['http', 1, 'mirrors', 0],
      ['tcp', 0, 'route', 0],
      ['tls', 0, 'route', 0],
    ])
  })

  it('says each unknown host of an object once, with the other places', () => {
    const twice = istio(
      'VirtualService',
      'shop/web',
      `{hosts: [web], http: [{match: [{uri: {prefix: /a}}], route: [{destination: {host: gone}}]},
        {route: [{destination: {host: gone}}]}]}`,
    )
    const [finding, ...more] = findingsOf(RULE, WEB + twice)
    expect(more).toEqual([])
    expect(finding?.related.map(({ location }) => location.path[2])).toEqual([1])
  })

  it('does not take a wildcard entry for a service of every host under it', () => {
    const [message] = messages(hostEntry('all', '*.example.com') + WEB + routes('{host: a.example.com}'))
    expect(message).toContain('the host a.example.com')
  })

  it('says that a service is not exported to the namespace', () => {
    const hidden = hostEntry('db', 'db.example.com', 'exportTo: [.]')
    const own = kubeService('web', 'other')
    expect(messages(hidden + own + routes('{host: db.example.com}', 'other/web'))).toEqual([
      'the route leads to the host db.example.com, which is not exported to namespace other; requests of its proxies fail there',
    ])
  })

  it('leaves it to other namespaces what they see when the own one does not know the host', () => {
    const hidden = hostEntry('db', 'db.example.com', 'exportTo: [.]')
    const forOthers = istio(
      'VirtualService',
      'other/db',
      '{hosts: [db.example.com], http: [{route: [{destination: {host: db.example.com}}]}]}',
    )
    expect(messages(hidden + forOthers)).toEqual([])
  })

  it('leaves it to the gateways what they see of services that are not exported', () => {
    const hidden = hostEntry('db', 'db.example.com', 'exportTo: [gateways]')
    const bound = routes('{host: db.example.com}', 'other/web', ', gateways: [gateways/public]')
    expect(messages(hidden + WEB + bound)).toEqual([])
  })

  it('names the entry that istiod rejects', () => {
    const rejected = hostEntry('db', 'db.example.com', 'endpoints: [{address: 192.0.2.1}]')
    const [finding] = findingsOf(RULE, rejected + WEB + routes('{host: db.example.com}'))
    expect(finding?.message).toContain('but istiod rejects ServiceEntry shop/db, which has it')
    expect(finding?.related[0]?.message).toBe('the object that is rejected')
  })
})

describe('subsets of VirtualServices', () => {
  const v1 = routes('{host: web, subset: v1}')

  it('names the subsets that there are', () => {
    const [message] = messages(WEB + subsets('shop/web', 'web') + routes('{host: web, subset: v2}'))
    expect(message).toContain('has no subset v2: its subsets are v1 (did you mean v1?)')
  })

  it('finds the rule of the client, of the service and of the root namespace', () => {
    const host = 'web.shop.svc.cluster.local'
    const client = routes(`{host: ${host}, subset: v1}`, 'client/web')
    for (const place of ['client/web', 'shop/web', 'istio-system/web']) {
      expect(messages(WEB + subsets(place, host) + client)).toEqual([])
    }
    expect(messages(WEB + subsets('other/web', host) + client)).toHaveLength(1)
  })

  it('finds the rule of the namespace of a gateway', () => {
    const host = 'web.shop.svc.cluster.local'
    const bound = routes(`{host: ${host}, subset: v1}`, 'other/web', ', gateways: [gateways/public]')
    expect(messages(WEB + subsets('gateways/web', host) + bound)).toEqual([])
  })

  it('finds the rule wherever the root of a delegate may be', () => {
    const host = 'web.shop.svc.cluster.local'
    const delegate = istio(
      'VirtualService',
      'team/web',
      `{http: [{route: [{destination: {host: ${host}, subset: v1}}]}]}`,
    )
    expect(messages(WEB + subsets('root/web', host) + delegate)).toEqual([])
    expect(messages(WEB + delegate)).toHaveLength(1)
  })

  it('counts rules for chosen workloads', () => {
    const chosen = subsets('shop/web', 'web', ', workloadSelector: {matchLabels: {app: client}}')
    expect(messages(WEB + chosen + v1)).toEqual([])
  })
})

describe('subsets of rules in a third namespace', () => {
  it('name the rule that does not apply', () => {
    const [finding] = findingsOf(
      RULE,
      WEB + subsets('policies/web', 'web.shop.svc.cluster.local') + routes('{host: web, subset: v1}'),
    )
    expect(finding?.message).toBe(
      'web.shop.svc.cluster.local has no subset v1: DestinationRule policies/web has it, but applies only to clients in policies, which is neither the namespace of the service nor the root namespace; requests fail there',
    )
    expect(finding?.related.map(({ message }) => message)).toEqual(['the rule that has the subset'])
  })
})

describe('hosts of DestinationRules', () => {
  it('must be those of a service', () => {
    const [finding] = findingsOf(RULE, WEB + subsets('shop/wbe', 'wbe'))
    expect(finding?.message).toContain(
      'the rule is for the host wbe.shop.svc.cluster.local, but no service of the input has it',
    )
    expect(finding?.message).toContain('it has no effect')
    expect(messages(WEB + subsets('shop/web', 'web'))).toEqual([])
  })

  it('may be wildcards with a service under them', () => {
    const entry = hostEntry('db', 'a.example.com')
    expect(messages(entry + subsets('shop/all', '"*.example.com"'))).toEqual([])
    expect(messages(entry + subsets('shop/all', '"*.example.org"'))).toHaveLength(1)
  })

  it('may be wildcards for whatever Services there are', () => {
    const all = ['"*"', '"*.local"', '"*.cluster.local"', '"*.svc.cluster.local"']
    expect(messages(all.map((host, index) => subsets(`istio-system/r${index}`, host)).join(''))).toEqual([])
  })

  it('may be hosts of ServiceImports', () => {
    const host = 'web.shop.svc.clusterset.local'
    expect(messages(WEB + subsets('shop/web', host) + routes(`{host: ${host}}`))).toEqual([])
  })
})
