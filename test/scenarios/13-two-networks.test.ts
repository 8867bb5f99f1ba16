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
    expect(client.messages.cds.filter((cluster) => cluster.name.startsWith('outbound_.'))).toEqual([])
  })
})
