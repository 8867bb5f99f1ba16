import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support.ts'
import { hostEntry, istio, kubeService } from './support.ts'

const RULE = 'sidecar-host-unmatched'

const sidecar = (hosts: string, place = 'web/default', more = ''): string =>
  istio('Sidecar', place, `{egress: [{hosts: ${hosts}${more}}]}`)

const messages = (manifests: string): readonly string[] => findingsOf(RULE, manifests).map(({ message }) => message)

describe(RULE, () => {
  it('points at the host of the egress listener', () => {
    const manifests = kubeService('orders') + sidecar('["shop/*", "shop/gone.example.com"]')
    const [finding] = findingsOf(RULE, manifests)
    expect(finding?.location.path).toEqual(['spec', 'egress', 0, 'hosts', 1])
    expect(finding?.severity).toBe('warning')
  })

  it('takes a VirtualService for a broader wildcard as a host, and for no other', () => {
    const route = (host: string) =>
      istio('VirtualService', 'shop/wide', `{hosts: ["${host}"], http: [{route: [{destination: {host: orders}}]}]}`)
    const wanted = sidecar('["*/a.example.com"]')
    expect(messages(kubeService('orders') + route('*.example.com') + wanted)).toEqual([])
    expect(messages(kubeService('orders') + route('*.example.org') + wanted)).toHaveLength(1)
  })

  it('says in which namespace the service is', () => {
    expect(messages(kubeService('orders') + sidecar('["./orders.shop.svc.cluster.local"]'))).toEqual([
      'the egress host ./orders.shop.svc.cluster.local imports nothing: it is in namespace shop',
    ])
  })

  it('says that a service is not exported', () => {
    const [message] = messages(hostEntry('db', 'db.example.com', 'exportTo: [.]') + sidecar('["shop/db.example.com"]'))
    expect(message).toContain('the service is not exported to this namespace')
  })

  it('says that a service lacks the port of the listener', () => {
    const port = ', port: {number: 8443, name: tls, protocol: TLS}'
    const [message] = messages(
      hostEntry('db', 'db.example.com') + sidecar('["shop/db.example.com"]', 'web/default', port),
    )
    expect(message).toContain('the service has no port 8443')
  })

  it('finds the port of the listener at any of the services of a host', () => {
    const both = istio(
      'ServiceEntry',
      'shop/both',
      '{hosts: [db.example.com], ports: [{number: 443, name: a, protocol: TLS}, {number: 8443, name: b, protocol: TLS}], resolution: NONE, exportTo: [.]}',
    )
    const port = ', port: {number: 8443, name: tls, protocol: TLS}'
    const [message] = messages(
      hostEntry('db', 'db.example.com', 'exportTo: [.]') +
        both +
        sidecar('["shop/db.example.com"]', 'web/default', port),
    )
    expect(message).toContain('the service is not exported to this namespace')
  })

  it('suggests a host that is spelled alike', () => {
    const [message] = messages(hostEntry('db', 'orders.example.com') + sidecar('["*/order.example.com"]'))
    expect(message).toContain('did you mean orders.example.com?')
  })

  it('looks at Sidecars for chosen workloads too', () => {
    const chosen = istio(
      'Sidecar',
      'web/one',
      '{workloadSelector: {labels: {app: one}}, egress: [{hosts: ["*/gone.example.com"]}]}',
    )
    expect(messages(kubeService('orders') + chosen)).toHaveLength(1)
  })

  it('finds services by wildcards of any length', () => {
    const hosts = '["*/*.example.com", "shop/*.db.example.com", "shop/orders.db.example.com", "*/*"]'
    expect(messages(hostEntry('db', 'orders.db.example.com') + sidecar(hosts))).toEqual([])
  })

  it('takes a wildcard that no service is under for unmatched', () => {
    expect(messages(hostEntry('db', 'orders.example.com') + sidecar('["*/*.db.example.com"]'))).toEqual([
      'the egress host */*.db.example.com imports nothing: no service of the input has such a host',
    ])
  })

  it('counts VirtualServices, those for a wider wildcard included', () => {
    const routes = istio(
      'VirtualService',
      'shop/all',
      '{hosts: ["*.example.com"], http: [{route: [{destination: {host: orders}}]}]}',
    )
    expect(messages(kubeService('orders') + routes + sidecar('["shop/a.example.com"]'))).toEqual([])
  })

  it('says nothing of everything in a namespace, and of exclusions', () => {
    expect(messages(kubeService('orders') + sidecar('["./*", "nirvana/*", "~shop/gone.example.com"]'))).toEqual([])
  })

  it('leaves the own namespace open in the Sidecar for all namespaces', () => {
    const root = sidecar('["./web.example.com", "*/gone.example.com"]', 'istio-system/default')
    expect(messages(kubeService('orders') + root)).toEqual([
      'the egress host */gone.example.com imports nothing: no service of the input has such a host',
    ])
  })
})
