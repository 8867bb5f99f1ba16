import { expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const client = proxyOf(loadMesh('07-mongodb'), 'client')

it('gives the name an automatic address', () => {
  expect(client.resolve('mymongodb.somedomain')).toEqual(['240.240.0.1'])
})

it('reaches both servers by a listener that reads MongoDB', () => {
  const outcome = client.connect({ host: 'mymongodb.somedomain', port: 27018, protocol: 'tcp' })
  expect(outcome).toMatchObject({
    listener: '240.240.0.1_27018',
    type: 'EDS',
    endpoints: ['2.2.2.2:27018', '3.3.3.3:27018'],
  })
  expect(outcome.chain?.filters?.map(({ name }) => name)).toContain('envoy.filters.network.mongo_proxy')
})
