import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { entry, folderOf, told, vipctl } from './cli.ts'

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  })

const BEFORE = `${entry({ namespace: 'shop' })}---\n${entry({ name: 'web', host: 'web.example.com', namespace: 'shop' })}`
const AFTER = BEFORE.replace('number: 3306', 'number: 3307')

/** A repository whose commit has `mesh/a.yaml` as it was, and whose working tree has it changed. */
function repository(): string {
  const folder = folderOf({ 'mesh/a.yaml': BEFORE })
  git(folder, 'init', '-q', '-b', 'main')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', 'first')
  writeFileSync(join(folder, 'mesh/a.yaml'), AFTER)
  return folder
}

interface Message {
  readonly before: string
  readonly after: string
  readonly summary: { readonly changes: number; readonly onlyText: boolean; readonly effects: Record<string, number> }
  readonly changes: readonly {
    readonly object: string
    readonly locations: {
      readonly before?: { file: string; line: number }
      readonly after?: { file: string; line: number }
    }
  }[]
  readonly effects: readonly {
    readonly kind: string
    readonly subject: { readonly name: string }
    readonly sentence: string
    readonly proxies: readonly string[]
    readonly cause: { readonly objects: readonly string[] }
  }[]
  readonly resources?: readonly { readonly kind: string; readonly name: string; readonly change: string }[]
}

async function messageOf(argv: string, cwd: string): Promise<Message> {
  const { stdout } = await vipctl(`diff ${argv} -o json`, { cwd })
  return JSON.parse(stdout) as Message
}

