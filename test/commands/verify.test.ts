import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { tarOf } from '../support/tar.ts'
import { folderOf, ROOT, vipctl } from './cli.ts'

const FIXTURE = join(ROOT, 'fixtures/verify')
const DUMP = readFileSync(join(FIXTURE, 'web.json'), 'utf8')
const EARLIER = readFileSync(join(FIXTURE, 'earlier/reviews.yaml'), 'utf8')
const NOW = readFileSync(join(FIXTURE, 'mesh/reviews.yaml'), 'utf8')

interface Message {
  readonly proxies: readonly {
    readonly name: string
    readonly result: string
    readonly error?: string
    readonly istio?: { readonly version: string }
    readonly notCompared?: readonly string[]
    readonly equal?: Readonly<Record<string, number>>
    readonly findings?: readonly {
      readonly kind: string
      readonly name: string
      readonly verdict: string
      readonly refused?: string
      readonly differences: readonly { readonly path: string; readonly computed?: unknown; readonly actual?: unknown }[]
      readonly explanations: readonly { readonly kind: string; readonly text: string }[]
    }[]
  }[]
}

async function verified(argv: string, cwd: string): Promise<{ code: number; message: Message; stderr: string }> {
  const { code, stdout, stderr } = await vipctl(`verify ${argv} -o json`, { cwd })
  return { code, message: JSON.parse(stdout || '{"proxies":[]}') as Message, stderr }
}

/** Two objects of a mesh, of which only the Sidecar concerns the proxy of the dump. */
const twoMore = (address: string, timeout: string): string => `
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: other, namespace: shop }
spec: { host: other.example.com, trafficPolicy: { connectionPool: { tcp: { connectTimeout: ${timeout} } } } }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: [${address}] }] }
`

const NODE = (JSON.parse(DUMP) as { configs: { bootstrap?: { node: object } }[] }).configs[0]?.bootstrap?.node

interface Dump {
  configs: { '@type': string; [list: string]: unknown }[]
}

/** The dump with a section changed; with all of them changed if the section is ''. */
function changedDump(section: string, change: (config: Record<string, unknown>) => void, text = DUMP): string {
  const dump = JSON.parse(text) as Dump
  for (const config of dump.configs) if (section === '' || config['@type'].endsWith(`.${section}`)) change(config)
  return JSON.stringify(dump)
}

describe('a proxy that has what it should have', () => {
  const cwd = folderOf({
    'dump.json': DUMP,
    'dump.json.gz': gzipSync(DUMP),
    'mesh.yaml': EARLIER,
    'dump.yaml': JSON.stringify(JSON.parse(DUMP), null, 1),
  })

  it.each(['dump.json', 'dump.json.gz', 'dump.yaml'])('is equal in %s', async (file) => {
    const { code, message } = await verified(`--config-dump ${file} -f mesh.yaml`, cwd)
    expect(message.proxies).toMatchObject([{ name: file, result: 'equal', istio: { version: '1.29.2' }, findings: [] }])
    expect(message.proxies[0]?.notCompared).toEqual(['nds'])
    expect(code).toBe(0)
  })

  it('is read from standard input', async () => {
    const { code, stdout } = await vipctl('verify --config-dump - -f mesh.yaml', { cwd, stdin: gzipSync(DUMP) })
    expect(stdout).toContain(
      '- EQUAL: 3 listeners, 1 route configuration, 4 clusters and 1 load assignment as computed',
    )
    expect(code).toBe(0)
  })
})

