import { describe, expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const mesh = loadMesh('13-two-networks/east', { clusterId: 'east', remote: { west: '13-two-networks/west' } })

describe.each([
  ['client-east', '10.96.0.15', '10.244.1.5:3002', '198.51.100.2:15443'],
  ['client-west', '10.112.0.15', '10.245.1.5:3002', '198.51.100.1:15443'],
])('%s', (name, address, pod, gateway) => {
  const client = proxyOf(mesh, name)

  it("gets its own cluster's address", () => {
    expect(client.resolve('forecast.weather')).toEqual([address])
  })

  it('reaches the pod of its network itself, and the other one through the gateway of its network', () => {
    const outcome = client.connect({ host: 'forecast.weather', port: 3002, protocol: 'http' })
    expect(outcome.cluster).toBe('outbound|3002||forecast.weather.svc.cluster.local')
    expect(outcome.endpoints.toSorted()).toEqual([pod, gateway])
  })

  it('has no clusters of the kind that gateways pass traffic on with', () => {
    expect(client.resources.cds.filter((cluster) => cluster.name.startsWith('outbound_.'))).toEqual([])
  })
})

describe.each([
  ['eastwestgateway-east', '10.244.9.1', '10.244.1.5:3002'],
  ['eastwestgateway-west', '10.245.9.1', '10.245.1.5:3002'],
])('%s', (name, address, pod) => {
  const gateway = proxyOf(mesh, `${name}.istio-system`)
  const SNI = 'outbound_.3002_._.forecast.weather.svc.cluster.local'
  const tls = { host: address, port: 15443, protocol: 'tls', alpn: ['istio'] } as const

  it('passes mutual TLS on by its server name, to the pod of its own network only', () => {
    const outcome = gateway.connect({ ...tls, sni: SNI })
    expect(outcome.chain?.filterChainMatch?.serverNames).toEqual([SNI])
    expect(outcome).toMatchObject({ listener: '0.0.0.0_15443', cluster: SNI, type: 'EDS', endpoints: [pod] })
  })

  it('takes nothing else: other server names, and TLS that is not of the mesh', () => {
    expect(gateway.connect({ ...tls, sni: 'forecast.example.com' }).chain).toBeUndefined()
    expect(gateway.connect({ ...tls, sni: SNI, alpn: ['h2'] }).chain).toBeUndefined()
  })

  it('gets no name table', () => {
    expect([...gateway.names.names()]).toEqual([])
  })
})
