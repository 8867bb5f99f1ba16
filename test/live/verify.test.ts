import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ran, vipctl } from '../commands/cli.ts'
import { statusOf } from '../support/syncz.ts'
import type { Misforward } from './pods.ts'
import { type Asked, closeAll, recorded, sendJson, startCluster } from './server.ts'

afterAll(closeAll)

interface PodOptions {
  readonly namespace?: string
  readonly phase?: string
  /** The arguments of its proxy; none for a pod without one. */
  readonly args?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly config?: string
}

/** A pod as the API server lists it. */
function podOf(name: string, { namespace = 'cars', phase = 'Running', args, labels = {}, config }: PodOptions = {}) {
  const env = [
    { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'ISTIO_META_DNS_CAPTURE', value: 'true' },
    { name: 'PROXY_CONFIG', value: config ?? '{}' },
  ]
  const proxy = { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.31.0', args, env }
  return {
    metadata: {
      name,
      namespace,
      uid: name,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'web', ...labels },
      annotations: { 'sidecar.istio.io/status': '{"revision":"default"}' },
    },
    spec: { containers: [{ name: 'app' }, ...(args ? [proxy] : [])], serviceAccountName: 'web' },
    status: { phase, podIP: '10.0.0.5', podIPs: [{ ip: '10.0.0.5' }] },
  }
}

type Pod = ReturnType<typeof podOf>

const SIDECAR = ['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local']
const ISTIOD = podOf('istiod-1', { namespace: 'istio-system', labels: { app: 'istiod', 'istio.io/rev': 'default' } })
const PODS: readonly Pod[] = [
  podOf('web-1', { args: SIDECAR }),
  podOf('web-2', { args: SIDECAR, config: '{"proxyAdminPort":15001}' }),
  podOf('web-3', { args: SIDECAR, phase: 'Pending' }),
  podOf('job', { args: SIDECAR, phase: 'Succeeded' }),
  podOf('plain'),
  podOf('waypoint', { args: ['proxy', 'waypoint'] }),
  podOf('other', { namespace: 'default', args: SIDECAR }),
]

const PODS_PATH = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?pods$/

/** Adds pods to those that were recorded. */
function listPods({ path, query, as }: Asked, response: Parameters<typeof sendJson>[0]): boolean {
  const [match, namespace] = PODS_PATH.exec(path) ?? []
  if (match === undefined || as !== 'admin') return false
  const isIstiod = query.get('labelSelector') === 'app=istiod'
  const list = JSON.parse(recorded('pods.json'))
  const items = isIstiod ? [ISTIOD] : [...list.items, ...PODS, ISTIOD]
  const own = items.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
  sendJson(response, 200, { ...list, items: own })
  return true
}

interface Answers {
  readonly dump: { configs: Record<string, unknown>[] }
  readonly table: object
}

/** What the proxies and istiod answer. Everything is as computed unless a test changes it. */
interface World {
  readonly dumpOf?: (pod: string) => Answers['dump'] | RequestListener
  readonly tableOf?: (id: string) => object | undefined
  readonly connected?: readonly string[]
  readonly istiod?: RequestListener
  readonly misforward?: (pod: string, port: number) => Misforward | undefined
}

const computed = new Map<string, Answers>()

const adminOf =
  (dump: Answers['dump']): RequestListener =>
  ({ url }, response) => {
    if (url === '/config_dump?include_eds') response.end(JSON.stringify(dump))
    else if (url === '/clusters')
      response.end('agent::observability_name::agent\nagent::127.0.0.1:15020::health_flags::healthy\n')
    else response.writeHead(404).end()
  }

const NAMES = ['web-1.cars', 'web-2.cars', 'other.default']

