import { describe, expect, it } from 'vitest'
import type { RuleId } from '../../../../src/findings/lint/index.ts'
import { istio, kubeService } from '../references/support.ts'
import { findingsOf } from '../support.ts'

const WEB = kubeService('web')
const messages = (rule: RuleId, manifests: string): readonly string[] =>
  findingsOf(rule, manifests).map(({ message }) => message)

const HTTP = '{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.example.com"]}'
const https = (hosts: string, more = '', name = 'https'): string =>
  `{port: {number: 443, name: ${name}, protocol: HTTPS}, hosts: ${hosts}, tls: {mode: SIMPLE, credentialName: cert}${more}}`
const gateway = (place: string, servers = HTTP, selector = '{istio: ingressgateway}'): string =>
  istio('Gateway', place, `{selector: ${selector}, servers: [${servers}]}`)
const bound = (gateways: string, hosts = '[a.example.com]', place = 'shop/web', rules = 'http'): string =>
  istio(
    'VirtualService',
    place,
    `{hosts: ${hosts}, gateways: ${gateways}, ${rules}: [{route: [{destination: {host: web}}]}]}`,
  )
const router = (labels: string, inNamespace = 'edge'): string => `
apiVersion: v1
kind: Pod
metadata: {name: router, namespace: ${inNamespace}, labels: ${labels}}
spec: {containers: [{name: istio-proxy, image: proxy, args: [proxy, router]}]}
---`

describe('gateway-missing', () => {
  it('suggests the same name elsewhere, and binds to it', () => {
    const [finding] = findingsOf('gateway-missing', WEB + gateway('edge/public') + bound('[mesh, public]'))
    expect(finding?.message).toContain('the input has no Gateway shop/public (did you mean edge/public?)')
    expect(finding?.location.path).toEqual(['spec', 'gateways', 1])
    const [proposal] = finding?.proposals() ?? []
    expect(proposal?.changes).toMatchObject([{ edits: [{ path: ['spec', 'gateways', 1], value: 'edge/public' }] }])
  })

  it('says nothing of Gateways that may be elsewhere, or that istiod rejects', () => {
    expect(messages('gateway-missing', WEB + bound('[platform/shared, mesh]'))).toEqual([])
    expect(messages('gateway-missing', bound('[public]'))).toEqual([])
    expect(messages('gateway-missing', WEB + gateway('edge/public') + bound('[platform/shared]'))).toEqual([])
    const rejected = istio('Gateway', 'shop/mine', '{selector: {istio: ingressgateway}, servers: []}')
    expect(messages('gateway-missing', WEB + gateway('edge/public') + rejected + bound('[mine]'))).toEqual([])
  })
})

describe('gateway-missing without any Gateway in the input', () => {
  it('warns of names in the own namespace', () => {
    const found = findingsOf('gateway-missing', WEB + bound('[mesh, platform/shared, public]'))
    expect(found.map(({ message, severity, location }) => [message, severity, location.path])).toEqual([
      ['the input has no Gateway shop/public; no gateway serves the routes', 'warning', ['spec', 'gateways', 2]],
    ])
  })
})

describe('virtual-service-not-bound', () => {
  it.each([
    ['[b.example.org]', HTTP, 'http', 'no server has b.example.org; its servers have *.example.com'],
    [
      '[a.example.com]',
      https('["*.example.com"]').replace('SIMPLE, credentialName: cert', 'PASSTHROUGH'),
      'http',
      'it has no rules of the kind that the servers with its hosts need',
    ],
    [
      '[a.example.com]',
      HTTP.replace('"*.', '"other/*.'),
      'http',
      'no server has a.example.com; its servers have other/*.example.com',
    ],
  ])('%s at %s', (hosts, server, rules, reason) => {
    expect(
      messages(
        'virtual-service-not-bound',
        WEB + gateway('shop/public', server) + bound('[public]', hosts, 'shop/web', rules),
      ),
    ).toEqual([`Gateway shop/public does not serve it: ${reason}`])
  })

  it('hosts that are missing in all of its Gateways, unless sidecars route them', () => {
    const both = '[a.example.com, b.example.org]'
    const [finding] = findingsOf('virtual-service-not-bound', WEB + gateway('shop/public') + bound('[public]', both))
    expect(finding).toMatchObject({ severity: 'warning', message: 'no server of its Gateways has b.example.org' })
    expect(finding?.location.path).toEqual(['spec', 'hosts', 1])
    expect(messages('virtual-service-not-bound', WEB + gateway('shop/public') + bound('[public, mesh]', both))).toEqual(
      [],
    )
    const second = gateway('shop/second', HTTP.replace('.com', '.org'))
    expect(
      messages('virtual-service-not-bound', WEB + gateway('shop/public') + second + bound('[public, second]', both)),
    ).toEqual([])
  })

  it('knows what a router sees only where its namespace is known', () => {
    const all = WEB + gateway('shop/public') + bound('[public]').replace('{hosts', '{exportTo: [.], hosts')
    expect(messages('virtual-service-not-bound', all)).toEqual([])
    expect(messages('virtual-service-not-bound', all + router('{istio: ingressgateway}'))).toEqual([
      "Gateway shop/public does not serve it: exportTo hides it from the router's namespace",
    ])
  })

  it('leaves a server that is left out to the rule about conflicts', () => {
    const conflict = gateway('shop/a', https('[a.example.com]')) + gateway('shop/b', https('[a.example.com]'))
    expect(messages('virtual-service-not-bound', WEB + conflict + bound('[b]'))).toEqual([])
    expect(messages('gateway-server-conflict', WEB + conflict + bound('[b]'))).toHaveLength(1)
  })

  it('says nothing where a Gateway is not in the input, which may have the host', () => {
    const elsewhere = bound('[public, edge/unknown]', '[a.example.com, b.example.org]')
    expect(messages('virtual-service-not-bound', WEB + gateway('shop/public') + elsewhere)).toEqual([])
  })
})

