import { describe, expect, it } from 'vitest'
import { CAPTURE, documents, entry, folderOf, told, vipctl } from './cli.ts'

const mesh = () =>
  folderOf({
    'mesh.yaml': documents(
      CAPTURE,
      entry({ name: 'orders', host: 'orders.db.example.com' }),
      entry({
        name: 'stored',
        host: 'stored.db.example.com',
        spec: '  resolution: DNS\nstatus:\n  addresses:\n  - {host: stored.db.example.com, value: 240.240.7.7}',
      }),
      entry({
        name: 'own',
        namespace: 'shop',
        host: 'own.example.com',
        spec: '  addresses: [198.51.100.1]\n  resolution: STATIC',
      }),
    ),
  })

describe('nametable', () => {
  it('has a line for each host with its addresses, manifest and rule', async () => {
    const { stdout, stderr, code } = await vipctl('nametable -f mesh.yaml', { cwd: mesh() })
    expect(stdout).toMatchInlineSnapshot(`
      "# Istio 1.31.0 (assumed)
      # proxy: synthetic sidecar in namespace default, DNS capture on
      HOST                    ADDRESSES      REGISTRY   SOURCE                                     RULE
      orders.db.example.com   240.240.0.1    External   mesh.yaml:18 ServiceEntry default/orders   automatic (simulated)
      own.example.com         198.51.100.1   External   mesh.yaml:53 ServiceEntry shop/own         spec.addresses
      stored.db.example.com   240.240.7.7    External   mesh.yaml:31 ServiceEntry default/stored   automatic (status)
      "
    `)
    expect(told({ stderr })).toBe('')
    expect(code).toBe(0)
  })

  it('takes globs, and the namespace of the declaration', async () => {
    const cwd = mesh()
    const hosts = async (line: string) => {
      const { stdout } = await vipctl(line, { cwd })
      return Object.keys(JSON.parse(stdout).table ?? {})
    }
    expect(await hosts('nds *.db.example.com -f mesh.yaml -o json')).toEqual([
      'orders.db.example.com',
      'stored.db.example.com',
    ])
    expect(await hosts('nds o?n.example.com ORDERS* -f mesh.yaml -o json')).toEqual([
      'orders.db.example.com',
      'own.example.com',
    ])
    expect(await hosts('nds --from shop -f mesh.yaml -o json')).toEqual(['own.example.com'])
    expect(await hosts('nds --from nowhere -f mesh.yaml -o json')).toEqual([])
  })

  it('says when there is nothing to show, and why', async () => {
    const cwd = mesh()
    expect((await vipctl('nds nothing -f mesh.yaml', { cwd })).stdout).toContain(
      '# no host of the name table matches\n',
    )
    const gateway = folderOf({ 'node.json': '{"id":"router~10.0.0.1~gw.default~default.svc.cluster.local"}' })
    const { stdout } = await vipctl(`nds -f mesh.yaml --node ${gateway}/node.json`, { cwd })
    expect(stdout).toContain('# the name table is empty\n')
  })

  it('prints the NDS message as JSON and YAML', async () => {
    const cwd = mesh()
    const json = await vipctl('nds own* -f mesh.yaml -o json', { cwd })
    expect(JSON.parse(json.stdout)).toEqual({
      table: { 'own.example.com': { ips: ['198.51.100.1'], registry: 'External' } },
    })
    const yaml = await vipctl('nds own* -f mesh.yaml -o yaml', { cwd })
    expect(yaml.stdout).toBe('table:\n  own.example.com:\n    ips:\n      - 198.51.100.1\n    registry: External\n')
  })
})

