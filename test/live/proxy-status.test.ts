import type { RequestListener } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import { vipctl } from '../commands/cli.ts'
import { statusOf } from '../support/syncz.ts'
import type { PodServer } from './pods.ts'
import {
  type Asked,
  certificateOf,
  closeAll,
  kubeconfigOf,
  type ServerOptions,
  sendJson,
  startCluster,
  startServer,
  writeKubeconfig,
} from './server.ts'

afterAll(closeAll)

/** A pod of istiod. */
const istiod = (
  name: string,
  { revision = 'default', port = '15014', phase = 'Running', namespace = 'istio-system' } = {},
) => ({
  metadata: {
    name,
    namespace,
    uid: name,
    labels: { app: 'istiod', 'istio.io/rev': revision },
    annotations: port === '' ? {} : { 'prometheus.io/port': port },
  },
  spec: { containers: [{ name: 'discovery' }] },
  status: { phase },
})

const PODS = /^\/api\/v1\/namespaces\/([^/]+)\/pods$/

/** Answers the list of istiod's pods. */
const listing =
  (pods: readonly ReturnType<typeof istiod>[]): ServerOptions['misbehave'] =>
  ({ path, query }: Asked, response) => {
    const [, namespace] = PODS.exec(path) ?? []
    if (namespace === undefined || query.get('labelSelector') !== 'app=istiod') return false
    const items = pods.filter(({ metadata }) => metadata.namespace === namespace)
    sendJson(response, 200, { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items })
    return true
  }

/** istiod's debug interface with some proxies. */
const debug =
  (...proxies: readonly object[]): RequestListener =>
  ({ url }, response) => {
    if (url === '/debug/syncz') response.setHeader('content-type', 'application/json').end(JSON.stringify(proxies))
    else response.writeHead(404).end('404 page not found\n')
  }

const off: RequestListener = (_, response) => {
  response.writeHead(404).end('404 page not found\n')
}

interface World extends Omit<ServerOptions, 'pods'> {
  readonly pods?: readonly ReturnType<typeof istiod>[]
  readonly user?: Readonly<Record<string, unknown>>
}

/** Runs `ps` in a cluster in which istiods answer. */
async function ps(
  listener: PodServer['listener'],
  args = '',
  { pods = [istiod('istiod-1')], user, ...more }: World = {},
) {
  const { server, kubeconfig } = await startCluster({
    misbehave: listing(pods),
    ...more,
    ...(user && { user }),
    pods: { listener },
  })
  const ran = await vipctl(`ps -c ${kubeconfig}${args === '' ? '' : ` ${args}`}`)
  const forwards = server.asked.filter(({ path }) => path.endsWith('/portforward'))
  return { ...ran, stderr: ran.stderr.replaceAll(server.url, 'URL'), forwards, server }
}

const rowsOf = (stdout: string): string[][] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/ {3,}/))

