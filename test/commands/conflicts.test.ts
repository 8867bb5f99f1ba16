import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documents, entry, folderOf, told, vipctl } from './cli.ts'

const FIXTURES = 'fixtures/conflicts'
const TWO = documents(entry({ name: 'a', host: 'a.example.com' }), entry({ name: 'b', host: 'b.example.com' }))

interface Party {
  readonly name: string
  readonly location: { readonly file: string; readonly line: number; readonly column: number }
}

interface Message {
  readonly conflicts: readonly {
    readonly listener: string
    readonly rule: string
    readonly orderAssumed: boolean
    readonly winner: Party
    readonly losers: readonly Party[]
    readonly fixes: readonly { readonly title: string; readonly change: string }[]
  }[]
  readonly withoutListener: readonly (Party & { readonly reason: string })[]
}

async function conflictsOf(argv: string, cwd?: string): Promise<Message> {
  const { stdout } = await vipctl(`conflicts ${argv} -o json`, cwd === undefined ? {} : { cwd })
  return JSON.parse(stdout) as Message
}

describe('conflicts', () => {
  it('is a table of who wins and who is lost, with what else has no listener', async () => {
    const { stdout, stderr, code } = await vipctl(`conflicts ${FIXTURES}/databases --fix port`)
    expect(told({ stderr })).toBe('')
    expect(code).toBe(1)
    expect(stdout).toMatchInlineSnapshot(`
      "# Istio 1.31.0 (assumed)
      # proxy: synthetic sidecar in namespace default, DNS capture off
      LISTENER       WINNER                                                                                                       LOSERS                                                                                                     WHY          FIX
      0.0.0.0_3306   ServiceEntry default/orders-db orders.db.example.com:3306 (fixtures/conflicts/databases/databases.yaml:12)   ServiceEntry default/users-db users.db.example.com:3306 (fixtures/conflicts/databases/databases.yaml:29)   same-match   port
                                                                                                                                  ServiceEntry default/stock-db stock.db.example.com:3306 (fixtures/conflicts/databases/databases.yaml:44)                port

      same-match: both match the same connections, and the first one keeps them

      Fixes of 0.0.0.0_3306, each proven by computing again with it applied:
        1. port: move default/users-db and default/stock-db from port 3306 to separate ports, for clients to use instead
           # merge patch of ServiceEntry default/users-db
           spec:
             ports:
               - number: 3307
                 name: tcp-mysql
                 protocol: TCP
                 targetPort: 3306
           ---
           # merge patch of ServiceEntry default/stock-db
           spec:
             ports:
               - number: 3308
                 name: tcp-mysql
                 protocol: TCP
                 targetPort: 3306

      WITHOUT A LISTENER                                                                                           REASON
      Service default/cache cache.default.svc.cluster.local:6379 (fixtures/conflicts/databases/services.yaml:20)   headless without endpoints: listeners are for endpoint addresses, and there are none except the proxy itself
      "
    `)
  })

  it('prints every fix in full as JSON, and locations as numbers', async () => {
    const { conflicts, withoutListener } = await conflictsOf(`${FIXTURES}/databases`)
    expect(conflicts).toHaveLength(1)
    expect(conflicts[0]).toMatchObject({
      listener: '0.0.0.0_3306',
      port: 3306,
      rule: 'same-match',
      orderAssumed: false,
      winner: {
        kind: 'ServiceEntry',
        namespace: 'default',
        name: 'orders-db',
        host: 'orders.db.example.com',
        port: 3306,
        location: { file: `${FIXTURES}/databases/databases.yaml`, line: 12, column: 5 },
      },
      losers: [{ name: 'users-db' }, { name: 'stock-db' }],
    })
    expect(conflicts[0]?.fixes[0]).toEqual({
      title: 'capture DNS, so that hosts without an address get automatic ones',
      change:
        '# mesh configuration; it takes effect when proxies restart\n' +
        'defaultConfig:\n  proxyMetadata:\n    ISTIO_META_DNS_CAPTURE: "true"\n',
    })
    expect(withoutListener).toMatchObject([
      { kind: 'Service', name: 'cache', port: 6379, reason: expect.stringMatching(/^headless without endpoints/) },
    ])
  })

  it('takes the view of the proxy that is named', async () => {
    expect((await conflictsOf(`${FIXTURES}/databases --meta DNS_CAPTURE=true`)).conflicts).toEqual([])
  })

  it('are of one port if one is given, with the exit code of that port', async () => {
    const other = entry({ name: 'c', host: 'c.example.com' }).replaceAll('3306', '5432')
    const cwd = folderOf({ 'mesh.yaml': documents(TWO, other) })
    const of = (port: number) => vipctl(`conflicts mesh.yaml --port ${port}`, { cwd })
    expect((await of(3306)).stdout).toContain('0.0.0.0_3306')
    expect((await of(3306)).code).toBe(1)
    expect((await of(5432)).stdout).toContain('# no conflicts')
    expect((await of(5432)).code).toBe(0)
    expect((await of(0)).stderr).toContain('A port is a number from 1 to 65535.')
  })

  it('ends with 0 without conflicts, 1 with some, 2 when the input is wrong', async () => {
    const folder = folderOf({ 'one.yaml': entry(), 'two.yaml': TWO, 'bad.yaml': `${TWO}---\na: [\n` })
    const codes = await Promise.all(
      ['one.yaml', 'two.yaml', 'bad.yaml', 'none.yaml'].map((file) => vipctl(`conflicts ${file}`, { cwd: folder })),
    )
    expect(codes.map(({ code }) => code)).toEqual([0, 1, 2, 2])
    expect(codes[0]?.stdout).toContain('# no conflicts')
    expect(codes[2]?.stdout).toContain('0.0.0.0_3306')
  })

  it('reads -f and paths alike, and says which input is missing', async () => {
    const folder = folderOf({ 'a.yaml': entry({ name: 'a' }), 'b.yaml': entry({ name: 'b', host: 'b.example.com' }) })
    expect((await conflictsOf('a.yaml -f b.yaml', folder)).conflicts).toHaveLength(1)
    const { code, stderr } = await vipctl('conflicts')
    expect([code, stderr]).toEqual([2, expect.stringContaining('neither files nor a cluster')])
  })

  it('looks for the fixes that are asked for, and suggests the kind that was meant', async () => {
    expect((await conflictsOf(`${FIXTURES}/databases --fix none`)).conflicts[0]?.fixes).toEqual([])
    const chosen = await conflictsOf(`${FIXTURES}/databases --fix port,dns-capture`)
    expect(chosen.conflicts[0]?.fixes.map(({ title }) => title.split(' ')[0])).toEqual(['move', 'capture'])
    const { code, stderr } = await vipctl(`conflicts ${FIXTURES}/databases --fix ports`)
    expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean port?')])
  })
})

