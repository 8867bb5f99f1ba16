import { afterAll, describe, expect, it } from 'vitest'
import { closeAll, sendJson, startCluster } from '../live/server.ts'
import { CAPTURE, documents, folderOf, vipctl } from './cli.ts'

afterAll(closeAll)

const namespace = (name: string, labels = ''): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: {${labels}}}\n`

const INJECTED = `apiVersion: v1
kind: Pod
metadata:
  name: web-7d9f
  namespace: shop
  uid: u
  creationTimestamp: "2026-01-01T00:00:00Z"
  labels: {app: web}
  annotations:
    sidecar.istio.io/status: '{"revision":"canary"}'
spec:
  nodeName: node-1
  serviceAccountName: web
  containers: [{name: app}]
  initContainers:
  - name: istio-proxy
    image: docker.io/istio/proxyv2:1.28.1
    restartPolicy: Always
    args: [proxy, sidecar, --domain, $(POD_NAMESPACE).svc.corp.local]
    env:
    - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
    - {name: SERVICE_ACCOUNT, valueFrom: {fieldRef: {fieldPath: spec.serviceAccountName}}}
    - {name: PROXY_CONFIG, value: '{"proxyMetadata":{"ISTIO_META_DNS_AUTO_ALLOCATE":"true"}}'}
    - {name: ISTIO_META_DNS_CAPTURE, value: "true"}
    - {name: ISTIO_META_NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
    - {name: ISTIO_META_CLUSTER_ID, value: Kubernetes}
    - {name: ISTIO_META_NETWORK, value: net-1}
    - {name: ISTIO_METAJSON_EXTRA, value: '{"STAGE":"blue"}'}
    - {name: SECRET_TOKEN, valueFrom: {secretKeyRef: {name: s, key: k}}}
status: {phase: Running, podIP: 10.0.0.5, podIPs: [{ip: 10.0.0.5}]}
`

const runningPod = (name: string, namespaceName: string, more = ''): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespaceName}, uid: u${more}}
spec: {containers: [{name: app}]}
status: {phase: Running, podIP: 10.0.0.9}
`

const deployment = (name: string, namespaceName: string, labels = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespaceName}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}${labels}}}
    spec: {containers: [{name: app}]}
`

const MACHINE = `apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm-1, namespace: shop, annotations: {istio.io/autoRegistrationGroup: vm}}
spec: {address: 10.9.0.1, network: dc, serviceAccount: vm}
`

const EDGE = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {app: edge}, servers: [{hosts: ["*"], port: {number: 80, name: http, protocol: HTTP}}]}
`

interface Listed {
  readonly proxy: string
  readonly [key: string]: unknown
}

async function listed(manifests: string, argv = ''): Promise<{ proxies: readonly Listed[]; stderr: string }> {
  const cwd = folderOf({ 'mesh.yaml': manifests })
  const { stdout, stderr } = await vipctl(`proxies -f mesh.yaml -o json${argv}`, { cwd })
  return { proxies: (JSON.parse(stdout) as { proxies: Listed[] }).proxies, stderr }
}

