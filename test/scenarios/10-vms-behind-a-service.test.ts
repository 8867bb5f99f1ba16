import { expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const HOST = 'my-vm.vm.svc.cluster.local'
const joins = ['192.168.1.11', '192.168.1.12'].map((ip) => ({ namespace: 'vm', group: 'my-vm', ip }))

const request = { host: HOST, port: 80, protocol: 'http' } as const

it('without a machine the name answers and leads to nobody', () => {
  const client = proxyOf(loadMesh('10-vms-behind-a-service'), 'client')
  expect(client.resolve(HOST)).toEqual(['10.96.0.50'])
  expect(client.connect(request)).toMatchObject({ cluster: `outbound|80||${HOST}`, endpoints: [] })
})

it('machines that join are the endpoints of the Service', () => {
  const client = proxyOf(loadMesh('10-vms-behind-a-service', { joins }), 'client')
  expect(client.resolve('my-vm.vm')).toEqual(['10.96.0.50'])
  expect(client.connect(request)).toMatchObject({
    type: 'EDS',
    endpoints: ['192.168.1.11:8080', '192.168.1.12:8080'],
  })
})
