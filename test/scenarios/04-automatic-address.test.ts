import { expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const mesh = loadMesh('04-automatic-address')
const client = proxyOf(mesh, 'client')

it('answers with the first address of the range', () => {
  expect(client.dig('auto.internal')).toEqual(['auto.internal. 30 IN A 240.240.0.1'])
})

it('says that the address is what the controller would assign', () => {
  expect(mesh.registry.hosts).toMatchObject([
    { host: 'auto.internal', source: 'simulated', addresses: ['240.240.0.1', '2001:2::1'] },
  ])
})

it('reaches the endpoint, which the client never sees', () => {
  expect(client.connect({ host: 'auto.internal', port: 80, protocol: 'http' })).toMatchObject({
    address: '240.240.0.1',
    cluster: 'outbound|80||auto.internal',
    endpoints: ['198.51.100.2:80'],
  })
})

it('gives no address to a proxy that does not capture DNS', () => {
  const plain = proxyOf(mesh, 'client', { DNS_CAPTURE: 'false' })
  expect(plain.dig('auto.internal')).toBe('upstream')
})