describe('vipctl diff', () => {
  it.each(['git:main -f mesh', 'git:main:mesh', 'git:HEAD:mesh/a.yaml', 'git:main... -f mesh/a.yaml'])(
    'compares a commit with the working tree: %s',
    async (operands) => {
      const folder = repository()
      const status = git(folder, 'status', '--porcelain')
      const { changes, effects } = await messageOf(operands, folder)
      expect(changes.map(({ object }) => object)).toEqual(['ServiceEntry shop/db'])
      const locations = changes[0]?.locations
      expect(locations?.before?.file).toMatch(/^git:(main|HEAD|main\.\.\.):mesh\/a\.yaml$/)
      expect(locations?.after).toMatchObject({ file: 'mesh/a.yaml', line: 1 })
      expect(effects.map(({ kind }) => kind)).toContain('unreachable')
      expect(new Set(effects.flatMap(({ cause }) => cause.objects))).toEqual(new Set(['ServiceEntry shop/db']))
      expect(git(folder, 'status', '--porcelain')).toBe(status)
    },
  )

  it('reads a file of a commit once that it also finds by links, as in the working tree', async () => {
    const folder = folderOf({ 'mesh/a.yaml': BEFORE, 'other/b.yaml': entry({ name: 'b', host: 'b.example.com' }) })
    const links = { link: 'a.yaml', other: '../other/b.yaml', again: 'other.yaml', 'deep/up': '../link.yaml' }
    mkdirSync(join(folder, 'mesh/deep'))
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, `mesh/${name}.yaml`))
    git(folder, 'init', '-q', '-b', 'main')
    git(folder, 'add', '-A')
    git(folder, 'commit', '-q', '-m', 'first')
    const { summary } = await messageOf('git:main:mesh', folder)
    expect(summary).toMatchObject({ changes: 0, onlyText: false, effects: {} })
    const { stderr } = await vipctl('diff git:main:mesh', { cwd: folder })
    expect(stderr).not.toMatch(/twice|again|several/)
  })

  it('says that only comments or order changed', async () => {
    const [first = '', second = ''] = BEFORE.split('---\n')
    const cwd = folderOf({
      'a.yaml': BEFORE,
      'comments.yaml': `# why\n${BEFORE}`,
      'order.yaml': `${second}---\n${first}`,
    })
    for (const other of ['comments.yaml', 'order.yaml']) {
      const { stdout, code } = await vipctl(`diff a.yaml ${other} --exit-code -q`, { cwd })
      expect(stdout).toBe(`a.yaml -> ${other}: only comments, layout and order changed\n`)
      expect(code).toBe(0)
    }
  })

  it('names the cause of each effect, and objects without one', async () => {
    const label = AFTER.replace('name: web\n', 'name: web\n  labels: { team: a }\n')
    const cwd = folderOf({ 'a.yaml': BEFORE, 'b.yaml': label })
    const { stdout } = await vipctl('diff a.yaml b.yaml -q', { cwd })
    expect(stdout).toMatch(
      /\n~ ServiceEntry shop\/db \(b\.yaml:1, before: a\.yaml:1\)\n {4}~ spec\.ports\[0\]\.number: 3306 -> 3307\n/,
    )
    expect(stdout).toMatch(/\nWithout an effect on proxies\n {2}~ ServiceEntry shop\/web /)
  })

  it('lets entries keep their addresses when others come and go, as in a cluster', async () => {
    const hosts = ['b', 'm', 'z'].map((name) => entry({ name, host: `${name}.example.com`, namespace: 'shop' }))
    const [b = '', m = '', z = ''] = hosts
    const cwd = folderOf({ 'few.yaml': `${m}---\n${z}`, 'all.yaml': `${b}---\n${m}---\n${z}` })
    for (const [operands, host] of [
      ['few.yaml all.yaml', 'b.example.com'],
      ['all.yaml few.yaml', 'b.example.com'],
    ] as const) {
      const { effects } = await messageOf(operands, cwd)
      const ofAddresses = effects.filter(({ kind }) => kind.startsWith('vip-'))
      expect(ofAddresses.map(({ subject }) => subject.name)).toEqual([host])
      const scratch = await messageOf(`${operands} --from-scratch`, cwd)
      expect(scratch.effects.filter(({ kind }) => kind === 'vip-change').length).toBeGreaterThan(1)
    }
  })

  it('compares with stored addresses and creation times of a snapshot', async () => {
    const stored = entry({ name: 'z', host: 'z.example.com', namespace: 'shop' })
      .replace('  namespace: shop\n', '  namespace: shop\n  uid: u1\n  creationTimestamp: "2024-01-01T00:00:00Z"\n')
      .concat('status:\n  addresses: [{ host: z.example.com, value: 240.240.7.7 }]\n')
    const plain = entry({ name: 'z', host: 'z.example.com', namespace: 'shop' })
    const cwd = folderOf({ 'live.yaml': stored, 'file.yaml': `${entry({ namespace: 'shop' })}---\n${plain}` })
    const { changes, effects } = await messageOf('live.yaml file.yaml', cwd)
    expect(changes.map(({ object }) => object)).toEqual(['ServiceEntry shop/db'])
    const names = effects.map(({ subject }) => subject.name)
    expect(names.filter((name) => name.startsWith('z.'))).toEqual([])
  })

  it('prints each resource that differs with --resources', async () => {
    const cwd = folderOf({ 'a.yaml': BEFORE, 'b.yaml': BEFORE.replace('3306', '3307') })
    const { resources = [] } = await messageOf('a.yaml b.yaml --resources', cwd)
    expect(resources).toContainEqual(
      expect.objectContaining({ change: 'removed', kind: 'cds', name: 'outbound|3306||db.example.com' }),
    )
    expect(resources).toContainEqual(
      expect.objectContaining({ change: 'added', kind: 'cds', name: 'outbound|3307||db.example.com' }),
    )
    const { stdout } = await vipctl('diff a.yaml b.yaml --resources -q', { cwd })
    expect(stdout).toContain('\n- cluster outbound|3306||db.example.com (sidecars of namespace shop)\n')
  })

  it('ends with exit code 1 on request', async () => {
    const cwd = folderOf({ 'a.yaml': BEFORE, 'b.yaml': AFTER })
    const codes = await Promise.all(
      ['', '--exit-code', '--fail-on unreachable', '--fail-on conflict,mtls-change', '--fail-on any'].map(
        async (flags) => (await vipctl(`diff a.yaml b.yaml ${flags}`.trim(), { cwd })).code,
      ),
    )
    expect(codes).toEqual([0, 1, 1, 0, 1])
  })

  it('compares two versions of Istio', async () => {
    const cwd = folderOf({ 'a.yaml': BEFORE })
    const { stdout, code } = await vipctl('diff --from-version 1.24 --to-version 1.28 a.yaml', { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Istio 1\.24\.\d+ -> Istio 1\.28\.\d+: \d+ behaviours of istiod changed, \d+ effects\n/)
    expect(stdout).toMatch(/\n\+ addresses-in-status\n/)
    expect(stdout).toContain('vipctl releases lists all')
  })

  it('writes annotations at the changed object', async () => {
    const cwd = folderOf({ 'a.yaml': BEFORE, 'b.yaml': AFTER })
    const { stdout } = await vipctl('diff a.yaml b.yaml -o github --fail-on unreachable', { cwd })
    expect(stdout).toMatch(/^::error file=b\.yaml,line=1,col=1,.*title=unreachable%3A ServiceEntry shop\/db::/m)
    expect(stdout).toMatch(/^::notice /m)
  })

  it('writes a comment in which names have no meaning to Markdown', async () => {
    const cwd = folderOf({ 'a.yaml': BEFORE, 'b.yaml': BEFORE.replace('name: db\n', 'name: "<b>|x"\n') })
    const { stdout } = await vipctl('diff a.yaml b.yaml -o markdown', { cwd })
    expect(stdout).toMatch(/^## vipctl diff: 2 objects changed, /)
    expect(stdout).not.toContain('<b>')
  })

  it('mentions no users and issues in a comment, also not by entities', async () => {
    const cwd = folderOf({ 'a.yaml': BEFORE, 'b.yaml': BEFORE.replace('name: db\n', 'name: "@octocat #12"\n') })
    const { stdout } = await vipctl('diff a.yaml b.yaml -o markdown', { cwd })
    expect(stdout).toContain('&#64;&#8203;octocat &#35;&#8203;12')
    expect(stdout).not.toMatch(/(?:&#64;|&#35;|[@#])(?=octocat|12)/)
  })

  it('keeps a comment short, and closes what it opens', async () => {
    const many = Array.from({ length: 300 }, (_, index) => entry({ name: `e${index}`, host: `h${index}.example.com` }))
    const cwd = folderOf({ 'a.yaml': BEFORE, 'b.yaml': `${BEFORE}---\n${many.join('---\n')}` })
    const { stdout } = await vipctl('diff a.yaml b.yaml -o markdown --no-lint --budget 1ms', { cwd })
    expect(stdout.length).toBeLessThan(65_536)
    expect(stdout.split('<details>').length).toBe(stdout.split('</details>').length)
  })
})

const MESH_CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    defaultConfig:
      proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true" }
`

const gateway = (label: string): string => `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: gateway, namespace: shop }
spec:
  selector: { istio: ${label} }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }]
