import { describe, expect, it } from 'vitest'
import { MASTER, versionText } from '../../src/releases/version.ts'
import { join, onlyProblem, said, snapshotOf } from './snapshots.ts'

function service(spec: string, name = 'a'): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: ${spec}\n`
}

const specOf = (spec: string) => snapshotOf(service(spec)).clusters[0].services[0]?.spec

describe('what the API server fills into a Service', () => {
  it('gives it a type, policies, protocols and target ports', () => {
    expect(
      specOf('{clusterIP: 10.0.0.1, ports: [{port: 80}, {port: 53, protocol: UDP, targetPort: dns}]}'),
    ).toMatchObject({
      type: 'ClusterIP',
      internalTrafficPolicy: 'Cluster',
      clusterIPs: ['10.0.0.1'],
      ports: [
        { port: 80, protocol: 'TCP', targetPort: 80 },
        { port: 53, protocol: 'UDP', targetPort: 'dns' },
      ],
    })
  })

  it('gives an ExternalName Service protocols alone', () => {
    expect(specOf('{type: ExternalName, externalName: x.org, ports: [{port: 80}]}')).toMatchObject({
      clusterIPs: [],
      internalTrafficPolicy: undefined,
      ports: [{ protocol: 'TCP', targetPort: undefined }],
    })
  })

  it('takes clusterIP from clusterIPs', () => {
    expect(specOf('{clusterIPs: [10.0.0.1, "fd00::1"], ports: []}')).toMatchObject({ clusterIP: '10.0.0.1' })
  })

  it('treats a headless Service as such', () => {
    expect(specOf('{clusterIP: None, ports: [{port: 80, targetPort: 0}]}')).toMatchObject({
      clusterIPs: ['None'],
      ports: [{ targetPort: 80 }],
    })
  })
})

it('fills in the ports of slices and containers', () => {
  const { clusters } = snapshotOf(`
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: a}
addressType: IPv4
endpoints: [{addresses: [10.0.0.1], conditions: {}}]
ports: [{port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers: [{name: c, ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP}]}]
`)
  expect(clusters[0].endpointSlices[0]?.spec.ports).toMatchObject([{ name: '', port: 80, protocol: 'TCP' }])
  expect(clusters[0].endpointSlices[0]?.spec.endpoints[0]?.conditions?.ready).toBeUndefined()
  const protocols = clusters[0].pods[0]?.spec.containers[0]?.ports.map(({ protocol }) => protocol)
  expect(protocols).toEqual(['TCP', 'UDP'])
})

describe('Endpoints', () => {
  const endpoints = (metadata = '{name: a}') => `
apiVersion: v1
kind: Endpoints
metadata: ${metadata}
subsets:
- addresses:
  - {ip: 10.0.0.1, hostname: one, nodeName: n1, targetRef: {kind: Pod, name: p}}
  - {ip: "fd00::1"}
  notReadyAddresses: [{ip: 10.0.0.2}]
  ports: [{name: http, port: 8080}]
`
  const slicesOf = (...documents: string[]) => snapshotOf(join(...documents)).clusters[0].endpointSlices

  it('become slices by family, as Kubernetes mirrors them', () => {
    const slices = slicesOf(service('{ports: [{port: 80}]}'), endpoints())
    expect(slices.map(({ spec }) => spec.addressType)).toEqual(['IPv4', 'IPv6'])
    expect(slices[0]?.meta.labels.get('kubernetes.io/service-name')).toBe('a')
    expect(slices[0]?.spec.ports).toMatchObject([{ name: 'http', port: 8080, protocol: 'TCP' }])
    expect(slices[0]?.spec.endpoints).toMatchObject([
      {
        addresses: ['10.0.0.1'],
        conditions: { ready: true },
        hostname: 'one',
        nodeName: 'n1',
        targetRef: { name: 'p' },
      },
      { addresses: ['10.0.0.2'], conditions: { ready: false } },
    ])
    expect(slices[1]?.spec.endpoints).toMatchObject([{ addresses: ['fd00::1'], conditions: { ready: true } }])
  })

  it.each([
    ['the Service has a selector', service('{selector: {app: a}, ports: [{port: 80}]}'), endpoints()],
    ['there is no Service of that name', service('{ports: []}', 'b'), endpoints()],
    [
      'a label says so',
      service('{ports: []}'),
      endpoints('{name: a, labels: {endpointslice.kubernetes.io/skip-mirror: "true"}}'),
    ],
    [
      'they hold a leader election',
      service('{ports: []}'),
      endpoints('{name: a, annotations: {control-plane.alpha.kubernetes.io/leader: "{}"}}'),
    ],
  ])('are not mirrored when %s', (_why, ...documents) => {
    expect(slicesOf(...documents)).toEqual([])
  })

  it('are not mirrored when the Service has slices of its own', () => {
    const slice = `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: own, labels: {kubernetes.io/service-name: a}}
