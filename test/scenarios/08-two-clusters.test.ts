import { describe, expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const mesh = loadMesh('08-two-clusters/cluster-1', {
  clusterId: 'cluster-1',
  remote: { 'cluster-2': '08-two-clusters/cluster-2' },
})

describe.each([
  ['client-1', '10.96.0.10', '10.10.0.10'],
  ['client-2', '10.10.0.10', '10.96.0.10'],
])('%s', (name, own, other) => {
  const proxy = proxyOf(mesh, name)

  it("gets its own cluster's address", () => {
    expect(proxy.dig('hello.default.svc.cluster.local')).toEqual([`hello.default.svc.cluster.local. 30 IN A ${own}`])
  })

  it("routes its own cluster's address and not the other one", () => {
    const to = (host: string) => proxy.connect({ host, port: 5000, protocol: 'http' }).cluster
    expect(to(own)).toBe('outbound|5000||hello.default.svc.cluster.local')
    expect(to(other)).toBe('PassthroughCluster')
  })

  it('reaches the pods of both clusters', () => {
    expect(proxy.connect({ host: 'hello', port: 5000, protocol: 'http' }).endpoints.toSorted()).toEqual([
      '10.244.1.1:5000',
      '10.245.1.1:5000',
      '10.245.1.2:5000',
    ])
  })
})

it("TCP listeners stand at each cluster's own address", () => {
  expect(proxyOf(mesh, 'client-1').listenersOn(5001)).toEqual(['10.96.0.10_5001'])
  expect(proxyOf(mesh, 'client-2').listenersOn(5001)).toEqual(['10.10.0.10_5001'])
})