describe('vipctl proxy-status in a cluster', () => {
  it('asks every running istiod, on the port of its annotation, and nothing else', async () => {
    const pods = [
      istiod('istiod-1', { port: '9000' }),
      istiod('istiod-2', { port: '' }),
      istiod('istiod-3', { phase: 'Pending' }),
      istiod('other', { namespace: 'mesh' }),
    ]
    const sentTime = new Date(Date.now() - 3 * 3_600_000 - 60_000).toISOString()
    const { stdout, stderr, code, forwards } = await ps(
      (pod) => debug(pod === 'istiod-1' ? statusOf('web-1.shop', { sentTime }) : statusOf('api-1.shop', { sentTime })),
      '',
      { pods },
    )
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const synced = Array.from({ length: 5 }, () => 'SYNCED (3h1m)')
    expect(rowsOf(stdout)).toEqual([
      ['NAME', 'CLUSTER', 'ISTIOD', 'VERSION', 'CDS', 'LDS', 'EDS', 'RDS', 'NDS'],
      ['api-1.shop', 'Kubernetes', 'istiod-2', '1.31.0', ...synced],
      ['web-1.shop', 'Kubernetes', 'istiod-1', '1.31.0', ...synced],
    ])
    expect(forwards.map(({ path, query }) => `${path.split('/')[6]} ${query.get('ports')}`).sort()).toEqual([
      'istiod-1 9000',
      'istiod-2 15014',
    ])
  })

  it('asks only the istiods of a revision', async () => {
    const pods = [istiod('istiod-1'), istiod('istiod-canary-1', { revision: 'canary' })]
    const { stdout } = await ps((pod) => debug(statusOf(`${pod}-proxy.shop`)), '--revision canary -o json', { pods })
    expect(JSON.parse(stdout).proxies.map(({ proxy }: { proxy: string }) => proxy)).toEqual([
      'istiod-canary-1-proxy.shop',
    ])
    const { stderr, code } = await ps((pod) => debug(statusOf(pod)), '--revision blue', { pods })
    expect(code).toBe(2)
    expect(stderr).toContain('no istiod of revision blue runs\n  hint: it has default, canary')
  })

  it('asks port 8080 if the other one is closed', async () => {
    const { stdout, code, forwards } = await ps((_, port) =>
      port === 8080 ? debug(statusOf('web-1.shop')) : undefined,
    )
    expect(code).toBe(0)
    expect(stdout).toContain('web-1.shop')
    expect(forwards.map(({ query }) => query.get('ports'))).toEqual(['15014', '8080'])
  })

  it('says that the debug interface is off', async () => {
    const { stdout, stderr, code } = await ps(() => off)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(
      'error: context test (URL): pod istiod-1 of namespace istio-system: istiod has no debug interface on the ports 15014 and 8080',
    )
    expect(stderr).toContain('ENABLE_DEBUG_ON_HTTP')
  })

  it('prints the proxies of the others if one istiod does not answer', async () => {
    const pods = [istiod('istiod-1'), istiod('istiod-2')]
    const { stdout, stderr, code } = await ps(
      (pod) => (pod === 'istiod-1' ? debug(statusOf('web-1.shop')) : undefined),
      '',
      {
        pods,
      },
    )
    expect(code).toBe(2)
    expect(stdout).toContain('web-1.shop')
    expect(stderr).toContain('error: the proxies of an istiod are missing: context test (URL): pod istiod-2')
  })

  it('says what else answers than istiod', async () => {
    const { stderr, code } = await ps(() => (_, response) => response.end('<html>'))
    expect(code).toBe(2)
    expect(stderr).toContain('istiod does not answer /debug/syncz with the status of proxies')
  })

  it('says that no istiod runs', async () => {
    const { stderr, code } = await ps(() => undefined, '-i mesh')
    expect(code).toBe(2)
    expect(stderr).toContain(
      'context test (URL): no istiod runs in namespace mesh\n  hint: set the namespace of istiod with -i',
    )
  })

  it('says which right is missing', async () => {
    const { stderr, code } = await ps(() => undefined, '', { user: certificateOf('bob'), misbehave: () => false })
    expect(code).toBe(2)
    expect(stderr).toContain('the pods of istiod may not be listed (403)')
    expect(stderr).toContain('`vipctl rbac proxy-status` prints the role that is needed')
  })

  it('asks the istiods of several clusters', async () => {
    const of = (name: string) =>
      startServer({
        misbehave: listing([istiod(`istiod-${name}`)]),
        pods: { listener: () => debug(statusOf(`web-1.${name}`, { cluster: name })) },
      })
    const [east, west] = await Promise.all([of('east'), of('west')])
    const kubeconfig = writeKubeconfig(kubeconfigOf({ east: { server: east.url }, west: { server: west.url } }))
    const { stdout } = await vipctl(`ps -c ${kubeconfig} --context east --context west`)
    expect(rowsOf(stdout).map((row) => row.slice(0, 3))).toEqual([
      ['NAME', 'CLUSTER', 'ISTIOD'],
      ['web-1.east', 'east', 'istiod-east'],
      ['web-1.west', 'west', 'istiod-west'],
    ])
  })
})