addressType: IPv4
endpoints: []
`
    const slices = slicesOf(service('{ports: []}'), endpoints(), slice)
    expect(slices.map(({ meta }) => meta.name)).toEqual(['own'])
  })
})

describe('clusters', () => {
  it('come with the local one first, then the remote ones by ID, with or without objects', () => {
    const { clusters } = snapshotOf(
      '',
      { clusterId: 'main', remotes: ['west', 'east'] },
      { west: service('{ports: []}') },
    )
    expect(clusters.map(({ id, services }) => [id, services.length])).toEqual([
      ['main', 0],
      ['east', 0],
      ['west', 1],
    ])
    expect(clusters[2]?.services[0]?.cluster).toBe('west')
  })

  it('refuses two of one ID', () => {
    expect(() => snapshotOf('', { remotes: ['a', 'a'] })).toThrow(/same ID/)
    expect(() => snapshotOf('', { remotes: ['Kubernetes'] })).toThrow(/local cluster's ID/)
  })

  it('reads Istio objects from the config cluster alone', () => {
    const gateway = (name: string) =>
      `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: ${name}}\nspec: {}\n`
    const snapshot = snapshotOf('', {}, { west: join(gateway('a'), gateway('b')) })
    expect(snapshot.istio.gateways).toEqual([])
    expect(snapshot.verdicts).toEqual([])
    expect(said(snapshot)).toEqual([
      'note ignored 2 objects of kind Gateway of remote cluster west: istiod reads them from the config cluster',
    ])
  })
})

describe('istiod itself', () => {
  const istiod = (env: string, image = 'docker.io/istio/pilot:latest', name = 'istiod') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: istio-system, labels: {app: istiod}}
spec:
  template:
    spec:
      containers:
      - {name: discovery, image: "${image}", env: ${env}}
`
  const AUTO = 'PILOT_ENABLE_IP_AUTOALLOCATE'

  it('is configured by its Deployment, and the command line wins', () => {
    const text = istiod(`[{name: ${AUTO}, value: "false"}, {name: ISTIO_DUAL_STACK, value: "true"}]`)
    expect(snapshotOf(text).features).toMatchObject({ allocation: 'hashed', dualStack: true })
    const istiodEnv = new Map([[AUTO, 'true']])
    expect(snapshotOf(text, { istiodEnv }).features).toMatchObject({ allocation: 'status', dualStack: true })
  })

  it.each([
    ['docker.io/istio/pilot:1.24.1-distroless', '1.24.1'],
    ['registry:5000/istio/pilot:1.20.0@sha256:abc', '1.20.0'],
    ['registry:5000/istio/pilot:1.27', '1.27.9'],
    ['gcr.io/gke-release/asm/pilot:1.20.4-asm.5', '1.20.4'],
    ['docker.io/istio/pilot:1.30.0-debug', '1.30.0'],
    ['docker.io/istio/pilot:v1.31.0-rc.0', '1.31.0'],
    ['gcr.io/istio-testing/pilot:1.32-alpha.6d7cbd0', 'master'],
  ])('has the version of the image %s', (image, version) => {
    expect(versionText(snapshotOf(istiod('[]', image)).features.version)).toBe(version)
  })

  it('states its version, and has another one when told', () => {
    const text = istiod('[]', 'istio/pilot:1.24.1')
    const { release, problems } = snapshotOf(text)
    expect(release.origin).toEqual({ kind: 'input', object: 'Deployment istiod' })
    expect(problems).toEqual([])
    const snapshot = snapshotOf(text, { istioVersion: { major: 1, minor: 30, patch: 0 } })
    expect(snapshot.features.version.minor).toBe(30)
    expect(snapshot.problems).toEqual([])
  })

  it('warns of a value that istiod cannot read', () => {
    const problem = onlyProblem(snapshotOf(istiod(`[{name: ${AUTO}, value: "off"}]`), { istioVersion: MASTER }))
    expect(problem).toMatchObject({ severity: 'warning' })
    expect(problem.message).toContain(`${AUTO} is "off"`)
  })

  it('is istiod before its revisions, and says so', () => {
    const other = istiod(`[{name: ${AUTO}, value: "false"}]`, 'istio/pilot:latest', 'istiod-canary')
    const snapshot = snapshotOf(join(istiod('[]'), other), { istioVersion: MASTER })
    expect(snapshot.features.allocation).toBe('status')
    expect(onlyProblem(snapshot).message).toContain('not those of istiod-canary')
  })

  it('is not a Deployment of another namespace', () => {
    const text = istiod(`[{name: ${AUTO}, value: "false"}]`).replace('istio-system', 'shop')
    expect(snapshotOf(text).features.allocation).toBe('status')
  })
})
