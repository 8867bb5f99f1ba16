/** What commands print of a mesh that leaves things to the cluster. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replayedText } from '../scenarios/pages.ts'
import { documents, folderOf, ROOT, vipctl } from './cli.ts'

const SHOP = join(ROOT, 'fixtures/assumptions')

const NOTE =
  'note: assumed about the cluster: cluster IPs of 1 Service, 5 pods of 2 workloads, endpoints of 2 Services (see --assume)\n'

const database = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\n` +
  `spec: {selector: {app: ${name}}, ports: [{port: 3306, name: tcp-mysql}]}\n`

describe('two TCP Services on one port, as they stand in a repository', () => {
  const cwd = folderOf({ 'mesh.yaml': documents(database('a'), database('b')) })

  it.each(['conflicts mesh.yaml -n shop', 'lint mesh.yaml'])('do not collide: %s', async (line) => {
    const { code, stderr } = await vipctl(line, { cwd })
    expect(code).toBe(0)
    expect(stderr).toContain('note: assumed about the cluster: cluster IPs of 2 Services (see --assume)\n')
  })

  it('each have a listener', async () => {
    const { stdout } = await vipctl('pc l -n shop -f mesh.yaml --port 3306', { cwd })
    expect(stdout.match(/outbound\|3306\|\|[ab]\.shop/g)).toHaveLength(2)
  })

  it('collide for an istiod that has nothing but the manifests', async () => {
    const { code, stderr, stdout } = await vipctl('conflicts mesh.yaml -n shop --assume none', { cwd })
    expect(code).toBe(1)
    expect(stdout).toContain('0.0.0.0_3306')
    expect(stderr).not.toContain('assumed of the cluster')
  })
})

describe('a mesh of a Service, a headless one and their workloads', () => {
  it.each([
    'nametable -n shop',
    'dig web.shop.svc.cluster.local -n shop',
    'pc endpoints -n shop',
    'conflicts -n shop',
    'dump -n shop',
    'proxies',
    'clusters',
    'gateways',
    'allocate',
    'lint',
  ])('is reported once: %s', async (line) => {
    const { stderr } = await vipctl(`${line} -f ${SHOP}`)
    expect(stderr.split(NOTE)).toHaveLength(2)
    expect((await vipctl(`${line} -q -f ${SHOP}`)).stderr).not.toContain('assumed of the cluster')
  })

  const addressOf = async (): Promise<string> =>
    (await vipctl(`dig web.shop.svc.cluster.local +short -n shop -f ${SHOP}`)).stdout.trim()

  it('has the same address in every command', async () => {
    const address = await addressOf()
    expect(address).toMatch(/^198\.18\./)
    for (const line of ['nametable -n shop', 'pc routes -n shop -o json', 'dump -n shop']) {
      expect((await vipctl(`${line} -f ${SHOP}`)).stdout).toContain(address)
    }
  })

  it('is marked in text', async () => {
    const dig = await vipctl(`dig web.shop.svc.cluster.local -n shop -f ${SHOP}`)
    expect(dig.stdout).toContain('Service shop/web: clusterIP of the Service, assumed: the API server assigns it')
    const pod = await vipctl(`dig db-0.db.shop.svc.cluster.local -n shop -f ${SHOP}`)
    expect(pod.stdout).toContain('by its own name, at an assumed address')
    const listeners = await vipctl(`pc listeners -n shop --port 5432 --explain -f ${SHOP}`)
    expect(listeners.stdout).toMatch(/\n198\.19\.\d+\.\d+ \(assumed\) +5432/)
    const proxies = await vipctl(`proxies -f ${SHOP}`)
    expect(proxies.stdout).toMatch(/\nstatefulset\/db\.shop .* 198\.19\.\d+\.\d+ \(assumed\) /)
  })

  it('is marked in data', async () => {
    const read = async (line: string) => JSON.parse((await vipctl(`${line} -o json -f ${SHOP}`)).stdout)
    const web = { kind: 'Service', namespace: 'shop', name: 'web', location: { line: 4 } }
    expect((await read('dump -n shop')).assumed).toHaveLength(6)
    expect((await read('dump -n shop')).assumed).toContainEqual(expect.objectContaining({ kind: 'Pod', name: 'db-1' }))
    expect((await read('nametable web.* -n shop')).assumed).toMatchObject([web])
    expect(await read('dig web.shop.svc.cluster.local -n shop')).toMatchObject([{ assumed: true }])
    expect((await read('proxies')).proxies).toMatchObject([{ ipsAssumed: true }, { ipsAssumed: true }])
  })

  it.each(['deploy/web', 'sts/db', 'statefulset/db.shop', 'db-1', 'web-assumed-2'])(
    'has the proxy %s',
    async (proxy) => {
      const { stdout, code } = await vipctl(`pc listeners -n shop --proxy ${proxy} -f ${SHOP} --port 15006`)
      expect(code).toBe(0)
      expect(stdout).toMatch(proxy.includes('db') ? /Addr: \*:5432/ : /Addr: \*:80\b/)
    },
  )
})

describe('--assume', () => {
  it.each([
    ['nome', 'did you mean none?'],
    ['all,none', 'allowed are all, none, cluster-ips, pods, gateways, certificates'],
  ])('refuses %s', async (word, hint) => {
    const { code, stderr } = await vipctl(`proxies -f ${SHOP} --assume ${word}`)
    expect(code).toBe(2)
    expect(stderr).toContain(hint)
  })

  it('takes a part', async () => {
    const { stderr } = await vipctl(`proxies -f ${SHOP} --assume pods`)
    expect(stderr).toContain('assumed about the cluster: 5 pods of 2 workloads, endpoints of 2 Services')
  })

  it('may be in the configuration of lint, which the command line overrides', async () => {
    const mesh = documents(database('a'), database('b'))
    const cwd = folderOf({ 'mesh.yaml': mesh, '.vipctl.yaml': 'inputs: mesh.yaml\nassume: [pods]\n' })
    expect((await vipctl('lint', { cwd })).stderr).not.toContain('assumed of the cluster')
    expect((await vipctl('lint --assume all', { cwd })).stderr).toContain('cluster IPs of 2 Services')
  })

  it('is nothing for the objects of a cluster, and everything for new ones of files', async () => {
    const live = database('a').replace('namespace: shop', 'namespace: shop, uid: u')
    const cwd = folderOf({ 'live.yaml': live, 'new.yaml': database('b') })
    expect((await vipctl('allocate -f live.yaml', { cwd })).stderr).not.toContain('assumed of the cluster')
    const { stderr } = await vipctl('nametable -n shop --base live.yaml -f new.yaml', { cwd })
    expect(stderr).toContain('assumed about the cluster: cluster IPs of 1 Service')
  })
})

// `vitest -u` writes the output that commands have now into the page: review it.
it('the page shows what its command prints', async () => {
  const path = join(ROOT, 'docs/assumptions.md')
  await expect(await replayedText(readFileSync(path, 'utf8'), SHOP)).toMatchFileSnapshot(path)
})
