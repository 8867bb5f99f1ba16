import { expect, it } from 'vitest'
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
