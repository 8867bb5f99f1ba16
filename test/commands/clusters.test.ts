import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replayedText } from '../scenarios/pages.ts'
import { documents, folderOf, ROOT, told, vipctl } from './cli.ts'

const NETWORKS = join(ROOT, 'fixtures/scenarios/13-two-networks')
const TWO = '-f east --cluster-id east --remote west=west'

interface Message {
  readonly clusters: readonly { readonly id: string; readonly local: boolean; readonly network: string }[]
  readonly networks: readonly {
    readonly name: string
    readonly clusters: readonly string[]
    readonly workloads: number
    readonly gateways: readonly { readonly address: string; readonly location: { readonly line: number } }[]
  }[]
  readonly differences: readonly {
    readonly trait: string
    readonly values: readonly {
      readonly cluster: string
      readonly value: string
      readonly counts: boolean
      readonly location: { readonly file: string; readonly line: number }
    }[]
  }[]
}

async function clustersOf(argv: string, cwd: string): Promise<Message> {
  const { stdout } = await vipctl(`clusters ${argv} -o json`, { cwd })
  return JSON.parse(stdout) as Message
}

function service(spec: string, labels = ''): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: gateway
  namespace: istio-system${labels}
spec:
${spec}
`
}

const meshNetworks = (text: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  meshNetworks: |
${text.replaceAll(/^/gm, '    ')}
`

const LABELLED = '\n  labels:\n    topology.istio.io/network: far'
const BALANCED = (ingress: string) => `  type: LoadBalancer
  clusterIP: 10.96.0.1
  ports:
  - name: tls
    port: 15443
status:
  loadBalancer:
    ingress:
    - ${ingress}`

describe('clusters', () => {
  it('tells clusters, their networks and the gateways into them', async () => {
    const { clusters, networks, differences } = await clustersOf(TWO, NETWORKS)
    expect(clusters).toMatchObject([
      { id: 'east', local: true, network: 'net-east', services: 2, pods: 3, endpoints: 2 },
      { id: 'west', local: false, network: 'net-west', services: 2, pods: 3, endpoints: 2 },
    ])
    expect(networks).toMatchObject([
      {
        name: 'net-east',
        clusters: ['east'],
        workloads: 3,
        gateways: [{ address: '198.51.100.1', port: 15443, cluster: 'east', location: { line: 2 } }],
      },
      { name: 'net-west', clusters: ['west'], gateways: [{ address: '198.51.100.2', cluster: 'west' }] },
    ])
    expect(differences).toEqual([])
  })

  it('names what differs between the Services of clusters, and whose counts', async () => {
    const cwd = join(ROOT, 'fixtures/gateways/differs')
    const { differences } = await clustersOf('-f one --cluster-id one --remote two=two', cwd)
    expect(differences).toMatchObject([
      {
        trait: 'ports',
        values: [
          {
            cluster: 'one',
            value: 'tcp-redis 6379/TCP',
            counts: true,
            location: { file: 'one/cache.yaml', line: 12 },
          },
          { cluster: 'two', value: 'tcp-redis 6380/TCP', counts: false, location: { file: 'two/cache.yaml' } },
        ],
      },
      { trait: 'headless', values: [{ value: 'no' }, { value: 'yes' }] },
    ])
  })

  it('finds the networks of mesh networks, workloads and ServiceEntries', async () => {
    const cwd = folderOf({
      'mesh.yaml': documents(
        meshNetworks(`networks:
  near:
    endpoints:
    - fromRegistry: Kubernetes
  far:
    endpoints:
    - fromCidr: 10.9.0.0/16
    gateways:
    - address: 192.0.2.1
      port: 443`),
        `apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata:
  name: machine
spec:
  address: 192.0.2.7
  network: machines
`,
      ),
    })
    const { clusters, networks } = await clustersOf('-f .', cwd)
    expect(clusters).toMatchObject([{ id: 'Kubernetes', network: 'near' }])
    expect(networks).toMatchObject([
      {
        name: 'far',
        clusters: [],
        ranges: ['10.9.0.0/16'],
        gateways: [{ address: '192.0.2.1', location: { line: 16 } }],
      },
      { name: 'machines', workloads: 1, gateways: [] },
      { name: 'near', clusters: ['Kubernetes'], ranges: ['Kubernetes'] },
    ])
  })

  it('warns of mesh networks that overlap, with file and line', async () => {
    const text =
      'networks:\n  a:\n    endpoints:\n    - fromCidr: 10.0.0.0/8\n  b:\n    endpoints:\n    - fromCidr: 10.1.0.0/16'
    const { stderr, code } = await vipctl('clusters -f .', { cwd: folderOf({ 'mesh.yaml': meshNetworks(text) }) })
    expect(stderr).toMatch(/^warning: mesh\.yaml:1[0-9]:\d+: .*10\.\d+\.0\.0/)
    expect(code).toBe(0)
  })

  it.each([
    ['the local one', '--remote east=west', 'local'],
    ['one that was given', '--remote west=west --remote west=east', 'twice'],
  ])('refuses a remote cluster with the ID of %s', async (_, remotes, said) => {
    const { stderr, code } = await vipctl(`clusters -f east --cluster-id east ${remotes}`, { cwd: NETWORKS })
    expect(stderr).toContain(said)
    expect(code).toBe(2)
  })

  it('prints YAML, too', async () => {
    const { stdout } = await vipctl(`clusters ${TWO} -o yaml`, { cwd: NETWORKS })
    expect(stdout).toContain('  - id: east\n    local: true\n')
  })
})

describe('what is not computed', () => {
  const gateway = folderOf({ 'mesh.yaml': service(BALANCED('hostname: gw.example.com'), LABELLED) })

  it.each(['clusters', 'gateways', 'proxy-config endpoints', 'dump'])(
    '%s names gateways with host names',
    async (command) => {
      const { stderr, code } = await vipctl(`${command} -f .`, { cwd: gateway })
      expect(stderr).toContain('not modelled: network gateway gw.example.com (mesh.yaml:1)')
      expect(code).toBe(0)
    },
  )

  it('is silent where istiod leaves host names out, and about addresses', async () => {
    const off = await vipctl('clusters -f . --istiod-env RESOLVE_HOSTNAME_GATEWAYS=false', { cwd: gateway })
    expect(told(off)).toBe('')
    const cwd = folderOf({ 'mesh.yaml': service(BALANCED('ip: 192.0.2.1'), LABELLED) })
    expect(told(await vipctl('clusters -f .', { cwd }))).toBe('')
  })

  it('names settings for multi-cluster services where there are several clusters', async () => {
    const said = 'not modelled: ENABLE_MCS_SERVICE_DISCOVERY'
    const env = '--istiod-env ENABLE_MCS_SERVICE_DISCOVERY=true'
    expect((await vipctl(`clusters ${TWO} ${env}`, { cwd: NETWORKS })).stderr).toContain(said)
    expect(told(await vipctl(`clusters -f east ${env}`, { cwd: NETWORKS }))).toBe('')
  })
})

// `vitest -u` writes the commands' current output to the page: review it.
it('the walk through two clusters shows what its commands print', async () => {
  const path = join(ROOT, 'docs/two-clusters.md')
  await expect(await replayedText(readFileSync(path, 'utf8'), NETWORKS)).toMatchFileSnapshot(path)
})