describe('allocate', () => {
  it('has a line for each host with its addresses, where they came from and why', async () => {
    const { stdout, stderr, code } = await vipctl('allocate -f mesh.yaml', { cwd: mesh() })
    const lines = stdout.split('\n').map((line) => line.split(/ {3,}/).slice(0, 5))
    expect(lines).toEqual([
      ['# Istio 1.31.0 (assumed)'],
      ['# left: 65,533 IPv4 addresses of 240.240.0.0/16'],
      ['HOST', 'NAMESPACE', 'ENTRY', 'ADDRESSES', 'SOURCE'],
      ['orders.db.example.com', 'default', 'orders', '240.240.0.1, 2001:2::1', 'simulated'],
      ['stored.db.example.com', 'default', 'stored', '240.240.7.7', 'status'],
      ['own.example.com', 'shop', 'own', '198.51.100.1', 'own'],
      [''],
    ])
    expect(stdout).toContain('mesh.yaml:31: stored in status.addresses')
    expect(told({ stderr })).toBe('')
    expect(code).toBe(0)
  })

  const hostsOf = async (words: string) =>
    (await vipctl(`allocate ${words} -f ${mesh()}`)).stdout.split('\n').flatMap((line) => /^\S+\.com/.exec(line) ?? [])

  it('selects the hosts that have an address', async () => {
    expect(await hostsOf('240.240.7.7')).toEqual(['stored.db.example.com'])
    expect(await hostsOf('198.51.100.1 orders.*')).toEqual(['orders.db.example.com', 'own.example.com'])
    const { stdout, stderr } = await vipctl(`allocate 10.96.0.1 -f ${mesh()}`)
    expect(stdout).toContain('# no hosts')
    expect(stderr).toContain('hint: vipctl dig -x 10.96.0.1 also looks among Services and pods')
  })

  it('selects hosts by the source of their addresses', async () => {
    expect(await hostsOf('--source own')).toEqual(['own.example.com'])
    expect(await hostsOf('--source own --source status')).toEqual(['stored.db.example.com', 'own.example.com'])
    expect((await vipctl(`allocate --source own -o patch -f ${mesh()}`)).code).toBe(2)
    expect((await vipctl('allocate --source statu')).stderr).toContain('Did you mean status?')
  })

  it('follows the Istio version', async () => {
    const cwd = mesh()
    const addresses = async (version: string) =>
      JSON.parse((await vipctl(`allocate -f mesh.yaml -o json --istio-version ${version}`, { cwd })).stdout)
    expect(await addresses('1.24')).toEqual({
      'default/orders.db.example.com': [expect.stringMatching(/^240\.240\./), expect.stringMatching(/^2001:2::f0f0:/)],
      'default/stored.db.example.com': [expect.stringMatching(/^240\.240\./), expect.stringMatching(/^2001:2::f0f0:/)],
    })
    expect(await addresses('1.16')).toEqual({
      'default/orders.db.example.com': ['240.240.0.1', expect.any(String)],
      'default/stored.db.example.com': ['240.240.0.2', expect.any(String)],
    })
    expect(await addresses('1.7')).toEqual({})
  })

  it('says when the order of entries is assumed', async () => {
    const cwd = folderOf({
      'mesh.yaml': documents(entry({ name: 'b', host: 'b.example.com' }), entry({ name: 'a', host: 'a.example.com' })),
    })
    const { stderr } = await vipctl('allocate -f mesh.yaml -o json', { cwd })
    expect(told({ stderr })).toBe('note: order assumed: creation times are missing or equal\n')
    const quiet = await vipctl('allocate -f mesh.yaml -o json -q', { cwd })
    expect(quiet.stderr).toBe('')
  })

  it('prints the status that the controller would write, for the entries that lack it', async () => {
    const { stdout } = await vipctl('allocate -f mesh.yaml -o patch', { cwd: mesh() })
    expect(stdout).toBe(`---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: orders
  namespace: default
status:
  addresses:
    - host: orders.db.example.com
      value: 240.240.0.1
    - host: orders.db.example.com
      value: 2001:2::1
`)
  })

  it('has no patch for versions that store nothing', async () => {
    const { stdout, stderr, code } = await vipctl('allocate -f mesh.yaml -o patch --istio-version 1.20', {
      cwd: mesh(),
    })
    expect(stdout).toBe('')
    expect(stderr).toContain('error: -o patch: there is no status to write when addresses are hashed\n')
    expect(code).toBe(2)
  })

  it('counts the hosts for which no address was left', async () => {
    const entries = ['a', 'b', 'c', 'd'].map((name) => entry({ name, host: `${name}.example.com` }))
    const cwd = folderOf({ 'mesh.yaml': documents(...entries) })
    const { stderr, code } = await vipctl(
      'allocate -f mesh.yaml --istiod-env PILOT_IP_AUTOALLOCATE_IPV4_PREFIX=240.240.0.0/30',
      { cwd },
    )
    expect(stderr).toContain('warning: 1 hosts have no IPv4 address: 240.240.0.0/30 is exhausted\n')
    expect(code).toBe(0)
  })

  it('says whether a proxy that is named uses the addresses', async () => {
    const cwd = mesh()
    const { stdout } = await vipctl('allocate -f mesh.yaml --meta DNS_CAPTURE=false', { cwd })
    expect(stdout).toContain('DNS capture off, does not use automatic addresses\n')
  })
})

