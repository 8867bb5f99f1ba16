import { afterAll, describe, expect, it } from 'vitest'
import { closeAll, startCluster } from '../live/server.ts'
import { CAPTURE, documents, entry, folderOf, vipctl } from './cli.ts'

afterAll(closeAll)

/** An entry as stored by an API server: with a uid, a creation time and a stored address. */
const stored = (name: string, address: string, host = `${name}.example.com`): string =>
  entry({ name, namespace: 'default', host })
    .replace('  namespace:', '  uid: u\n  creationTimestamp: "2026-01-01T00:00:00Z"\n  namespace:')
    .concat(`status:\n  addresses:\n  - host: ${host}\n    value: ${address}\n`)

const BASE = documents(CAPTURE, stored('old', '240.240.7.1'), stored('other', '240.240.7.2'))

/** Runs a command on `base` with the files of `over` applied. */
async function over(argv: string, base: string, files: string) {
  const cwd = folderOf({ 'base.yaml': base, 'over.yaml': files })
  return vipctl(`${argv} --base base.yaml -f over.yaml`, { cwd })
}

describe('files over a mesh', () => {
  it('leave an object that they repeat its stored address', async () => {
    const { stdout, stderr } = await over('nametable', BASE, entry({ name: 'old', host: 'old.example.com' }))
    expect(stdout).toMatch(/# changes: nothing changes\n/)
    expect(stdout).toMatch(/\n {2}old\.example\.com +240\.240\.7\.1 /)
    expect(stderr).toContain('the files change no object')
  })

  it('add objects that are the newest, and mark what is new, changed and gone', async () => {
    const files = documents(
      entry({ name: 'aaa', host: 'aaa.example.com' }),
      entry({ name: 'old', host: 'moved.example.com' }),
    )
    const { stdout, stderr, code } = await over('nametable', BASE, files)
    const marks = stdout.split('\n').map((line) => line.split(/\s{2,}/)[0])
    expect(marks.filter((mark) => /^[-+~] /.test(mark ?? '')).sort()).toEqual([
      '+ aaa.example.com',
      '+ moved.example.com',
      '- old.example.com',
    ])
    expect(stdout).toContain('# changes: 2 new, 1 gone')
    expect(stdout).toMatch(/\n {2}other\.example\.com +240\.240\.7\.2 /)
    expect(stderr).toContain('objects that the files change: 1 new, 1 changed')
    expect(code).toBe(0)
  })

  it('take no status and no creation time from the files', async () => {
    const { stdout } = await over('allocate', BASE, stored('new', '240.240.9.9'))
    expect(stdout).toMatch(/\+ new\.example\.com .* 240\.240\.0\.1, .* simulated /)
  })

  it('keep labels that others have set, and the cluster IP that the server has given', async () => {
    const base = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: default, uid: u, labels: {team: a}}
spec: {clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], ports: [{name: http, port: 80}]}
`
    const file =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{name: http, port: 80}, {name: more, port: 81}]}\n'
    const cwd = folderOf({ 'base.yaml': base, 'over.yaml': file })
    const { stdout } = await vipctl('snapshot -o json --base base.yaml -f over.yaml', { cwd })
    const [service] = (JSON.parse(stdout) as { items: unknown[] }).items
    expect(service).toMatchObject({
      metadata: { uid: 'u', labels: { team: 'a' } },
      spec: { clusterIP: '10.96.0.7', ports: [{ port: 80 }, { port: 81 }] },
    })
  })

  it('take away labels that kubectl noted as applied and that the file no longer has', async () => {
    const applied = JSON.stringify({ metadata: { labels: { mine: 'x' } } })
    const base = `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
  labels: {mine: x, theirs: z}
  annotations: {kubectl.kubernetes.io/last-applied-configuration: '${applied}'}
spec: {ports: [{name: http, port: 80}]}
`
    const file = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{name: http, port: 80}]}\n'
    const cwd = folderOf({ 'base.yaml': base, 'over.yaml': file })
    const { stdout } = await vipctl('snapshot -o json --base base.yaml -f over.yaml', { cwd })
    const [service] = (JSON.parse(stdout) as { items: { metadata: unknown }[] }).items
    expect(service?.metadata).toEqual({ name: 'web', namespace: 'default', labels: { theirs: 'z' } })
  })

  it('that istiod rejects leave the object as it was', async () => {
    const bad = entry({ name: 'old', host: 'not_a_host*', spec: '  resolution: NEVER' })
    const { stdout, stderr } = await over('nametable', BASE, bad)
    expect(stderr).toContain('istiod rejects ServiceEntry default/old')
    expect(stdout).toMatch(/\n {2}old\.example\.com +240\.240\.7\.1 /)
  })

  it('that istiod rejects leave the object of a snapshot as it was, too', async () => {
    const bad = entry({ name: 'old', host: 'not_a_host*', spec: '  resolution: NEVER' })
    const { stdout } = await over('snapshot', BASE, bad)
    expect(stdout).toContain('old.example.com')
    expect(stdout).not.toContain('not_a_host')
  })

  it('of a kind without a part in the mesh take no other object out of a snapshot', async () => {
    const filter = 'apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: tune}\n'
    const { stdout } = await over('snapshot', documents(BASE, filter), `${filter}spec: {priority: 1}\n`)
    expect(stdout).toContain('other.example.com')
    expect(stdout.match(/kind: "?EnvoyFilter/g)).toHaveLength(1)
  })

  it('say when an object stands in them twice', async () => {
    const twice = documents(
      entry({ name: 'new', host: 'a.example.com' }),
      entry({ name: 'new', host: 'b.example.com' }),
    )
    const { stderr, code } = await over('nametable', BASE, twice)
    expect(stderr).toContain('ServiceEntry default/new replaces the one at over.yaml:')
    expect(code).toBe(0)
  })

  it('do nothing odd with objects called __proto__', async () => {
    const odd = entry({ name: '__proto__', host: 'odd.example.com' }).replace(
      'metadata:',
      'metadata:\n  labels: {__proto__: x, constructor: z}',
    )
    const { stdout, code } = await over('nametable --only-changes', BASE, odd)
    expect(stdout).toContain('+ odd.example.com')
    expect(code).toBe(0)
  })
})

describe('marks', () => {
  const FILES = documents(entry({ name: 'new', host: 'new.example.com' }))

  it('stand beside the messages of nametable and allocate', async () => {
    const names = JSON.parse((await over('nametable -o json', BASE, FILES)).stdout) as Record<string, unknown>
    expect(Object.keys(names.table as object)).toEqual(['old.example.com', 'other.example.com', 'new.example.com'])
    expect(names.changes).toEqual([{ change: '+', name: 'new.example.com' }])
    const addresses = JSON.parse((await over('allocate -o json --only-changes', BASE, FILES)).stdout) as object
    expect(addresses).toEqual({
      'default/new': [
        { host: 'new.example.com', value: '240.240.0.1' },
        { host: 'new.example.com', value: '2001:2::1' },
      ],
      changes: [{ change: '+', namespace: 'default', name: 'new', host: 'new.example.com' }],
    })
  })

  it('of a dump name every resource, and only what changed is printed on demand', async () => {
    const { stdout } = await over('dump --only-changes', BASE, FILES)
    const dump = JSON.parse(stdout) as Record<string, { name: string }[]> & { changes: Record<string, object[]> }
    expect(dump.cds?.map(({ name }) => name)).toEqual(['outbound|3306||new.example.com'])
    expect(dump.lds?.map(({ name }) => name)).toEqual(['240.240.0.1_3306'])
    expect(dump.changes.objects).toMatchObject([
      { change: '+', kind: 'ServiceEntry', namespace: 'default', name: 'new' },
    ])
    expect(dump.changes.lds).toEqual([{ change: '+', name: '240.240.0.1_3306' }])
    expect(dump.changes.eds).toEqual([])
    const whole = JSON.parse((await over('dump', BASE, FILES)).stdout) as typeof dump
    expect(whole.cds?.map(({ name }) => name)).toContain('outbound|3306||old.example.com')
  })

  it('leave a config dump as it is', async () => {
    const plain = JSON.parse((await over('dump -o config-dump', BASE, FILES)).stdout) as object
    expect(Object.keys(plain)).toEqual(['configs'])
    expect((await over('dump -o config-dump --only-changes', BASE, FILES)).code).toBe(2)
  })

  const taking = (name: string): string => entry({ name, host: `${name}.example.com`, spec: '  resolution: NONE' })

  it('of conflicts decide the exit code when only changes are asked for', async () => {
    const base = documents(taking('a'), taking('b'))
    const same = await over('conflicts --fix none --only-changes', base, taking('b'))
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining('nothing changes')])
    const more = await over('conflicts --fix none --only-changes', base, taking('c'))
    expect(more.code).toBe(1)
    expect(more.stdout.match(/^[-+~] .*$/gm)).toEqual([expect.stringMatching(/^\+ 0\.0\.0\.0_3306 .*default\/c /)])
    expect((await over('conflicts --fix none', base, taking('b'))).code).toBe(1)
  })

  it('of conflicts are in the data, those that are gone in lists of their own', async () => {
    const base = documents(taking('a'), taking('b'))
    const moved = taking('b').replace('3306', '3307')
    const { stdout } = await over('conflicts -o json --fix none', base, moved)
    expect(JSON.parse(stdout)).toMatchObject({
      conflicts: [],
      gone: { losses: [{ change: '-', listener: '0.0.0.0_3306', loser: { name: 'b', port: 3306 } }] },
    })
  })

  it('are coloured, and names keep their place without a mark', async () => {
    const cwd = folderOf({ 'base.yaml': BASE, 'over.yaml': FILES })
    const { stdout } = await vipctl('nametable --color always --base base.yaml -f over.yaml', { cwd })
    expect(stdout).toContain('\u001b[32m+ new.example.com\u001b[39m')
    expect(stdout).toContain('\u001b[36m  old.example.com\u001b[39m')
  })
})

describe('options of an overlay', () => {
  it.each([
    ['nametable --only-changes -f x.yaml', '--only-changes needs files that are applied to a mesh'],
    ['nametable -k --base x.yaml -f y.yaml', '-k and --base exclude each other'],
    ['nametable --base x.yaml', '--base: no files to apply to it'],
    ['conflicts --base x.yaml -f y.yaml --fix-out z', '--fix-out writes the files of -f'],
  ])('%s: %s', async (line, message) => {
    const { code, stderr } = await vipctl(line)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('files over a live cluster', () => {
  it('are marked, in the namespace of -n, for a proxy of the cluster', async () => {
    const { kubeconfig } = await startCluster()
    const cwd = folderOf({ 'over.yaml': entry({ name: 'new', host: 'new.example.com' }) })
    const line = `nametable new.example.com *.cars.svc.cluster.local -k -f over.yaml -n cars -c ${kubeconfig}`
    const { stdout, stderr, code } = await vipctl(line, { cwd })
    expect(stdout).toMatch(/\+ new\.example\.com .* over\.yaml:7 ServiceEntry cars\/new /)
    expect(stdout).toMatch(/\n {2}cars-web\.cars\.svc\.cluster\.local .* test:service\/cars\/cars-web:/)
    expect(stderr).toContain('objects that the files change: 1 new')
    expect(code).toBe(0)
  })
})