describe('what differs', () => {
  const cwd = folderOf({ 'dump.json': DUMP, 'old.yaml': EARLIER, 'new.yaml': NOW })

  it('is reported with place, both values and the change that the proxy has not got', async () => {
    const { code, message } = await verified('--config-dump dump.json -f new.yaml --before old.yaml', cwd)
    const [proxy] = message.proxies
    expect(proxy?.findings).toMatchObject([
      {
        kind: 'rds',
        name: '9080',
        verdict: 'differs',
        differences: [
          {
            path: 'virtualHosts[reviews.shop.svc.cluster.local:9080].routes[0].match.prefix',
            computed: '/v2',
            actual: '/v1',
          },
          { path: 'virtualHosts[reviews.shop.svc.cluster.local:9080].routes[0].decorator.operation' },
        ],
        explanations: [{ kind: 'stale', objects: [{ what: 'VirtualService shop/reviews' }] }],
      },
    ])
    expect(code).toBe(1)
  })

  it('names the one change of several without which it would be as computed', async () => {
    const folder = folderOf({
      'dump.json': DUMP,
      'old.yaml': EARLIER + twoMore('"*/*"', '1s'),
      'new.yaml': EARLIER + twoMore('"other/*"', '2s'),
    })
    const { message } = await verified('--config-dump dump.json -f new.yaml --before old.yaml', folder)
    const found = message.proxies[0]?.findings ?? []
    expect(found.map(({ kind, verdict }) => `${kind} ${verdict}`)).toContain('cds extra')
    for (const { explanations } of found) {
      expect(explanations).toMatchObject([{ kind: 'stale', objects: [{ what: 'Sidecar shop/default' }] }])
    }
  })

  it('is stale if the proxy has what the files of a commit give', async () => {
    const folder = folderOf({ 'dump.json': DUMP, 'mesh/reviews.yaml': EARLIER })
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], {
        cwd: folder,
        stdio: 'pipe',
      })
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'one')
    writeFileSync(join(folder, 'mesh/reviews.yaml'), NOW)
    for (const before of ['git:HEAD', 'git:HEAD:mesh']) {
      const { code, message } = await verified(`--config-dump dump.json -f mesh --before ${before}`, folder)
      expect(message.proxies[0]?.findings).toMatchObject([
        { name: '9080', explanations: [{ kind: 'stale', text: expect.stringContaining(`what ${before} gives`) }] },
      ])
      expect(code).toBe(1)
    }
    for (const [before, words] of [
      ['git:nothing', 'nothing'],
      ['git:HEAD:other', 'the commit has no such file or folder'],
      ['git:-x', 'this is not a name of a commit, branch or tag'],
      ['cluster:', 'a cluster has no older version'],
    ]) {
      const { code, stderr } = await verified(`--config-dump dump.json -f mesh --before ${before}`, folder)
      expect(stderr).toContain(words)
      expect(code).toBe(2)
    }
  })

  it('is not stale if the older mesh gives something else again', async () => {
    const other = folderOf({ 'dump.json': DUMP, 'old.yaml': EARLIER.replace('/v1', '/v0'), 'new.yaml': NOW })
    const { message } = await verified('--config-dump dump.json -f new.yaml --before old.yaml', other)
    expect(message.proxies[0]?.findings).toMatchObject([{ name: '9080', explanations: [] }])
  })

  it('may be late if an object is newer than the resource', async () => {
    const dump = changedDump('RoutesConfigDump', (config) => {
      for (const entry of config.dynamic_route_configs as Record<string, string>[]) {
        entry.last_updated = '2026-08-01T10:00:00.250Z'
      }
    })
    const at = (time: string): string =>
      NOW.replaceAll('namespace: shop', `namespace: shop\n  managedFields: [{ manager: kubectl, time: "${time}" }]`)
    const files = { 'dump.json': dump, 'new.yaml': at('2026-08-01T10:00:01Z'), 'old.yaml': at('2026-08-01T10:00:00Z') }
    const folder = folderOf(files)
    const { message } = await verified('--config-dump dump.json -f new.yaml', folder)
    const [explanation] = message.proxies[0]?.findings?.[0]?.explanations ?? []
    expect(explanation).toMatchObject({ kind: 'changed-later' })
    expect(explanation?.text).toContain('VirtualService shop/reviews (new.yaml:')
    expect(explanation?.text).toContain(
      "changed at 2026-08-01T10:00:01Z, after the proxy's update at 2026-08-01T10:00:00Z",
    )
    const before = await verified('--config-dump dump.json -f old.yaml', folder)
    expect(before.message.proxies[0]?.findings).toMatchObject([{ name: '9080', explanations: [] }])
  })

  it('names objects of kinds that are not modelled, if they can have such an effect', async () => {
    const backend =
      '\n---\napiVersion: gateway.networking.k8s.io/v1alpha2\nkind: UDPRoute\nmetadata: { name: db, namespace: shop }\n'
    const files = { 'dump.json': DUMP, 'with.yaml': NOW + backend, 'without.yaml': NOW }
    const folder = folderOf(files)
    const kindsIn = async (file: string) => {
      const { message } = await verified(`--config-dump dump.json -f ${file}`, folder)
      return message.proxies[0]?.findings?.map(({ explanations }) => explanations.map(({ text }) => text))
    }
    expect(await kindsIn('with.yaml')).toEqual([
      [
        expect.stringMatching(
          /^may be the effect of UDPRoute shop\/db \(with\.yaml:\d+\), which vipctl does not model$/,
        ),
      ],
    ])
    expect(await kindsIn('without.yaml')).toEqual([[]])
  })

  it("has Envoy's words if Envoy refused it", async () => {
    const dump = changedDump('ListenersConfigDump', (config) => {
      const [first] = config.dynamic_listeners as { name: string; active_state?: { listener: unknown } }[]
      const error = {
        failed_configuration: first?.active_state?.listener,
        details: 'has duplicate address 0.0.0.0:9080',
      }
      Object.assign(first as object, { error_state: error })
      delete first?.active_state
    })
    const folder = folderOf({ 'dump.json': dump, 'mesh.yaml': EARLIER })
    const { code, stdout } = await vipctl('verify --config-dump dump.json -f mesh.yaml', { cwd: folder })
    expect(stdout).toContain('dump.json DIFFERENT: 1 refused by Envoy; 2 listeners')
    expect(stdout).toContain(
      'listener 0.0.0.0_9080 was refused by Envoy\n  Envoy says: has duplicate address 0.0.0.0:9080\n',
    )
    expect(code).toBe(1)
  })
})

