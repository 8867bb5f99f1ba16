import { describe, expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const mesh = loadMesh('11-on-a-vm')
const pod = proxyOf(mesh, 'client')
const machine = proxyOf(mesh, 'workloadentry/vm-1.vm')

describe.each([
  ['httpbin.default.svc.cluster.local', '10.96.0.30'],
  ['istio.io', '240.240.0.1'],
])('%s', (host, address) => {
  it('has the same answer on the machine as in a pod', () => {
    expect(machine.view.proxy.dnsCapture).toBe(true)
    expect(machine.dig(host)).toEqual([`${host}. 30 IN A ${address}`])
    expect(machine.dig(host)).toEqual(pod.dig(host))
  })
})

it('short names are those of its own namespace', () => {
  expect(pod.resolve('httpbin')).toEqual(['10.96.0.30'])
  expect(machine.dig('httpbin')).toBe('upstream')
  expect(machine.resolve('httpbin.default')).toEqual(['10.96.0.30'])
})

it('the machine reaches the pods of the Service', () => {
  const request = { host: 'httpbin.default.svc.cluster.local', port: 8000, protocol: 'http' } as const
  expect(machine.connect(request).endpoints).toEqual(['10.244.1.1:80'])
})