describe('proxies', () => {
  it('are names alone with -o name, for scripts', async () => {
    const cwd = folderOf({ 'mesh.yaml': INJECTED })
    expect((await vipctl('proxies -f mesh.yaml -o name', { cwd })).stdout).toBe('web-7d9f.shop\n')
    expect((await vipctl('proxies -f mesh.yaml -n nowhere -o name', { cwd })).stdout).toBe('')
  })

  it('takes from an injected pod what its own sidecar says', async () => {
    // The mesh has changed since, which affects future pods only.
    const { proxies } = await listed(documents(CAPTURE.replace('"true"', '"false"'), INJECTED))
    expect(proxies).toMatchObject([
      {
        proxy: 'web-7d9f.shop',
        type: 'sidecar',
        dnsCapture: true,
        dnsAutoAllocate: true,
        network: 'net-1',
        revision: 'canary',
        ips: ['10.0.0.5'],
        serviceAccount: 'web',
        knownBy: 'container',
        location: { file: 'mesh.yaml' },
      },
    ])
  })

  it('lists what other commands take as --proxy, which then see the same', async () => {
    const cwd = folderOf({
      'mesh.yaml': documents(
        namespace('shop', 'istio-injection: enabled'),
        INJECTED,
        deployment('api', 'shop'),
        MACHINE,
      ),
    })
    const { stdout } = await vipctl('proxies -f mesh.yaml -o json', { cwd })
    const { proxies } = JSON.parse(stdout) as { proxies: Listed[] }
    expect(proxies.map(({ proxy }) => proxy)).toEqual([
      'deployment/api.shop',
      'workloadentry/vm-1.shop',
      'web-7d9f.shop',
    ])
    for (const { proxy, dnsCapture } of proxies) {
      const ran = await vipctl(`nametable -f mesh.yaml --proxy ${proxy}`, { cwd })
      expect(ran.stdout).toContain(`DNS capture ${dnsCapture ? 'on' : 'off'}`)
      expect(ran.code).toBe(0)
    }
  })

  it('of several clusters names the cluster, by which --proxy finds it too', async () => {
    const cwd = folderOf({
      'east.yaml': INJECTED,
      'west.yaml': INJECTED.replace('"true"}\n    - {name: ISTIO_META_NODE', '"false"}\n    - {name: ISTIO_META_NODE'),
    })
    const clusters = '-f east.yaml --remote west=west.yaml'
    const { stdout } = await vipctl(`proxies ${clusters}`, { cwd })
    expect(stdout.split('\n').map((line) => line.split(/\s{2,}/).slice(0, 5))).toEqual([
      ['NAME', 'CLUSTER', 'NAMESPACE', 'TYPE', 'CAPTURE'],
      ['web-7d9f.shop', 'Kubernetes', 'shop', 'sidecar', 'on'],
      ['west/pod/web-7d9f.shop', 'west', 'shop', 'sidecar', 'off'],
      [''],
    ])
    const west = await vipctl(`nametable ${clusters} --proxy west/pod/web-7d9f.shop`, { cwd })
    expect(west.stdout).toContain('DNS capture off')
  })

  it('names pods without a sidecar, and warns where there should be one', async () => {
    const { proxies, stderr } = await listed(
      documents(
        namespace('shop', 'istio-injection: enabled'),
        namespace('plain'),
        runningPod('old', 'shop'),
        runningPod('opted-out', 'shop', ', labels: {sidecar.istio.io/inject: "false"}'),
        runningPod('other', 'plain'),
      ),
    )
    expect(proxies).toEqual([])
    expect(stderr).toContain('warning: 1 pod has no sidecar although injection is on: shop/old')
    expect(stderr).toContain('note: 2 pods have no sidecar: shop/opted-out, plain/other')
  })

  it.each([
    ['istio-injection: enabled', '', 'injection labels', 'default'],
    ['istio.io/rev: blue', '', 'injection labels', 'blue'],
    ['', ', istio.io/rev: green', 'injection labels', 'green'],
    ['', ', sidecar.istio.io/inject: "true"', 'injection labels', 'default'],
    ['', '', 'assumed', 'default'],
  ])('foresees injection: namespace {%s}, pod {%s}', async (ofNamespace, ofPod, knownBy, revision) => {
    const { proxies } = await listed(documents(namespace('shop', ofNamespace), deployment('api', 'shop', ofPod)))
    expect(proxies).toMatchObject([{ proxy: 'deployment/api.shop', knownBy, revision }])
  })

  it.each([
    ['istio-injection: disabled', ', sidecar.istio.io/inject: "true"'],
    ['istio-injection: enabled', ', sidecar.istio.io/inject: "false"'],
  ])('foresees no injection: namespace {%s}, pod {%s}', async (ofNamespace, ofPod) => {
    const { proxies } = await listed(documents(namespace('shop', ofNamespace), deployment('api', 'shop', ofPod)))
    expect(proxies).toEqual([])
  })

  it('tells gateways and machines', async () => {
    const { proxies } = await listed(documents(EDGE, deployment('edge', 'shop'), MACHINE))
    expect(proxies).toMatchObject([
      { proxy: 'deployment/edge.shop', type: 'router' },
      { proxy: 'workloadentry/vm-1.shop', type: 'sidecar', network: 'dc', ips: ['10.9.0.1'], knownBy: 'registered' },
    ])
  })

  it('says that waypoints are not modelled', async () => {
    const { proxies, stderr } = await listed(INJECTED.replace('[proxy, sidecar,', '[proxy, waypoint,'))
    expect(proxies).toEqual([])
    expect(stderr).toContain('not modelled: proxies of ambient mode: shop/web-7d9f')
  })

  it('lists a namespace, or what matches a pattern', async () => {
    const mesh = documents(deployment('api', 'shop'), deployment('web', 'shop'), deployment('web', 'cars'))
    const names = async (argv: string) => (await listed(mesh, argv)).proxies.map(({ proxy }) => proxy)
    expect(await names(' -n cars')).toEqual(['deployment/web.cars'])
    expect(await names(' web.*')).toEqual(['deployment/web.cars', 'deployment/web.shop'])
    expect(await names(' -A')).toHaveLength(3)
    expect((await vipctl('proxies -f x.yaml -n shop -A')).code).toBe(2)
  })

  it('survives what pods may hold', async () => {
    const odd = INJECTED.replace(/value: '\{"proxyMetadata".*'/, `value: '{"concurrency": "many"}'`)
      .replace('value: "true"', 'value: "perhaps"')
      .replace('{"STAGE":"blue"}', '[not json')
    const { proxies, stderr } = await listed(odd)
    expect(proxies).toMatchObject([{ proxy: 'web-7d9f.shop', dnsCapture: false }])
    expect(stderr).toContain('PROXY_CONFIG of Pod shop/web-7d9f is left out: concurrency')
  })

  it('reads a live cluster', async () => {
    const { kubeconfig } = await startCluster({
      misbehave: ({ path, query }, response) => {
        if (path !== '/api/v1/pods' || query.has('watch')) return false
        const metadata = { name: 'web', namespace: 'team-a', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' }
        const containers = [
          {
            name: 'istio-proxy',
            args: ['proxy', 'sidecar'],
            env: [
              { name: 'ISTIO_META_DNS_CAPTURE', value: 'true' },
              { name: 'PROXY_CONFIG', value: '{}' },
            ],
          },
        ]
        sendJson(response, 200, {
          metadata: { resourceVersion: '1' },
          items: [{ metadata, spec: { containers }, status: { phase: 'Running', podIP: '10.1.1.1' } }],
        })
        return true
      },
    })
    const { stdout, code } = await vipctl(`proxies -n team-a -c ${kubeconfig}`)
    expect(stdout).toMatch(/\nweb\.team-a +team-a +sidecar +on .* 10\.1\.1\.1 +container +test:pod\/team-a\/web:1\n$/)
    expect(code).toBe(0)
  })
})

describe('--proxy', () => {
  it('of an injected pod takes its own domain, node and metadata', async () => {
    const cwd = folderOf({ 'mesh.yaml': INJECTED })
    const { stdout } = await vipctl('dump -o config-dump --proxy web-7d9f.shop -f mesh.yaml', { cwd })
    const [bootstrap] = (JSON.parse(stdout) as { configs: { bootstrap: { node: { id: string; metadata: object } } }[] })
      .configs
    expect(bootstrap?.bootstrap.node.id).toBe('sidecar~10.0.0.5~web-7d9f.shop~shop.svc.corp.local')
    expect(bootstrap?.bootstrap.node.metadata).toMatchObject({ NODE_NAME: 'node-1', NETWORK: 'net-1', STAGE: 'blue' })
  })

  it('of a running pod without a sidecar says so', async () => {
    const cwd = folderOf({ 'mesh.yaml': runningPod('old', 'shop') })
    const { stderr } = await vipctl('nametable --proxy old.shop -f mesh.yaml', { cwd })
    expect(stderr).toContain('note: Pod shop/old has no sidecar: this is what it would receive')
  })
})
