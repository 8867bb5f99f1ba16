import { describe, expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const MACHINES = ['192.168.1.11', '192.168.1.12']

const joins = MACHINES.map((ip) => ({ namespace: 'vm', group: 'my-vm', ip }))

const request = { host: 'my-vm.com', port: 80, protocol: 'http' } as const

describe('before a machine joins', () => {
  const client = proxyOf(loadMesh('09-virtual-machines'), 'client')

  it('the name answers, and traffic reaches the pod with the label', () => {
    expect(client.resolve('my-vm.com')).toEqual(['240.240.0.1'])
    expect(client.connect(request).endpoints).toEqual(['10.244.3.1:8080'])
  })
})

describe('when two machines have joined', () => {
  const mesh = loadMesh('09-virtual-machines', { joins })
  const client = proxyOf(mesh, 'client')

  it('the name answers with the same address', () => {
    expect(client.resolve('my-vm.com')).toEqual(['240.240.0.1'])
  })

  it('traffic reaches each of them at the target port, beside the pod', () => {
    expect(client.connect(request)).toMatchObject({ type: 'EDS', cluster: 'outbound|80||my-vm.com' })
    expect(client.connect(request).endpoints.toSorted()).toEqual([
      '10.244.3.1:8080',
      ...MACHINES.map((ip) => `${ip}:8080`),
    ])
  })

  it('each of them is a proxy that can be asked for', () => {
    const machine = proxyOf(mesh, 'workloadentry/my-vm-192.168.1.12.vm')
    expect(machine.view.proxy).toMatchObject({ ips: ['192.168.1.12'], serviceAccount: 'my-vm' })
    expect(machine.view.targets.map(({ targetPort }) => targetPort)).toEqual([8080])
  })
})
