import { describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/registry/endpoint.ts'
import { kubernetesProtocol } from '../../src/registry/protocol.ts'
import { entry, meshOf, pod, service, slice } from '../support/mesh.ts'

const workloadEntry = (name: string, spec: string, meta = '') => `
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: ${name}, namespace: default${meta}}
spec: ${spec}
---`

const selecting = (resolution = 'STATIC') =>
  entry(
    'vms',
    `  hosts: [vms.example.com]\n  resolution: ${resolution}\n  workloadSelector: {labels: {app: vm}}\n  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]`,
  )

function endpoints(manifests: string, namespace: string, host: string): readonly Endpoint[] {
  return meshOf(manifests).registry.endpointsOf(namespace, host)
}

const places = (found: readonly Endpoint[]) => found.map(({ addresses, port }) => `${addresses[0]}:${port}`)

describe('endpoints of ServiceEntries', () => {
  it('are the pods and WorkloadEntries that the selector picks, at their own or the target port', () => {
    const mesh =
      selecting() +
      workloadEntry('vm-1', '{address: 192.168.1.1, labels: {app: vm}}') +
      workloadEntry('vm-2', '{address: 192.168.1.2, labels: {app: vm}, ports: {http: 9090}}') +
      workloadEntry('other', '{address: 192.168.1.3, labels: {app: other}}') +
      pod('vm-pod', '10.244.0.5', '{app: vm}')
    expect(places(endpoints(mesh, 'default', 'vms.example.com'))).toEqual([
      '10.244.0.5:8080',
      '192.168.1.1:8080',
      '192.168.1.2:9090',
    ])
  })

  it('leave host names out unless the entry is resolved by DNS', () => {
    const vm = workloadEntry('vm-1', '{address: vm.corp.example, labels: {app: vm}}')
    expect(endpoints(selecting() + vm, 'default', 'vms.example.com')).toEqual([])
    expect(places(endpoints(selecting('DNS') + vm, 'default', 'vms.example.com'))).toEqual(['vm.corp.example:8080'])
  })

  it('leave out a WorkloadEntry whose health is checked and not known to be good', () => {
    const checked = `, annotations: {proxy.istio.io/health-checks-enabled: "true"}`
    const vm = workloadEntry('vm-1', '{address: 192.168.1.1, labels: {app: vm}}', checked)
    const withCondition = (type: string, status: string) =>
      vm.replace(/\n---$/, `\nstatus: {conditions: [{type: ${type}, status: "${status}"}]}\n---`)
    const found = (workload: string) => places(endpoints(selecting() + workload, 'default', 'vms.example.com'))
    expect(found(vm)).toEqual([])
    expect(found(withCondition('Healthy', 'False'))).toEqual([])
    expect(found(withCondition('Other', 'True'))).toEqual([])
    expect(found(withCondition('Healthy', 'True'))).toEqual(['192.168.1.1:8080'])
  })

  it('are the host itself when an entry resolved by DNS lists none', () => {
    const mesh = entry(
      'db',
      '  hosts: [db.example.com]\n  resolution: DNS\n  ports: [{number: 5432, name: tcp, protocol: TCP}]',
    )
    expect(places(endpoints(mesh, 'default', 'db.example.com'))).toEqual(['db.example.com:5432'])
  })

  it('are one a port for DNS_ROUND_ROBIN', () => {
    const one = (name: string) =>
      entry(
        name,
        '  hosts: [rr.example.com]\n  resolution: DNS_ROUND_ROBIN\n  ports: [{number: 443, name: tls, protocol: TLS}]',
      )
    expect(endpoints(one('a') + one('b'), 'default', 'rr.example.com')).toHaveLength(1)
  })

  it('are one a port for DNS_ROUND_ROBIN, though an entry selects several workloads', () => {
    const ports = '{number: 80, name: http, protocol: HTTP, targetPort: 8080}'
    const mesh =
      selecting('DNS_ROUND_ROBIN').replace(ports, `${ports}, {number: 90, name: other, protocol: HTTP}`) +
      workloadEntry('vm-1', '{address: 192.168.1.1, labels: {app: vm}}') +
      workloadEntry('vm-2', '{address: 192.168.1.2, labels: {app: vm}}')
    expect(places(endpoints(mesh, 'default', 'vms.example.com'))).toEqual(['192.168.1.1:8080', '192.168.1.1:90'])
  })
})

describe('what a release reads', () => {
  it.each([
    ['1.25', ''],
    ['1.26', 'Kubernetes'],
  ])('istiod %s has the cluster %j for a host that the proxy resolves', (version, cluster) => {
    const mesh = entry(
      'db',
      '  hosts: [db.example.com]\n  resolution: DNS\n  ports: [{number: 5432, name: tcp, protocol: TCP}]',
    )
    const [endpoint] = meshOf(mesh, { version }).registry.endpointsOf('default', 'db.example.com')
    expect(endpoint?.clusterId).toBe(cluster)
  })

  it.each([
    ['1.28', 'west/a'],
    ['1.29', 'east/b'],
  ])('istiod %s has the locality %s for a workload with both labels', (version, locality) => {
    const labels = '{app: vm, istio-locality: west.a, topology.istio.io/locality: east.b}'
    const mesh = selecting() + workloadEntry('vm', `{address: 192.168.1.1, labels: ${labels}}`)
    const [endpoint] = meshOf(mesh, { version }).registry.endpointsOf('default', 'vms.example.com')
    expect(endpoint?.locality).toBe(locality)
  })

  it.each([
    ['1.24', 'any'],
    ['1.25', 'same-'],
  ])('istiod %s takes trafficDistribution for %s', (version, wanted) => {
    const mesh = service('web', '10.96.0.1', 'default', '  trafficDistribution: PreferClose')
    const [web] = meshOf(mesh, { version }).registry.servicesByHost.get('web.default.svc.cluster.local') ?? []
    expect(web?.trafficDistribution).toContain(wanted)
  })
})

describe('endpoints of Services', () => {
  it('are those of the slices and the WorkloadEntries that the Service selects', () => {
    const mesh =
      service('web', '10.96.0.1', 'default', '  selector: {app: web}') +
      slice('web', ['10.244.0.1']) +
      workloadEntry('vm', '{address: 192.168.1.1, labels: {app: web}, ports: {http: 8080}}')
    expect(places(endpoints(mesh, 'default', 'web.default.svc.cluster.local'))).toEqual([
      '10.244.0.1:80',
      '192.168.1.1:8080',
    ])
  })

  it('have port 0 where their slice has no number', () => {
    const mesh = service('web', '10.96.0.1') + slice('web', ['10.244.0.1']).replace(', port: 80}', '}')
    expect(places(endpoints(mesh, 'default', 'web.default.svc.cluster.local'))).toEqual(['10.244.0.1:0'])
  })

  it('are found by the name of the port, which a slice omits for a port without one', () => {
    const unnamed = (text: string) => text.replace('name: http, port', 'port')
    const mesh = (web: string) => web + unnamed(slice('web', ['10.244.0.1']))
    const found = (manifests: string) =>
      places(meshOf(manifests).registry.instancesOf('default', 'web.default.svc.cluster.local').get(80) ?? [])
    expect(found(mesh(unnamed(service('web', '10.96.0.1'))))).toEqual(['10.244.0.1:80'])
    expect(found(mesh(service('web', '10.96.0.1')))).toEqual([])
  })

  it('of several clusters follow each other by cluster ID', () => {
    const remotes = { east: service('web', '10.10.0.1') + slice('web', ['10.245.0.1']) }
    const { registry } = meshOf(service('web', '10.96.0.1') + slice('web', ['10.244.0.1']), { remotes })
    const shards = registry.shardsOf('default', 'web.default.svc.cluster.local')
    expect(shards.map(({ clusterId }) => clusterId)).toEqual(['Kubernetes', 'east'])
    expect(registry.servicesByHost.get('web.default.svc.cluster.local')).toHaveLength(1)
  })
})

describe('protocol of a Service port', () => {
  it.each([
    [{ name: 'http-web', port: 80 }, 'HTTP'],
    [{ name: 'grpc-web-x', port: 80 }, 'GRPC-Web'],
    [{ name: 'db', port: 3306 }, 'TCP'],
    [{ name: 'db', port: 8080 }, 'Unsupported'],
    [{ name: 'http', port: 80, protocol: 'UDP' }, 'UDP'],
    [{ name: 'http', port: 80, appProtocol: 'kubernetes.io/h2c' }, 'HTTP2'],
    [{ name: 'http', port: 80, appProtocol: '' }, 'Unsupported'],
    [{ name: '__proto__', port: 80 }, 'Unsupported'],
  ])('%o is %s', (port, protocol) => {
    expect(kubernetesProtocol({ protocol: 'TCP', appProtocol: undefined, ...port })).toBe(protocol)
  })
})
