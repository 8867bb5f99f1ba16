import { expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const mesh = loadMesh('03-own-address')
const client = proxyOf(mesh, 'client')

it('answers with the address that the entry states', () => {
  expect(client.dig('address.internal')).toEqual(['address.internal. 30 IN A 198.51.100.0'])
})

it('makes up no address for it', () => {
  expect(mesh.registry.hosts).toMatchObject([{ host: 'address.internal', source: 'own', addresses: ['198.51.100.0'] }])
})

it('reaches the endpoint by the name and by the address', () => {
  for (const host of ['address.internal', '198.51.100.0']) {
    expect(client.connect({ host, port: 80, protocol: 'http' })).toMatchObject({
      virtualHost: 'address.internal:80',
      cluster: 'outbound|80||address.internal',
      endpoints: ['192.0.2.10:80'],
    })
  }
})
