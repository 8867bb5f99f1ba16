import { describe, expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const client = proxyOf(loadMesh('12-other-clusters-gateway'), 'client')

it('clients keep the public name, which answers with an automatic address', () => {
  expect(client.dig('api.tetrate.io')).toEqual(['api.tetrate.io. 30 IN A 240.240.0.1'])
})

it.each([
  [80, 'http'],
  [443, 'tls'],
] as const)('port %i reaches the gateway of the other cluster', (port, protocol) => {
  expect(client.connect({ host: 'api.tetrate.io', port, protocol })).toMatchObject({
    upstreamDns: false,
    cluster: `outbound|${port}||api.tetrate.io`,
    type: 'EDS',
    endpoints: [`10.50.0.1:${port}`],
  })
})

describe('the gateway of the other cluster', () => {
  const gateway = proxyOf(loadMesh('12-other-clusters-gateway/other-cluster'), 'ingressgateway.istio-system')
  /** Its Service maps ports 80 and 443 to the pod's ports. */
  const http = { host: '10.245.9.2', port: 8080, protocol: 'http' } as const
  const https = { host: '10.245.9.2', port: 8443, protocol: 'tls' } as const

  it('sends the host to its pods', () => {
    expect(gateway.connect({ ...http, authority: 'api.tetrate.io' })).toMatchObject({
      listener: '0.0.0.0_8080',
      cluster: 'outbound|8000||api.tetrate.svc.cluster.local',
      endpoints: ['10.245.1.20:8000', '10.245.1.21:8000'],
    })
  })

  it('knows no other host', () => {
    const { cluster, virtualHost } = gateway.connect({ ...http, authority: 'www.tetrate.io' })
    expect({ cluster, virtualHost }).toEqual({ cluster: undefined, virtualHost: undefined })
  })

  it('ends TLS for the name, and for no other', () => {
    const chainOf = (sni: string) => gateway.connect({ ...https, sni }).chain
    expect(chainOf('api.tetrate.io')?.filterChainMatch?.serverNames).toEqual(['api.tetrate.io'])
    expect(chainOf('www.tetrate.io')).toBeUndefined()
  })
})