describe('dump', () => {
  it('has everything of one proxy in one object', async () => {
    const { stdout, code } = await vipctl('dump -f mesh.yaml', { cwd: mesh() })
    const dump = JSON.parse(stdout)
    expect(Object.keys(dump)).toEqual(['allocation', 'validation', 'nds', 'lds', 'cds', 'eds', 'rds'])
    expect(dump.nds.table['orders.db.example.com'].ips).toEqual(['240.240.0.1'])
    expect(dump.lds.map((listener: { name: string }) => listener.name)).toContain('240.240.0.1_3306')
    expect(dump.cds.map((cluster: { name: string }) => cluster.name)).toContain('outbound|3306||orders.db.example.com')
    expect(code).toBe(0)
  })

  it('lists what istiod rejects', async () => {
    const cwd = folderOf({ 'mesh.yaml': entry({ spec: '  resolution: STATIC\n  addresses: [nonsense]' }) })
    const { stdout, stderr, code } = await vipctl('dump -f mesh.yaml', { cwd })
    expect(JSON.parse(stdout).validation).toEqual([
      { kind: 'ServiceEntry', namespace: 'default', name: 'db', error: expect.stringContaining('nonsense') },
    ])
    expect(stderr).toMatch(/^warning: mesh\.yaml:13:15: istiod rejects ServiceEntry default\/db: .* \(left out\)$/m)
    expect(code).toBe(0)
  })

  it('is the same in YAML', async () => {
    const cwd = mesh()
    const json = await vipctl('dump -f mesh.yaml -o json', { cwd })
    const yaml = await vipctl('dump -f mesh.yaml -o yaml', { cwd })
    const { parse } = await import('yaml')
    expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout))
  })
})

describe('cells with many values', () => {
  it('show the first, and how many more there are', async () => {
    const entries = Array.from({ length: 15 }, (_, i) =>
      entry({
        name: `db-${i}`,
        host: 'db.example.com',
        spec: `  addresses: [198.51.100.${i + 1}]\n  resolution: NONE`,
      }).replace('3306', String(3306 + i)),
    )
    const cwd = folderOf({ 'mesh.yaml': documents(CAPTURE, ...entries) })
    const { stdout } = await vipctl('nametable -f mesh.yaml', { cwd })
    const row = stdout.split('\n').find((line) => line.startsWith('db.example.com')) ?? ''
    const [, addresses = '', , source = ''] = row.split(/ {3,}/)
    expect(addresses).toMatch(/^(\S+, ){2}\S+ \+12 more$/)
    expect(source).toMatch(/^mesh\.yaml:\d+ ServiceEntry default\/db-\d+ \+14 more$/)
    const json = JSON.parse((await vipctl('nametable -f mesh.yaml -o json', { cwd })).stdout)
    expect(json.table['db.example.com'].ips).toHaveLength(15)
  })
})

describe('a terminal', () => {
  it('gets messages and comments that are broken between words', async () => {
    const { stdout, stderr } = await vipctl('dig nope.example.com -f mesh.yaml --color never', {
      cwd: mesh(),
      columns: 60,
    })
    const piped = await vipctl('dig nope.example.com -f mesh.yaml', { cwd: mesh() })
    for (const text of [stdout, stderr]) {
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60)
    }
    const words = (text: string) => text.split(/\s+/).filter((word) => !/^;*$/.test(word))
    expect(words(stdout)).toEqual(words(piped.stdout))
    expect(words(stderr)).toEqual(words(piped.stderr))
  })
})

describe('tables in a terminal', () => {
  it('cut the last column off at the width of the terminal, and nothing without one', async () => {
    const cwd = mesh()
    const narrow = await vipctl('allocate -f mesh.yaml --color never', { cwd, columns: 110 })
    const widths = narrow.stdout.split('\n').map((line) => line.length)
    expect(Math.max(...widths)).toBe(110)
    expect(narrow.stdout).toContain('…')
    const piped = await vipctl('allocate -f mesh.yaml', { cwd })
    expect(piped.stdout).not.toContain('…')
  })

  it('become lists where the terminal is too narrow for a table, and lose nothing', async () => {
    const { stdout } = await vipctl('nds own* -f mesh.yaml --color never', { cwd: mesh(), columns: 80 })
    expect(stdout).toMatchInlineSnapshot(`
      "# Istio 1.31.0 (assumed)
      # proxy: synthetic sidecar in namespace default, DNS capture on
      own.example.com
        ADDRESSES   198.51.100.1
        REGISTRY    External
        SOURCE      mesh.yaml:53 ServiceEntry shop/own
        RULE        spec.addresses
      "
    `)
  })

  it('colour headers only when asked to, or in a terminal', async () => {
    const cwd = mesh()
    const colored = async (flags: string, columns?: number, env: Record<string, string> = {}) =>
      (await vipctl(`nds -f mesh.yaml ${flags}`.trim(), { cwd, env, ...(columns && { columns }) })).stdout.includes(
        '\u001b[',
      )
    expect(await colored('')).toBe(false)
    expect(await colored('', 200)).toBe(true)
    expect(await colored('--color never', 200)).toBe(false)
    expect(await colored('--color always')).toBe(true)
    expect(await colored('', 200, { NO_COLOR: '1' })).toBe(false)
    expect(await colored('', undefined, { FORCE_COLOR: '1' })).toBe(true)
    expect(await colored('', undefined, { FORCE_COLOR: '0' })).toBe(false)
    expect(await colored('', 200, { TERM: 'dumb' })).toBe(false)
    expect(await colored('--color always', 200, { NO_COLOR: '1' })).toBe(true)
  })
})
