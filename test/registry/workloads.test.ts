import { describe, expect, it } from 'vitest'
import { localityOfTopologyLabels } from '../../src/registry/labels.ts'
import { entry, meshOf } from '../support/mesh.ts'

const SELECTING = entry(
  'vms',
  `  hosts: [vms.example.com]\n  resolution: STATIC\n  workloadSelector: {labels: {app: vm}}\n  ports: [{number: 80, name: http, protocol: HTTP}]`,
)

/** The labels of the only WorkloadEntry, as subsets and failover see them. */
function labelsOf(spec: string, labels = 'app: vm'): Record<string, string> {
  const workload = `
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm, namespace: default}
spec: {address: 192.168.1.1, labels: {${labels}}${spec}}
---`
  const found = meshOf(SELECTING + workload).registry.endpointsOf('default', 'vms.example.com')
  return Object.fromEntries(found[0]?.labels ?? [])
}

const CLUSTER = { 'topology.istio.io/cluster': 'Kubernetes' }

describe('labels of a workload', () => {
  it('are its own with its cluster', () => {
    expect(labelsOf('')).toEqual({ app: 'vm', ...CLUSTER })
  })

  it('get each part of the locality that is stated', () => {
    expect(labelsOf(', locality: west/a/rack')).toEqual({
      app: 'vm',
      ...CLUSTER,
      'topology.kubernetes.io/region': 'west',
      'topology.kubernetes.io/zone': 'a',
      'topology.istio.io/subzone': 'rack',
    })
    expect(labelsOf(', locality: west')).toEqual({ app: 'vm', ...CLUSTER, 'topology.kubernetes.io/region': 'west' })
  })

  it('get the network, unless the workload has a label for it', () => {
    const own = 'app: vm, topology.istio.io/network: own'
    expect(labelsOf(', network: dc')).toEqual({ app: 'vm', ...CLUSTER, 'topology.istio.io/network': 'dc' })
    expect(labelsOf(', network: dc', own)).toMatchObject({ 'topology.istio.io/network': 'own' })
  })
})

describe('the locality of a proxy', () => {
  it.each([
    [{}, undefined],
    [{ app: 'web' }, undefined],
    [{ 'topology.kubernetes.io/region': 'west' }, 'west//'],
    [{ 'topology.kubernetes.io/region': 'west', 'topology.kubernetes.io/zone': 'a' }, 'west/a/'],
    [{ 'topology.istio.io/subzone': 'rack' }, '//rack'],
  ])('from the labels %j is %s', (labels, locality) => {
    expect(localityOfTopologyLabels(new Map(Object.entries(labels)))).toBe(locality)
  })
})

describe('the workload of a pod', () => {
  const podOf = (owner: string, labels: string, more = ', generateName: web-') => `
apiVersion: v1
kind: Pod
metadata:
  {name: web-5d8f-x, namespace: default, labels: {app: vm${labels}}, ownerReferences: [{controller: true, ${owner}}]${more}}
spec: {containers: [{name: app}]}
status: {phase: Running, podIP: 10.244.0.1, podIPs: [{ip: 10.244.0.1}], conditions: [{type: Ready, status: 'True'}]}
---`
  const nameOf = (pod: string) =>
    meshOf(SELECTING + pod).registry.endpointsOf('default', 'vms.example.com')[0]?.workloadName

  it.each([
    ['its Deployment', podOf('kind: ReplicaSet, name: web-5d8f', ', pod-template-hash: 5d8f'), 'web'],
    [
      'a ReplicaSet with another hash',
      podOf('kind: ReplicaSet, name: web-5d8f', ', pod-template-hash: aaaa'),
      'web-5d8f',
    ],
    ['a ReplicaSet without a hash', podOf('kind: ReplicaSet, name: web-5d8f', ''), 'web-5d8f'],
    ['its CronJob', podOf('kind: Job, name: web-28123456', ''), 'web'],
    ['its Job', podOf('kind: Job, name: web-once', ''), 'web-once'],
    ['its StatefulSet', podOf('kind: StatefulSet, name: web', ''), 'web'],
    ['itself without a generated name', podOf('kind: ReplicaSet, name: web-5d8f', '', ''), 'web-5d8f-x'],
  ])('is %s', (_, pod, wanted) => {
    expect(nameOf(pod)).toBe(wanted)
  })
})

describe('instances of a host', () => {
  it('are those of every entry of the namespace that has it', () => {
    const one = (name: string, port: number) =>
      entry(
        name,
        `  hosts: [db.example.com]\n  resolution: STATIC\n  endpoints: [{address: 10.0.0.${port % 10}}]\n  ports: [{number: ${port}, name: p${port}, protocol: TCP}]`,
      )
    const instances = meshOf(one('a', 3301) + one('b', 3302)).registry.instancesOf('default', 'db.example.com')
    expect([...instances].map(([port, list]) => [port, list.map(({ addresses }) => addresses[0])])).toEqual([
      [3301, ['10.0.0.1']],
      [3302, ['10.0.0.2']],
    ])
  })
})

describe('target ports of an entry without resolution', () => {
  it('are only those that are stated', () => {
    const mesh = entry(
      'out',
      '  hosts: [out.example.com]\n  resolution: NONE\n  ports: [{number: 80, name: http, protocol: HTTP}, {number: 443, name: tls, protocol: TLS, targetPort: 8443}]',
    )
    const [out] = meshOf(mesh).registry.servicesByHost.get('out.example.com') ?? []
    expect(out?.passthroughTargetPorts).toEqual(new Map([[443, 8443]]))
  })
})

describe('network gateways', () => {
  const balanced = (name: string, labels: string) => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default, labels: {${labels}}}
spec: {clusterIP: 10.96.0.9, type: LoadBalancer, ports: [{name: tls, port: 15443}]}
status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}
---`

  it('are the load balancers of Services with a label for their network, and of no others', () => {
    const mesh = balanced('plain', 'app: web') + balanced('gateway', 'topology.istio.io/network: dc')
    expect(meshOf(mesh).registry.networkGateways).toMatchObject([
      { network: 'dc', address: '203.0.113.7', port: 15443 },
    ])
  })
})
