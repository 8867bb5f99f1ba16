import { describe, expect, it } from 'vitest'
import { endpointsOfCluster } from '../../src/simulation/connect.ts'
import { loadMesh, proxyOf } from './mesh.ts'

const mesh = loadMesh('14-traffic-management')
const checkout = proxyOf(mesh, 'checkout.shop')
const auditor = proxyOf(mesh, 'auditor.audit')

const HOST = 'reviews.shop.svc.cluster.local'
const request = { host: 'reviews', port: 9080, protocol: 'http' } as const

describe('VirtualService', () => {
  it('divides requests between the subsets by weight, within a timeout', () => {
    const outcome = checkout.connect(request)
    expect(outcome.shares).toEqual([
      { cluster: `outbound|9080|v1|${HOST}`, weight: 90 },
      { cluster: `outbound|9080|v2|${HOST}`, weight: 10 },
    ])
    expect(outcome.route).toMatchObject({ name: 'everybody', route: { timeout: '3s' } })
  })

  it('sends one user to one subset, after a delay for half of the requests', () => {
    const outcome = checkout.connect({ ...request, headers: { 'end-user': 'jason' } })
    expect(outcome).toMatchObject({ shares: [{ cluster: `outbound|9080|v2|${HOST}` }], endpoints: ['10.244.1.2:9080'] })
    expect(outcome.route).toMatchObject({
      name: 'testers',
      typedPerFilterConfig: { 'envoy.filters.http.fault': { delay: { fixedDelay: '7s' } } },
    })
  })
})

describe('DestinationRule', () => {
  it('makes a cluster of each subset, with the pods that have its labels', () => {
    expect(endpointsOfCluster(checkout.resources, `outbound|9080|v1|${HOST}`)).toEqual(['10.244.1.1:9080'])
    expect(endpointsOfCluster(checkout.resources, `outbound|9080|v2|${HOST}`)).toEqual(['10.244.1.2:9080'])
    expect(endpointsOfCluster(checkout.resources, `outbound|9080||${HOST}`)).toHaveLength(2)
  })

  it('limits connections and ejects failing pods in each of them', () => {
    const clusters = checkout.resources.cds.filter(({ name }) => name.endsWith(`|${HOST}`))
    expect(clusters).toHaveLength(3)
    for (const cluster of clusters) {
      expect(cluster).toMatchObject({
        circuitBreakers: { thresholds: [{ maxConnections: 100, maxPendingRequests: 10 }] },
        outlierDetection: { consecutive5xx: 5, interval: '10s', baseEjectionTime: '30s' },
      })
    }
  })
})

describe('Sidecar', () => {
  it('leaves its workloads one host: names, listeners and clusters of others are gone', () => {
    expect(auditor.resolve('reviews.shop')).toEqual(['10.96.0.40'])
    expect(auditor.dig('payments.shop')).toBe('upstream')
    expect(auditor.listenersOn(9090)).toEqual([])
    expect(auditor.outboundClusters().every((name) => name.endsWith(HOST))).toBe(true)
    expect(checkout.resolve('payments')).toEqual(['10.96.0.41'])
  })

  it('ends what it does not know in a black hole', () => {
    const outcome = auditor.connect({ host: '10.96.0.41', port: 9090, protocol: 'http' })
    expect(outcome).toMatchObject({ cluster: 'BlackHoleCluster', endpoints: [] })
  })
})

describe('Gateway', () => {
  const gateway = proxyOf(mesh, 'ingressgateway.istio-system')
  const browse = (authority: string, path: string) =>
    gateway.connect({ host: '10.244.9.1', port: 8080, protocol: 'http', authority, path })

  it('listens at the target port of its Service and routes by host and path', () => {
    expect(browse('shop.example.com', '/reviews/1')).toMatchObject({
      listener: '0.0.0.0_8080',
      virtualHost: 'shop.example.com:80',
      cluster: `outbound|9080||${HOST}`,
      endpoints: ['10.244.1.1:9080', '10.244.1.2:9080'],
    })
  })

  it('has no route for other paths and other hosts', () => {
    expect(browse('shop.example.com', '/payments').route).toBeUndefined()
    expect(browse('www.example.com', '/reviews/1').virtualHost).toBeUndefined()
  })
})