describe("what istiod's and Envoy's other answers add", () => {
  const POD = `
---
apiVersion: v1
kind: Pod
metadata: { name: reviews-1, namespace: shop, labels: { app: reviews } }
spec: { containers: [{ name: app, image: app }] }
status: { phase: Running, podIP: 10.244.0.30, conditions: [{ type: Ready, status: "True" }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: reviews-1, namespace: shop, labels: { kubernetes.io/service-name: reviews } }
addressType: IPv4
ports: [{ name: http, port: 9080 }]
endpoints: [{ addresses: [10.244.0.30], conditions: { ready: true } }]
`
  const CLUSTER = 'outbound|9080||reviews.shop.svc.cluster.local'

  const folder = folderOf({ 'mesh.yaml': EARLIER + POD, 'node.json': JSON.stringify(NODE) })
  let whole = ''

  /** The dump with one health of the endpoint; without endpoints if it is undefined. */
  const dumpWith = (health: string | undefined): string =>
    changedDump(
      'EndpointsConfigDump',
      (config) => {
        if (health === undefined) config['@type'] = 'type.googleapis.com/envoy.admin.v3.Other'
        const entries = JSON.stringify(config.dynamic_endpoint_configs)
        config.dynamic_endpoint_configs = JSON.parse(entries.replaceAll('"HEALTHY"', `"${health}"`))
      },
      whole,
    )
  const hostsWith = (flags: string, address = '10.244.0.30:9080'): string =>
    [
      `${CLUSTER}::observability_name::x`,
      `${CLUSTER}::default_priority::max_connections::1024`,
      `${CLUSTER}::${address}::health_flags::${flags}`,
      `${CLUSTER}::${address}::weight::1`,
      `${CLUSTER}::${address}::priority::0`,
      `${CLUSTER}::${address}::region::`,
    ].join('\n')
  let cwd = ''
  beforeAll(async () => {
    const made = await vipctl('dump -f mesh.yaml --node node.json --istio-version 1.29.2 -o config-dump', {
      cwd: folder,
    })
    whole = made.stdout
    cwd = folderOf({
      'mesh.yaml': EARLIER + POD,
      'healthy.json': dumpWith('HEALTHY'),
      'ejected.json': dumpWith('UNHEALTHY'),
      'without.json': dumpWith(undefined),
      'ejected.txt': hostsWith('/failed_outlier_check'),
      'failed.txt': hostsWith('/failed_eds_health'),
      'healthy.txt': hostsWith('healthy'),
      'other.txt': hostsWith('healthy', '10.244.0.31:9080'),
      'ndsz.json': JSON.stringify({
        configs: [
          {
            '@type': 'type.googleapis.com/istio.networking.nds.v1.NameTable',
            table: {
              'reviews.shop.svc.cluster.local': {
                ips: ['10.96.0.20'],
                registry: 'Kubernetes',
                shortname: 'reviews',
                namespace: 'shop',
              },
              'gone.example.com': { ips: ['10.0.0.1'], registry: 'External' },
            },
          },
        ],
      }),
    })
  })
  const findings = async (argv: string) => {
    const { message } = await verified(`${argv} -f mesh.yaml --istio-version 1.29.2`, cwd)
    return message.proxies[0]?.findings?.map(({ kind, name, verdict }) => `${kind} ${name} ${verdict}`)
  }

  it('tells endpoints that Envoy took out from those that EDS says are unhealthy', async () => {
    const { message } = await verified('--config-dump ejected.json -f mesh.yaml', cwd)
    expect(message.proxies[0]?.findings).toMatchObject([
      { kind: 'eds', name: CLUSTER, differences: [{ actual: 'UNHEALTHY' }], explanations: [{ kind: 'unhealthy' }] },
    ])
    expect(await findings('--config-dump healthy.json')).toEqual([])
    expect(await findings('--config-dump ejected.json --clusters ejected.txt')).toEqual([])
    expect(await findings('--config-dump ejected.json --clusters failed.txt')).toEqual([`eds ${CLUSTER} differs`])
  })

  it('has endpoints for a dump without them', async () => {
    const { message } = await verified('--config-dump without.json -f mesh.yaml', cwd)
    expect(message.proxies[0]?.notCompared).toEqual(['eds', 'nds'])
    expect(await findings('--config-dump without.json --clusters healthy.txt')).toEqual([])
    expect(await findings('--config-dump without.json --clusters other.txt')).toEqual([`eds ${CLUSTER} differs`])
  })

  it('has names', async () => {
    expect(await findings('--config-dump healthy.json --ndsz ndsz.json')).toEqual(['nds gone.example.com extra'])
  })
})