function debugOf({ tableOf, connected = NAMES }: World): RequestListener {
  return ({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://istiod')
    if (pathname === '/debug/syncz') {
      response.end(JSON.stringify(connected.map((name) => statusOf(name))))
    } else if (pathname === '/debug/ndsz') {
      const id = searchParams.get('proxyID') ?? ''
      const table = tableOf ? tableOf(id) : computed.get(id.replace(/-$/, ''))?.table
      const configs = table ? [{ '@type': 'type.googleapis.com/istio.networking.nds.v1.NameTable', ...table }] : []
      response.end(JSON.stringify({ configs }))
    } else response.writeHead(404).end('404 page not found\n')
  }
}

async function cluster(world: World = {}) {
  const { dumpOf = (pod) => computed.get(`${pod}.${pod === 'other' ? 'default' : 'cars'}`)?.dump, misforward } = world
  const started = await startCluster({
    misbehave: listPods,
    pods: {
      listener: (pod, port) => {
        if (pod === 'istiod-1') return port === 15014 ? (world.istiod ?? debugOf(world)) : undefined
        const dump = port === (pod === 'web-2' ? 15001 : 15000) ? dumpOf(pod) : undefined
        return typeof dump === 'object' ? adminOf(dump) : dump
      },
      ...(misforward && { misforward }),
    },
  })
  const forwarded = () =>
    started.server.asked
      .filter(({ path }) => path.endsWith('/portforward'))
      .map(({ path, query }) => `${path.split('/')[6]}:${query.get('ports')}`)
  return { ...started, forwarded }
}

/** Runs `verify` in a cluster. */
async function verify(args: string, world: World = {}): Promise<Ran & { readonly forwarded: readonly string[] }> {
  const { kubeconfig, forwarded, server } = await cluster(world)
  const ran = await vipctl(`verify -c ${kubeconfig} ${args}`.trim())
  return { ...ran, stderr: ran.stderr.replaceAll(server.url, 'URL'), forwarded: forwarded() }
}

beforeAll(async () => {
  const { kubeconfig } = await cluster()
  for (const name of NAMES) {
    const dump = await vipctl(`dump -c ${kubeconfig} --proxy ${name} -o config-dump`)
    const { nds } = JSON.parse((await vipctl(`dump -c ${kubeconfig} --proxy ${name} -o json`)).stdout)
    computed.set(name, { dump: JSON.parse(dump.stdout), table: nds })
  }
}, 60_000)

/** The dump of web-1 without its first listener. */
function withoutListener(): Answers['dump'] {
  const { configs } = (computed.get('web-1.cars') as Answers).dump
  return {
    configs: configs.map((config) => {
      const { dynamic_listeners: listeners } = config as { dynamic_listeners?: { name: string }[] }
      return listeners ? { ...config, dynamic_listeners: listeners.slice(1) } : config
    }),
  }
}

describe('vipctl verify in a cluster', () => {
  it('asks a proxy and its istiod, and compares listeners, routes, clusters, endpoints and names', async () => {
    const { stdout, stderr, code, forwarded } = await verify('web-1')
    expect(stderr).not.toContain('not compared')
    expect(stdout).toMatch(/^web-1\.cars EQUAL: \d+ listeners, .* load assignments and \d+ names as computed$/m)
    expect(code).toBe(0)
    expect([...forwarded].sort()).toEqual(['istiod-1:15014', 'istiod-1:15014', 'web-1:15000', 'web-1:15000'])
  })

  it('says what a proxy lacks, and what its istiod tells it otherwise', async () => {
    const { stdout, code } = await verify('web-1.cars -o json', {
      dumpOf: withoutListener,
      tableOf: () => ({ table: { 'new.example.com': { ips: ['10.1.1.1'], registry: 'External' } } }),
    })
    expect(code).toBe(1)
    const [{ findings }] = JSON.parse(stdout).proxies
    const verdicts = findings.map(({ kind, verdict }: { kind: string; verdict: string }) => `${kind} ${verdict}`)
    expect(verdicts.filter((text: string) => text.startsWith('lds'))).toEqual(['lds missing'])
    expect(new Set(verdicts.filter((text: string) => text.startsWith('nds')))).toEqual(
      new Set(['nds missing', 'nds extra']),
    )
  })

  it('asks all running proxies of a namespace, each at its own port', async () => {
    const { stdout, code, forwarded } = await verify('-n cars')
    expect(code).toBe(0)
    expect(stdout.match(/^\S+\.\S+ (?=EQUAL)/gm)).toEqual(['web-1.cars ', 'web-2.cars '])
    expect(new Set(forwarded)).toEqual(new Set(['web-1:15000', 'web-2:15001', 'istiod-1:15014']))
  })

  it('asks all running proxies of the cluster, and compares the others if one does not answer', async () => {
    const { stdout, stderr, code } = await verify('', {
      dumpOf: (pod) =>
        pod === 'web-1'
          ? (undefined as never)
          : (computed.get(pod === 'other' ? 'other.default' : `${pod}.cars`) as Answers).dump,
    })
    expect(code).toBe(2)
    expect(stdout).toContain('other.default EQUAL')
    expect(stdout).toContain('web-2.cars EQUAL')
    expect(stderr).toContain('error: context test (URL): pod web-1 of namespace cars: nothing listens on port 15000')
  })

  it('says once what is the same for several proxies', async () => {
    const { stdout, stderr, code } = await verify('', {
      misforward: (pod) =>
        pod === 'istiod-1' ? undefined : { refuse: { status: 403, body: `{"message":"${pod} is forbidden"}` } },
    })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.match(/port-forward is forbidden/g)).toHaveLength(2)
    expect(stderr).toContain(
      'pod web-1 of namespace cars: port-forward is forbidden (403): web-1 is forbidden; the same for web-2.cars',
    )
  })

  it('compares with files instead of the objects of the cluster', async () => {
    const { stdout, code, stderr } = await verify('web-1 -f fixtures/verify/mesh')
    expect(code).toBe(1)
    expect(stdout).toContain('web-1.cars DIFFERENT')
    expect(stderr).not.toContain('no cluster is read')
  })

  it.each([
    ['plain', 'plain.cars cannot be verified: it has no container istio-proxy'],
    ['web-3', 'web-3.cars cannot be verified: it is Pending, not Running'],
    ['waypoint.cars', 'waypoint.cars cannot be verified: its proxy is a waypoint, which vipctl does not model'],
    ['wbe-1', 'no pod wbe-1\n  hint: did you mean web-1'],
    ['x.y.z', 'no pod x.y.z\n  hint: `vipctl proxies` lists the proxies'],
    ['-n team-a', 'context test (URL): no proxy runs in namespace team-a'],
    ['web-1 --config-dump x.json', '--config-dump and names of pods exclude each other'],
    ['web-1 --ndsz x.json', '--ndsz belongs to a dump of a proxy'],
  ])('refuses %s', async (args, message) => {
    const { stdout, stderr, code } = await verify(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`error: ${message}`)
  })

  it.each<[string, World, string]>([
    [
      'does not send JSON',
      { dumpOf: () => (_, response) => response.end('<html>') },
      'web-1.cars (/config_dump?include_eds)',
    ],
    ['is no Envoy', { dumpOf: () => (_, response) => response.end('{"a": 1}') }, "this is not Envoy's configuration"],
    [
      'does not know the page',
      { dumpOf: () => (_, response) => response.writeHead(404).end() },
      'pod web-1 of namespace cars: Envoy answers /config_dump?include_eds with 404',
    ],
    [
      'is cut off within its dump',
      { misforward: (pod) => (pod === 'web-1' ? { cutAfter: 50_000 } : undefined) },
      'pod web-1 of namespace cars: the connection to port 15000 was cut after',
    ],
    [
      'may not be asked',
      {
        misforward: (pod) =>
          pod === 'web-1'
            ? { refuse: { status: 403, body: '{"kind":"Status","message":"User bob cannot"}' } }
            : undefined,
      },
      'pod web-1 of namespace cars: port-forward is forbidden (403): User bob cannot\n  hint: `vipctl rbac verify` prints the role that is needed',
    ],
  ])('says that a proxy %s', async (_, world, message) => {
    const { stdout, stderr, code } = await verify('web-1', world)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  it.each<[string, World, string]>([
    [
      'no istiod has the proxy',
      { connected: [] },
      'web-1.cars is not connected to an istiod, so its names are not compared',
    ],
    [
      'istiod has another proxy of a similar name',
      { connected: ['web-1.cars', 'my-web-1.cars'] },
      'istiod cannot tell web-1.cars from my-web-1.cars, so its names are not compared',
    ],
    [
      'istiod has no debug interface',
      { istiod: (_, response) => response.writeHead(404).end('404 page not found\n') },
      'names of proxies are not compared: context test (URL): pod istiod-1 of namespace istio-system: istiod has no debug interface',
    ],
  ])('compares everything but names if %s', async (_, world, message) => {
    const { stdout, stderr, code } = await verify('web-1', world)
    expect(code).toBe(0)
    expect(stdout).toContain('not compared: names')
    expect(stderr).toContain(`warning: ${message}`)
  })
})

describe('vipctl proxy-status --computed', () => {
  const columnOf = (stdout: string): string[][] =>
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ {3,}/))
      .map((row) => [row[0] ?? '', row.at(-1) ?? ''])

  it('also compares what the proxies have, and asks each istiod for its status once', async () => {
    const { kubeconfig, forwarded } = await cluster({
      connected: [...NAMES, 'vm.cars'],
      dumpOf: (pod) => {
        if (pod === 'web-2') return undefined as never
        return pod === 'web-1' ? withoutListener() : (computed.get('other.default') as Answers).dump
      },
    })
    const { stdout, stderr, code } = await vipctl(`ps --computed -c ${kubeconfig}`)
    expect(code).toBe(2)
    expect(columnOf(stdout)).toEqual([
      ['NAME', 'COMPUTED'],
      ['other.default', 'EQUAL'],
      ['vm.cars', '-'],
      ['web-1.cars', '1 difference'],
      ['web-2.cars', 'ERROR'],
    ])
    expect(stderr).toContain('pod web-2 of namespace cars: nothing listens on port 15001')
    // Once for the status, and once for the names of each of the two that answer.
    expect(forwarded().filter((each) => each.startsWith('istiod'))).toHaveLength(3)
  })

  it('compares only the proxies that are printed, and names those that no istiod has', async () => {
    const { kubeconfig, forwarded } = await cluster({ connected: ['web-1.cars'] })
    const { stdout, stderr, code } = await vipctl(`ps web-1 -n cars --computed -o json -c ${kubeconfig}`)
    expect(code).toBe(0)
    expect(JSON.parse(stdout).proxies.map(({ computed: result }: { computed: unknown }) => result)).toEqual([
      { result: 'equal', differences: 0 },
    ])
    expect(stderr).toContain('warning: proxies that are not connected to an istiod: web-2.cars')
    expect(forwarded().some((each) => each.startsWith('web-2'))).toBe(false)
  })
})