`

describe('vipctl diff, for proxies that the input does not have', () => {
  it('tells what sidecars notice when the mesh configuration turns DNS capture on or off', async () => {
    const off = MESH_CONFIG.replace('"true"', '"false"')
    const cwd = folderOf({ 'on.yaml': `${BEFORE}---\n${MESH_CONFIG}`, 'off.yaml': `${BEFORE}---\n${off}` })
    const { stdout, code } = await vipctl('diff on.yaml off.yaml -q --fail-on dns-change', { cwd })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^ {2}sidecars of .* with the DNS capture of the mesh configuration:$/m)
    expect(stdout).toContain('dns-change DNS queries are answered by the upstream resolver (before: by the proxy)')
  })

  it.each([
    ['is added', BEFORE, `${BEFORE}---\n${gateway('edge')}`, [['reachable', 'edge']]],
    ['is removed', `${BEFORE}---\n${gateway('edge')}`, BEFORE, [['unreachable', 'edge']]],
    [
      'selects another router',
      `${BEFORE}---\n${gateway('edge')}`,
      `${BEFORE}---\n${gateway('inner')}`,
      [
        ['unreachable', 'edge'],
        ['reachable', 'inner'],
      ],
    ],
  ] as const)('tells what routers notice when a Gateway %s', async (_, before, after, expected) => {
    const { effects } = await messageOf('a.yaml b.yaml', folderOf({ 'a.yaml': before, 'b.yaml': after }))
    const ofPort = effects.filter(({ sentence }) => sentence.startsWith('port 80 of the gateway'))
    expect(ofPort.map(({ kind, proxies }) => [kind, proxies])).toEqual(
      expected.map(([kind, label]) => [kind, [`assumed router in namespace istio-system with labels istio=${label}`]]),
    )
  })

  it('does not say that proxies get the same if a changed kind is not modelled', async () => {
    const backend =
      'apiVersion: gateway.networking.x-k8s.io/v1alpha1\nkind: XBackend\nmetadata: { name: f, namespace: shop }\n'
    const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: r, namespace: shop }\n'
    const cwd = folderOf({
      'a.yaml': BEFORE,
      'backend.yaml': `${BEFORE}---\n${backend}`,
      'role.yaml': `${BEFORE}---\n${role}`,
      'both.yaml': `${AFTER}---\n${backend}`,
    })
    const { stdout } = await vipctl('diff a.yaml backend.yaml -q', { cwd })
    expect(stdout).toMatch(/: 1 object changed; no effect found, but vipctl does not model XBackend\n/)
    expect((await vipctl('diff a.yaml role.yaml -q', { cwd })).stdout).toContain(
      ', and the compared proxies get the same as before',
    )
    const both = await vipctl('diff a.yaml both.yaml -q', { cwd })
    expect(both.stdout).toMatch(/\nOf kinds that vipctl does not model\n {2}\+ XBackend shop\/f /)
    expect(both.stdout).not.toContain('Without an effect')
  })
})

describe('vipctl diff refuses', () => {
  it.each([
    ['git:-x:mesh', 'error: git:-x:mesh: this is not a name of a commit, branch or tag'],
    ['git:nowhere:mesh', 'error: git:nowhere:mesh: there is no such commit, branch or tag'],
    ['git:main:elsewhere', 'error: git:main:elsewhere: the commit has no such file or folder'],
    ['git::mesh', 'error: git::mesh: a commit, branch or tag is missing'],
    ['git:main:', 'error: git:main:: a path is missing after the colon'],
    ['git:main', 'error: git:main: which files of the commit?'],
    ['mesh ./mesh/', 'error: diff: both sides are mesh'],
    ['mesh -f ./mesh/', 'error: diff: both sides are mesh'],
    ['git:main:mesh git:main:mesh', 'error: diff: both sides are git:main:mesh'],
    ['mesh', 'error: mesh: with what is it to be compared?'],
    ['mesh nowhere.yaml', 'error: diff: nowhere.yaml cannot be read, so nothing is compared'],
    ['mesh mesh/a.yaml -f mesh', 'error: diff: -f, -k and --env stand for the second operand'],
    ['git:main:mesh cluster:', 'error: no input: neither files nor a cluster'],
    ['--from-version 1.24 --to-version 1.24 -f mesh', 'error: diff: both versions are Istio 1.24'],
    ['git:main:mesh --from-version 1.24', 'error: diff: --from-version and --to-version compare one input'],
    ['mesh mesh/a.yaml --from-version 1.24', 'error: diff: --from-version and --to-version compare one input'],
    ['git:main:mesh --summary --resources', 'error: --summary and --resources exclude each other'],
    ['git:main:mesh --fail-on vip', "error: option '--fail-on <effects>' argument 'vip' is invalid."],
  ])('%s', async (argv, message) => {
    const { code, stdout, stderr } = await vipctl(`diff ${argv}`, { cwd: repository() })
    expect(stderr).toContain(message)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('nothing of the rest because of a broken document, but names its side', async () => {
    const folder = repository()
    writeFileSync(join(folder, 'mesh/a.yaml'), `${BEFORE.replace('  hosts:', '  {')}`)
    const ran = await vipctl('diff git:main:mesh', { cwd: folder })
    expect(ran.code).toBe(2)
    expect(told(ran)).toMatch(/^error: mesh\/a\.yaml:\d+:\d+: /m)
    expect(told(ran)).toContain('warning: not all of mesh can be read: what is missing there is shown as a change')
    expect(ran.stdout).toMatch(/^- ServiceEntry shop\/db /m)
  })
})