describe('a report of istioctl bug-report', () => {
  const OTHER = DUMP.replaceAll('web-1.shop', 'web-2.shop').replace('"/v1"', '"/v3"')
  const files = {
    'bug-report/proxies/shop/web-1/config_dump?include_eds': DUMP,
    'bug-report/proxies/shop/web-1/istio-proxy.log': 'started',
    'bug-report/proxies/shop/web-2/config_dump?include_eds': OTHER,
    'bug-report/proxies/istio-system/ztunnel-x/config_dump': '{"services": {}, "workloads": {}, "policies": {}}',
    'bug-report/cluster/k8s-resources': EARLIER.split('---')[0] as string,
    'bug-report/cluster/crs': EARLIER.split('---')[1] as string,
    'bug-report/versions': 'whatever',
  }
  const cwd = folderOf({ ...files, 'report.tar.gz': gzipSync(tarOf(files)), 'new.yaml': NOW })

  it.each(['report.tar.gz', 'bug-report', '.'])('in %s needs no other input', async (path) => {
    const { code, message, stderr } = await verified(`--bug-report ${path}`, cwd)
    expect(message.proxies).toMatchObject([
      { name: 'ztunnel-x.istio-system', result: 'error', error: expect.stringContaining('ztunnel') },
      { name: 'web-1.shop', result: 'equal' },
      { name: 'web-2.shop', result: 'different', findings: [{ kind: 'rds', name: '9080' }] },
    ])
    expect(stderr).toContain('note: the objects in the report are the mesh')
    expect(stderr).toContain('warning: ztunnel-x.istio-system: this is the configuration of a ztunnel')
    expect(code).toBe(1)
  })

  it('is compared with manifests if there are some, with a total', async () => {
    const { code, stdout } = await vipctl('verify --bug-report report.tar.gz -f new.yaml', { cwd })
    expect(stdout).toContain('\n0 of 3 proxies are as computed, 2 are not, 1 could not be compared\n')
    expect(code).toBe(1)
  })

  it('has proxies of several releases, each with the change that it lacks', async () => {
    const folder = folderOf({
      'old.yaml': EARLIER + twoMore('"*/*"', '1s'),
      'new.yaml': EARLIER + twoMore('"other/*"', '2s'),
    })
    const dumps: Record<string, string> = {}
    for (const version of ['1.22.0', '1.29.2']) {
      writeFileSync(join(folder, 'node.json'), JSON.stringify(NODE).replaceAll('1.29.2', version))
      const argv = `dump -f old.yaml --node node.json -o config-dump --istio-version ${version}`
      dumps[`bug-report/proxies/shop/web-${version}/config_dump`] = (await vipctl(argv, { cwd: folder })).stdout
    }
    writeFileSync(join(folder, 'report.tar.gz'), gzipSync(tarOf(dumps)))
    const { message } = await verified('--bug-report report.tar.gz -f new.yaml --before old.yaml', folder)
    expect(message.proxies.map(({ istio }) => istio?.version)).toEqual(['1.22.0', '1.29.2'])
    for (const { findings = [] } of message.proxies) {
      expect(findings.map(({ kind, verdict }) => `${kind} ${verdict}`)).toContain('cds extra')
      for (const { explanations } of findings) {
        expect(explanations).toMatchObject([{ kind: 'stale', objects: [{ what: 'Sidecar shop/default' }] }])
      }
    }
  })

  it('is a table with details in Markdown', async () => {
    const { stdout } = await vipctl('verify --bug-report report.tar.gz -o markdown', { cwd })
    expect(stdout).toContain(
      '| web-1.shop | equal | 3 listeners, 1 route configuration, 4 clusters and 1 load assignment as computed |',
    )
    expect(stdout).toContain('<details><summary>web-2.shop: 1 different;')
  })

  it('has a proxy that cannot be read, and the others', async () => {
    const broken = { ...files, 'bug-report/proxies/shop/web-0/config_dump': '{"configs": [' }
    const folder = folderOf({ 'report.tar.gz': gzipSync(tarOf(broken)) })
    const { code, message, stderr } = await verified('--bug-report report.tar.gz', folder)
    expect(message.proxies.map(({ name, result }) => `${name} ${result}`)).toEqual([
      'ztunnel-x.istio-system error',
      'web-0.shop error',
      'web-1.shop equal',
      'web-2.shop different',
    ])
    expect(stderr).toContain('error: web-0.shop (proxies/shop/web-0/config_dump):1:')
    expect(code).toBe(2)
  })
})