describe('--all-namespaces', () => {
  const own = entry({
    name: 'own',
    host: 'own.example.com',
    namespace: 'batch',
    spec: "  exportTo: ['.']\n  resolution: DNS",
  })
  const web = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: web}\n'

  it('answers for the sidecars of every namespace, once for those that see the same', async () => {
    const cwd = folderOf({ 'm.yaml': documents(TWO, own, web) })
    const { stdout, code } = await vipctl('conflicts -A m.yaml --fix none -o json', { cwd })
    const parts = JSON.parse(stdout) as (Message & { readonly namespaces: readonly string[] })[]
    const said = parts.map(({ namespaces, conflicts }) => [
      namespaces,
      conflicts.flatMap(({ winner, losers }) => losers.map((loser) => `${winner.name} over ${loser.name}`)),
    ])
    expect(said).toEqual([
      [['batch'], ['own over a', 'own over b']],
      [['default', 'web'], ['a over b']],
    ])
    expect(code).toBe(1)
    const text = await vipctl('conflicts -A m.yaml --fix none', { cwd })
    expect(text.stdout).toContain('# proxy: synthetic sidecars in namespaces default, web, DNS capture off')
  })

  it('is one answer for namespaces that see different services and lose the same', async () => {
    const others = entry({
      name: 'c',
      host: 'c.example.com',
      namespace: 'batch',
      spec: "  exportTo: ['.']\n  resolution: DNS",
    })
    const cwd = folderOf({ 'm.yaml': documents(TWO, others.replaceAll('3306', '5432'), web) })
    const { stdout } = await vipctl('conflicts -A m.yaml --fix none', { cwd })
    expect(stdout.match(/0\.0\.0\.0_3306/g)).toHaveLength(1)
    expect(stdout).toContain('# proxy: synthetic sidecars in namespaces batch, default, web, DNS capture off')
  })

  it('names the release once, and a winner once for all its losers', async () => {
    const cwd = folderOf({ 'm.yaml': documents(TWO, own, web) })
    const { stdout } = await vipctl('conflicts -A m.yaml --fix none', { cwd })
    expect(stdout.match(/^# Istio /gm)).toHaveLength(1)
    expect(stdout.match(/ServiceEntry batch\/own /g)).toHaveLength(1)
  })

  it('names the namespaces in which nothing is lost', async () => {
    const cwd = folderOf({ 'm.yaml': documents(entry({ name: 'a', host: 'a.example.com' }), web) })
    const { stdout, code } = await vipctl('conflicts -A m.yaml', { cwd })
    expect(stdout).toBe('# Istio 1.31.0 (assumed)\n# no conflicts for sidecars in namespaces default, web\n')
    expect(code).toBe(0)
  })

  it('is not for one proxy', async () => {
    const { stderr, code } = await vipctl('conflicts -A m.yaml --proxy web')
    expect(stderr).toContain('-A and --proxy exclude each other')
    expect(code).toBe(2)
  })
})

describe('--fix-out', () => {
  it.each(['addresses', 'dns-capture', 'port'])('writes manifests that have no conflict any more: %s', async (kind) => {
    const folder = folderOf({})
    const out = join(folder, 'mended')
    const { code, stderr } = await vipctl(`conflicts ${FIXTURES}/databases --fix ${kind} --fix-out ${out}`)
    expect(code).toBe(1)
    expect(stderr).toContain(`files to ${out}, of which changed:`)
    expect((await conflictsOf(out)).conflicts).toEqual([])
    expect((await vipctl(`conflicts ${out}`)).code).toBe(0)
    expect(readFileSync(join(out, 'services.yaml'))).toEqual(readFileSync(`${FIXTURES}/databases/services.yaml`))
  })

  it('deletes an entry that was merged into another', async () => {
    const out = join(folderOf({}), 'mended')
    await vipctl(`conflicts ${FIXTURES}/replicas --fix merge --fix-out ${out}`)
    const whole = readFileSync(`${FIXTURES}/replicas/entries.yaml`, 'utf8')
    expect(readFileSync(join(out, 'entries.yaml'), 'utf8')).toBe(whole.slice(0, whole.indexOf('---')))
    expect((await vipctl(`conflicts ${out}`)).code).toBe(0)
  })

  it('changes only the entries of other namespaces for exportTo', async () => {
    const out = join(folderOf({}), 'mended')
    await vipctl(`conflicts ${FIXTURES}/namespaces -n team-b --fix export-to --fix-out ${out}`)
    expect(readFileSync(join(out, 'team-a.yaml'), 'utf8')).toContain('exportTo: ["."]')
    expect(readFileSync(join(out, 'team-b.yaml'))).toEqual(readFileSync(`${FIXTURES}/namespaces/team-b.yaml`))
    expect((await vipctl(`conflicts ${out} -n team-b`)).code).toBe(0)
  })

  it('adds to the mesh configuration of the input, comments and all', async () => {
    const mesh = `apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |-
    # outside
    outboundTrafficPolicy:
      mode: REGISTRY_ONLY # strictly
    defaultConfig:
      proxyMetadata: {}
  meshNetworks: 'networks: {}'
`
    const folder = folderOf({ 'in/db.yaml': TWO, 'in/mesh.yaml': mesh })
    await vipctl('conflicts in --fix dns-capture --fix-out out', { cwd: folder })
    const text = readFileSync(join(folder, 'out/mesh.yaml'), 'utf8')
    expect(text).toContain('    # outside\n    outboundTrafficPolicy:\n      mode: REGISTRY_ONLY # strictly\n')
    expect(text).toContain('ISTIO_META_DNS_CAPTURE: "true"')
    expect(text).toContain("  meshNetworks: 'networks: {}'\n")
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['db.yaml', 'mesh.yaml'])
    expect((await vipctl('conflicts out', { cwd: folder })).code).toBe(0)
  })

  it('leaves DNS capture to those who own the node when a node is given', async () => {
    const node = { id: 'sidecar~10.0.0.9~a.default~default.svc.cluster.local', metadata: { NAMESPACE: 'default' } }
    const folder = folderOf({ 'in/db.yaml': TWO, 'node.json': JSON.stringify(node) })
    await vipctl('conflicts in --node node.json --fix-out out', { cwd: folder })
    expect(readdirSync(join(folder, 'out'))).toEqual(['db.yaml'])
    expect((await vipctl('conflicts out --node node.json', { cwd: folder })).code).toBe(0)
  })

  it('keeps the folders below the one that all files share', async () => {
    const folder = folderOf({
      'in/a/db.yaml': entry({ name: 'a' }),
      'in/b/db.yaml': entry({ name: 'b', host: 'b.x.y' }),
    })
    await vipctl('conflicts in -R --fix port --fix-out out', { cwd: folder })
    expect(existsSync(join(folder, 'out/a/db.yaml')) && existsSync(join(folder, 'out/b/db.yaml'))).toBe(true)
    expect((await vipctl('conflicts out -R', { cwd: folder })).code).toBe(0)
  })

  it('mends the input itself when its own folder is given', async () => {
    const folder = folderOf({ 'in/db.yaml': TWO })
    await vipctl('conflicts in --fix port --fix-out in', { cwd: folder })
    expect((await vipctl('conflicts in', { cwd: folder })).code).toBe(0)
  })

  it('takes manifests from standard input', async () => {
    const folder = folderOf({})
    await vipctl('conflicts -f - --fix port --fix-out out', { cwd: folder, stdin: TWO })
    expect((await vipctl('conflicts out', { cwd: folder })).code).toBe(0)
  })

  it('does not write over another file of the input', async () => {
    const folder = folderOf({ 'db.yaml': entry({ name: 'a' }), 'out/db.yaml': entry({ name: 'b', host: 'b.x.y' }) })
    const before = readFileSync(join(folder, 'out/db.yaml'), 'utf8')
    const { code, stderr } = await vipctl('conflicts db.yaml out --fix port --fix-out out', { cwd: folder })
    expect([code, stderr]).toEqual([2, expect.stringContaining('would overwrite a file of the input')])
    expect(readFileSync(join(folder, 'out/db.yaml'), 'utf8')).toBe(before)
  })

  it('follows no link out of the folder', async () => {
    const folder = folderOf({ 'in/sub/db.yaml': TWO, 'in/web.yaml': entry({ name: 'w', host: 'w.x.y' }) })
    mkdirSync(join(folder, 'elsewhere'))
    mkdirSync(join(folder, 'out'))
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'out/sub'))
    const { code, stderr } = await vipctl('conflicts in -R --fix port --fix-out out', { cwd: folder })
    expect([code, stderr]).toEqual([2, expect.stringContaining('outside the folder')])
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([])
  })

  it('says what is in the way when the folder is a file', async () => {
    const folder = folderOf({ 'db.yaml': TWO })
    writeFileSync(join(folder, 'out'), '')
    const { code, stderr } = await vipctl('conflicts db.yaml --fix-out out', { cwd: folder })
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: --fix-out: out\/db.yaml cannot be written: a file is where its folder would be$/m),
    ])
  })

  it('writes nothing where nothing can be mended', async () => {
    const folder = folderOf({ 'db.yaml': entry() })
    const { stderr } = await vipctl('conflicts db.yaml --fix-out out', { cwd: folder })
    expect(stderr).toContain('nothing to write')
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })
})
