import { describe, expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const client = proxyOf(loadMesh('05-search-domains'), 'client')

describe('the first name that a resolver tries', () => {
  it('is answered in one round trip, with a CNAME to the host', () => {
    expect(client.dig('istio.io.default.svc.cluster.local')).toEqual([
      'istio.io.default.svc.cluster.local. 30 IN CNAME istio.io.',
      'istio.io. 30 IN A 240.240.0.1',
    ])
  })

  it('is answered for the first search domain only', () => {
    expect(client.dig('istio.io.svc.cluster.local')).toBe('upstream')
    expect(client.dig('istio.io.cluster.local')).toBe('upstream')
  })

  it('has no answer for a type without addresses', () => {
    expect(client.dig('istio.io.default.svc.cluster.local', 'AAAA')).toEqual([])
  })
})

describe('a connection', () => {
  it('by HTTPS has a listener of its own, which passes it on as it is', () => {
    const outcome = client.connect({ host: 'istio.io', port: 443, protocol: 'tls' })
    expect(outcome).toMatchObject({
      listener: '240.240.0.1_443',
      cluster: 'outbound|443||istio.io',
      type: 'STRICT_DNS',
      endpoints: ['istio.io:443'],
    })
    expect(outcome.chain?.filters?.map(({ name }) => name)).toEqual(['envoy.filters.network.tcp_proxy'])
  })

  it('by HTTP is routed by its Host header', () => {
    expect(client.connect({ host: 'istio.io', port: 80, protocol: 'http' })).toMatchObject({
      listener: '0.0.0.0_80',
      virtualHost: 'istio.io:80',
      cluster: 'outbound|80||istio.io',
    })
  })
})