describe('what cannot be used', () => {
  const tar = tarOf({ 'bug-report/proxies/shop/web/config_dump': DUMP })
  const cwd = folderOf({
    'mesh.yaml': EARLIER,
    'dump.json': DUMP,
    'empty.json': '',
    'text.json': 'upstream connect error',
    'list.json': '[1, 2]',
    'other.json': '{"kind": "Config", "configs": [{"@type": "type.googleapis.com/other.Thing"}]}',
    'nothing.json': '{}',
    'cut.json': DUMP.slice(0, 1000),
    'cut.gz': gzipSync(DUMP).subarray(0, 300),
    'damaged.gz': Buffer.concat([gzipSync(DUMP).subarray(0, 20), Buffer.alloc(500, 7)]),
    'binary.json': Buffer.from([0, 159, 146, 150, 0, 1, 2]),
    'deep.json': `{"configs": ${'['.repeat(5000)}${']'.repeat(5000)}}`,
    'bootstrap.json': changedDump('', (config) => {
      for (const key of Object.keys(config))
        if (key.startsWith('dynamic') || key.startsWith('static')) delete config[key]
    }).replaceAll(/envoy\.admin\.v3\.(?!Bootstrap)/g, 'envoy.admin.v3.No'),
    'anonymous.json': changedDump('BootstrapConfigDump', (config) => delete config.bootstrap),
    'waypoint.json': DUMP.replace('sidecar~', 'waypoint~'),
    'node.json': DUMP.replace('sidecar~10.244.0.10~', 'sidecar~'),
    'cut.tar.gz': gzipSync(tar.subarray(0, 5000)),
    'cut2.tar.gz': gzipSync(tar).subarray(0, 400),
    'not.tar.gz': gzipSync(DUMP),
    'none.tar.gz': gzipSync(tarOf({ 'bug-report/versions': 'x', '../../proxies/a/b/config_dump': DUMP })),
    'folder/x': '',
  })

  it.each([
    ['--config-dump no.json', 'cannot be read: no such file or folder'],
    ['--config-dump folder', 'cannot be read: it is a folder'],
    ['--config-dump empty.json', 'is empty'],
    ['--config-dump text.json', "this is not Envoy's configuration"],
    ['--config-dump list.json', "this is not Envoy's configuration"],
    ['--config-dump other.json', "this is not Envoy's configuration: `configs` has nothing that Envoy writes"],
    ['--config-dump nothing.json', 'the dump is empty'],
    ['--config-dump cut.json', 'error: --config-dump cut.json:'],
    ['--config-dump cut.gz', 'the compressed file is cut off'],
    ['--config-dump damaged.gz', 'the compressed file is damaged'],
    ['--config-dump binary.json', 'error: --config-dump binary.json:'],
    ['--config-dump deep.json', 'values nest deeper than the limit'],
    ['--config-dump bootstrap.json', 'has no listeners, routes, clusters or endpoints to compare'],
    ['--config-dump anonymous.json', 'the dump does not tell which proxy it is of'],
    ['--config-dump waypoint.json', 'this is a waypoint, which vipctl does not model'],
    ['--config-dump node.json', 'does not have four parts'],
    ['--config-dump dump.json --clusters dump.json', "this is not Envoy's list of clusters"],
    ['--config-dump dump.json --clusters text.json', "this is not Envoy's list of clusters"],
    ['--config-dump dump.json --ndsz other.json', "this is not istiod's name table of a proxy"],
    ['--config-dump dump.json --before no.yaml', '--before no.yaml: cannot be compared with'],
    ['--config-dump - --clusters -', 'standard input, which can be read only once'],
    ['--bug-report no.tar.gz', 'cannot be read: no such file or folder'],
    ['--bug-report cut.tar.gz', 'it is cut off'],
    ['--bug-report cut2.tar.gz', 'the compressed file is cut off'],
    ['--bug-report not.tar.gz', 'it is not a tar archive'],
    ['--bug-report none.tar.gz', 'has no proxies'],
    ['--bug-report dump.json', 'the compressed file is damaged'],
    ['--bug-report folder', 'has no proxies'],
    ['--bug-report none.tar.gz --config-dump dump.json', '--bug-report and --config-dump exclude each other'],
  ])('%s: %s', async (argv, words) => {
    const { code, stdout, stderr } = await vipctl(`verify ${argv} -f mesh.yaml`, { cwd })
    expect(stderr).toContain(words)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it.each([
    ['no.yaml', 'error: no.yaml: does not exist'],
    ['broken.yaml', 'error: broken.yaml:1:6: the [ that opens here is never closed'],
  ])('a mesh that cannot be read: -f %s', async (file, words) => {
    const folder = folderOf({ 'dump.json': DUMP, 'broken.yaml': 'foo: [\n' })
    const { code, stdout, stderr } = await vipctl(`verify --config-dump dump.json -f ${file}`, { cwd: folder })
    expect(stderr).toContain(words)
    expect(stderr).toContain('error: the mesh cannot be read, so nothing is compared')
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('can be helped by naming the proxy', async () => {
    const folder = folderOf({
      'mesh.yaml': EARLIER,
      'dump.json': changedDump('BootstrapConfigDump', (config) => delete config.bootstrap),
      'node.json': JSON.stringify(NODE),
    })
    const { code, stdout } = await vipctl(
      'verify --config-dump dump.json --node node.json -f mesh.yaml --istio-version 1.29.2',
      { cwd: folder },
    )
    expect(stdout).toContain('dump.json EQUAL')
    expect(code).toBe(0)
  })
})
