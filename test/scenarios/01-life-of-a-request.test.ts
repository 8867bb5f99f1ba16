import { describe, expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const client = proxyOf(loadMesh('01-life-of-a-request'), 'client')

describe('an ordinary Service', () => {
  it('answers with its ClusterIP and balances over its pods', () => {
    expect(client.resolve('web.default.svc.cluster.local')).toEqual(['10.96.0.20'])
    expect(client.connect({ host: 'web', port: 80, protocol: 'http' })).toMatchObject({
      address: '10.96.0.20',
      type: 'EDS',
      endpoints: ['10.244.1.1:8080', '10.244.1.2:8080'],
    })
  })
})

describe('a headless Service', () => {
  it('answers with the pods, and each of them by its own name', () => {
    expect(client.resolve('db')).toEqual(['10.244.2.1', '10.244.2.2'])
    expect(client.resolve('db-1.db.default.svc.cluster.local')).toEqual(['10.244.2.2'])
  })

  it('has a listener for each pod and keeps the one that the client chose', () => {
    expect(client.listenersOn(5432).toSorted()).toEqual(['10.244.2.1_5432', '10.244.2.2_5432'])
    expect(client.connect({ host: 'db-1.db', port: 5432, protocol: 'tcp' })).toMatchObject({
      listener: '10.244.2.2_5432',
      cluster: 'outbound|5432||db.default.svc.cluster.local',
      type: 'ORIGINAL_DST',
      endpoints: ['10.244.2.2:5432'],
    })
  })
})

describe('an entry', () => {
  it('of resolution NONE is resolved upstream, and keeps the address that the client found', () => {
    const outcome = client.connect({
      host: 'none.example.com',
      port: 5000,
      protocol: 'tcp',
      upstreamAddress: '203.0.113.7',
    })
    expect(outcome).toMatchObject({
      upstreamDns: true,
      listener: '0.0.0.0_5000',
      cluster: 'outbound|5000||none.example.com',
      type: 'ORIGINAL_DST',
      endpoints: ['203.0.113.7:5000'],
    })
  })

  it.each([
    ['STATIC', 'static.example.com', 6000, 'EDS', ['198.51.100.11:6000', '198.51.100.12:6000']],
    ['DNS', 'dns.example.com', 7000, 'STRICT_DNS', ['dns.example.com:7000']],
    ['DNS_ROUND_ROBIN', 'round-robin.example.com', 8000, 'LOGICAL_DNS', ['round-robin.example.com:8000']],
  ])('of resolution %s has an automatic address and a cluster of its own kind', (_, host, port, type, endpoints) => {
    const outcome = client.connect({ host, port, protocol: 'tcp' })
    expect(outcome).toMatchObject({ upstreamDns: false, cluster: `outbound|${port}||${host}`, type, endpoints })
    expect(outcome.address).toMatch(/^240\.240\.0\.[123]$/)
    expect(outcome.listener).toBe(`${outcome.address}_${port}`)
  })
})

describe('a host that only a VirtualService knows', () => {
  const request = { host: 'ghost.example.com', port: 80, protocol: 'http' } as const

  it('is in no name table: without a public name no connection is ever made', () => {
    expect(client.dig('ghost.example.com')).toBe('upstream')
    expect(client.connect(request)).toMatchObject({ upstreamDns: true, endpoints: [] })
    expect(client.connect(request).listener).toBeUndefined()
  })

  it('is routed all the same once the name resolves elsewhere', () => {
    expect(client.connect({ ...request, upstreamAddress: '203.0.113.8' })).toMatchObject({
      virtualHost: 'ghost.example.com:80',
      cluster: 'outbound|80||web.default.svc.cluster.local',
    })
  })
})