describe('gateway-selects-nothing', () => {
  it.each([
    ['a near label', '{istio: ingresgateway}', 'a router has the label istio=ingressgateway'],
    ['other labels of its namespace', '{app: gateway}', 'the router of Pod edge/router has other labels'],
  ])('%s', (_, selector, reason) => {
    const [message] = messages(
      'gateway-selects-nothing',
      router('{istio: ingressgateway}') + gateway('edge/public', HTTP, selector),
    )
    expect(message).toContain(`selects no router of the input: ${reason}`)
  })

  it('a router that comes from the installation, or from elsewhere', () => {
    const own = router('{istio: team-gateway}')
    expect(messages('gateway-selects-nothing', gateway('edge/public', HTTP, '{app: gateway}'))).toEqual([])
    expect(messages('gateway-selects-nothing', own + gateway('edge/public'))).toEqual([])
    expect(messages('gateway-selects-nothing', own + gateway('shop/public', HTTP, '{app: gateway}'))).toEqual([])
  })
})

describe('gateway-server-conflict', () => {
  it('tells what is lost, with the winner', () => {
    const [finding, ...more] = findingsOf(
      'gateway-server-conflict',
      gateway('shop/a', https('[a.example.com]')) + gateway('shop/b', https('[a.example.com, b.example.com]')),
    )
    expect(more).toEqual([])
    expect(finding).toMatchObject({
      severity: 'error',
      object: { name: 'b' },
      related: [{ message: 'Gateway shop/a servers[0] (443 HTTPS) comes first' }],
    })
    expect(finding?.message).toContain('the first has TLS for a.example.com on port 443; the second is dropped')
  })

  it('HTTP servers of one port share their routes, and other routers do not matter', () => {
    expect(messages('gateway-server-conflict', gateway('shop/a') + gateway('shop/b'))).toEqual([])
    const other = gateway('shop/b', https('[a.example.com]'), '{istio: private}')
    expect(messages('gateway-server-conflict', gateway('shop/a', https('[a.example.com]')) + other)).toEqual([])
  })
})

describe('gateway-certificate-shared', () => {
  const a = gateway('shop/a', https('[a.example.com]'))
  const b = gateway('shop/b', https('[b.example.com]'))
  const routes = bound('[a]', '[a.example.com]', 'shop/a') + bound('[b]', '[b.example.com]', 'shop/b')

  it('names both servers', () => {
    const found = findingsOf('gateway-certificate-shared', WEB + a + b + routes)
    expect(found.map(({ object }) => object.name)).toEqual(['b'])
    expect(found[0]?.message).toContain(
      'show the certificate cert: browsers use one connection for a.example.com and b.example.com',
    )
  })

  it.each([
    ['another certificate', a + b.replace('credentialName: cert', 'credentialName: other') + routes],
    [
      'the same routes',
      a.replace('[a.example.com]', '[a.example.com, c.example.com]') +
        b +
        bound('[a, b]', '["*.example.com"]', 'shop/a'),
    ],
    ['another port', a + b.replace('number: 443', 'number: 8443') + routes],
    ['another router', a + gateway('shop/b', https('[b.example.com]'), '{istio: private}') + routes],
    ['nothing behind', a + b],
  ])('is quiet with %s', (_, manifests) => {
    expect(messages('gateway-certificate-shared', WEB + manifests)).toEqual([])
  })
})

describe('gateway-credential-missing', () => {
  const secret = (place: string, kind = 'Secret', spec = ''): string => `
apiVersion: ${kind === 'Secret' ? 'v1' : 'example.com/v1'}
kind: ${kind}
metadata: {name: ${place.split('/')[1]}, namespace: ${place.split('/')[0]}}
${spec}
---`
  const all = router('{istio: ingressgateway}') + gateway('shop/public', https('[a.example.com]'))

  it('a Secret in another namespace, and none among others', () => {
    expect(messages('gateway-credential-missing', all + secret('shop/cert'))).toEqual([
      'Gateway shop/public servers[0] (443 HTTPS) needs Secret cert in edge, the namespace of the router, which does not have it; there is one in shop',
    ])
    expect(messages('gateway-credential-missing', all + secret('edge/other'))).toHaveLength(1)
  })

  it('is quiet where the Secret is there, is made, or may be elsewhere', () => {
    for (const more of ['', secret('edge/cert'), secret('shop/other')]) {
      expect(messages('gateway-credential-missing', all + more)).toEqual([])
    }
    const made =
      secret('edge/shop', 'Certificate', 'spec: {secretName: cert}') +
      secret('edge/cert', 'SealedSecret', 'spec: {encryptedData: {}}')
    expect(messages('gateway-credential-missing', all + secret('edge/other') + made)).toEqual([])
  })
})
