import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documents, folderOf, type Ran, told, vipctl } from '../cli.ts'

/** A database; without its own address it conflicts with others on its port. */
const db = (name: string, { address = '', annotations = '', namespace = 'shop' } = {}): string => `# ${name}, since 2019
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: ${name}
  namespace: ${namespace}
${annotations === '' ? '' : `  annotations: {${annotations}}\n`}spec:
  hosts: [${name}.db.example.com] # the host
${address === '' ? '' : `  addresses: [${address}]\n`}  ports:
  - {number: 3306, name: tcp, protocol: TCP}
  resolution: STATIC
  endpoints:
  - address: 10.1.0.${name.length}
`

interface Report {
  readonly findings: readonly {
    readonly rule: string
    readonly object: { readonly name: string }
    readonly severity: string
  }[]
}

/** Only the rules for this test. */
const RULES = ['--rule', '*=off', '--rule', 'tcp-port-conflict=error']

async function lint(cwd: string, ...args: readonly string[]): Promise<Ran> {
  return vipctl(['lint', ...RULES, ...args], { cwd })
}

/** `RULE NAME` of each finding. */
async function found(cwd: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await lint(cwd, '-o', 'json', ...args)
  if (stdout === '') throw new Error(stderr)
  return (JSON.parse(stdout) as Report).findings.map(({ rule, object }) => `${rule} ${object.name}`)
}

const TWO = documents(db('orders'), db('stock'))
const CONFLICT = 'tcp-port-conflict stock'

describe('ignores', () => {
  it('may be annotations of the object', async () => {
    const ignored = documents(
      db('orders'),
      db('stock', { annotations: 'vipctl.io/ignore: "protocol-unset, tcp-port-*"' }),
    )
    const folder = folderOf({ 'mesh.yaml': TWO, 'ignored.yaml': ignored })
    expect(await found(folder, 'mesh.yaml')).toEqual([CONFLICT])
    expect(await found(folder, 'ignored.yaml')).toEqual([])
    expect((await lint(folder, 'ignored.yaml')).code).toBe(0)
  })

  it('name unknown rules in vain', async () => {
    const text = documents(db('orders'), db('stock', { annotations: 'vipctl.io/ignore: tcp-port-conflit' }))
    const { stderr, code } = await lint(folderOf({ 'mesh.yaml': text }), 'mesh.yaml')
    expect(code).toBe(1)
    expect(told({ stderr })).toBe(
      'warning: mesh.yaml:21:35: ServiceEntry shop/stock: vipctl.io/ignore names an unknown rule: "tcp-port-conflit"\n' +
        '  hint: did you mean tcp-port-conflict?\n',
    )
  })

  it('may be in the configuration, and are named when they cover nothing', async () => {
    const config = `inputs: mesh
rules: {"*": off, tcp-port-conflict: error}
ignores:
- {rule: tcp-*, object: shop/st*, path: mesh/, reason: known}
- {rule: tcp-*, object: Service/shop/stock, reason: known}
`
    const folder = folderOf({ '.git/HEAD': '', 'mesh/a.yaml': TWO, '.vipctl.yaml': config })
    const { stderr, code } = await vipctl(['lint'], { cwd: folder })
    expect(code).toBe(0)
    expect(told({ stderr })).toBe(
      'note: .vipctl.yaml: the ignore of tcp-* for Service/shop/stock matches nothing\n  hint: remove it\n',
    )
  })

  it('count in a folder below, too', async () => {
    const config = 'ignores: [{rule: tcp-port-conflict, path: mesh/**, reason: known}]\n'
    const folder = folderOf({ '.git/HEAD': '', 'mesh/a.yaml': TWO, '.vipctl.yaml': config })
    expect(await found(join(folder, 'mesh'), 'a.yaml')).toEqual([])
    expect(await found(join(folder, 'mesh'), 'a.yaml', '--no-config')).toEqual([CONFLICT])
  })
})

describe('a baseline', () => {
  it('hides what is in it, and nothing that comes later', async () => {
    const folder = folderOf({ 'mesh.yaml': TWO })
    const written = await lint(folder, 'mesh.yaml', '--write-baseline', 'known.json')
    expect(told(written)).toBe('note: wrote 1 finding to known.json\n')
    expect(written.code).toBe(0)
    expect(await found(folder, 'mesh.yaml', '--baseline', 'known.json')).toEqual([])
    writeFileSync(join(folder, 'mesh.yaml'), `# moved\n\n${documents(db('users'), TWO)}`)
    expect(await found(folder, 'mesh.yaml', '--baseline', 'known.json')).toEqual(['tcp-port-conflict users'])
  })

  it('is the same for the same findings, one line per finding', async () => {
    const folder = folderOf({
      'a.yaml': documents(db('orders'), db('stock'), db('users')),
      'b.yaml': documents(db('users'), db('stock'), db('orders')),
    })
    await lint(folder, 'a.yaml', '--write-baseline', 'a.json')
    await lint(folder, 'b.yaml', '--write-baseline', 'b.json')
    const text = readFileSync(join(folder, 'a.json'), 'utf8')
    expect(readFileSync(join(folder, 'b.json'), 'utf8')).toBe(text)
    expect(text.split('\n').filter((line) => line.includes('fingerprint'))).toHaveLength(2)
  })

  it('says how many of its findings are gone', async () => {
    const folder = folderOf({ 'mesh.yaml': TWO, 'less.yaml': db('orders') })
    await lint(folder, 'mesh.yaml', '--write-baseline', 'known.json')
    const { stderr, code } = await lint(folder, 'less.yaml', '--baseline', 'known.json')
    expect(code).toBe(0)
    expect(stderr).toContain('note: 1 finding of known.json is gone\n')
  })

  it('of another program version knows findings that are worded otherwise', async () => {
    const folder = folderOf({ 'mesh.yaml': TWO })
    const entry = {
      fingerprint: '0123456789abcdef',
      rule: 'tcp-port-conflict',
      object: 'ServiceEntry shop/stock',
      count: 1,
    }
    const baseline = (tool: string) => JSON.stringify({ version: 1, tool, findings: [entry] })
    writeFileSync(join(folder, 'old.json'), baseline('vipctl 0.0.1'))
    expect(await found(folder, 'mesh.yaml', '--baseline', 'old.json')).toEqual([])
    await lint(folder, 'mesh.yaml', '--write-baseline', 'own.json')
    const { tool } = JSON.parse(readFileSync(join(folder, 'own.json'), 'utf8')) as { tool: string }
    writeFileSync(join(folder, 'other.json'), baseline(tool))
    expect(await found(folder, 'mesh.yaml', '--baseline', 'other.json')).toEqual([CONFLICT])
  })

  it.each([
    ['{"version": 2, "findings": []}', 'known.json:1:13: a baseline of version 2, but only version 1 is supported'],
    ['{"findings": []}', 'known.json:1:1: this is not a baseline: it has no version'],
    ['{"version": 1, "findings": {}}', 'known.json:1:28: a baseline has a list of findings'],
    [
      '{"version": 1, "findings": [{"rule": "x"}]}',
      'known.json:1:29: a finding has a fingerprint, a rule and an object',
    ],
    [
      '{"version": 1, "findings": [{"fingerprint": "x", "rule": "x", "object": "x", "count": -1}]}',
      'the count of a finding is a whole number above 0',
    ],
    ['{"version": 1,', 'known.json:1:1: the baseline cannot be read'],
    ['', '--baseline known.json: the file is empty'],
  ])('that reads %j is refused', async (text, said) => {
    const folder = folderOf({ 'mesh.yaml': TWO, 'known.json': text })
    const { stderr, code } = await lint(folder, 'mesh.yaml', '--baseline', 'known.json')
    expect(code).toBe(2)
    expect(stderr).toContain(said)
    expect(stderr).toContain('hint: write it again with --write-baseline')
  })

  it('that is not there is made by an option', async () => {
    const { stderr, code } = await lint(folderOf({ 'mesh.yaml': TWO }), 'mesh.yaml', '--baseline', 'known.json')
    expect(code).toBe(2)
    expect(told({ stderr })).toBe(
      'error: --baseline known.json: no such file\n  hint: --write-baseline FILE makes one\n',
    )
  })
})

describe('--changed-since', () => {
  const git = (folder: string, ...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )

  function repository(files: Readonly<Record<string, string>>): string {
    const folder = folderOf(files)
    git(folder, 'init', '-q')
    git(folder, 'add', '-A')
    git(folder, 'commit', '-q', '-m', 'first')
    return folder
  }

  it('reports what a change brings, wherever it was done, and not what was there', async () => {
    const folder = repository({ 'mesh/a.yaml': TWO })
    const since = ['mesh', '--changed-since', 'HEAD']
    expect(await found(folder, ...since)).toEqual([])
    // Its file is new, and so is its finding; the old file was only renamed.
    git(folder, 'mv', 'mesh/a.yaml', 'mesh/z.yaml')
    writeFileSync(join(folder, 'mesh/z.yaml'), `# a line more\n${TWO}`)
    writeFileSync(join(folder, 'mesh/users.yaml'), db('users'))
    expect(await found(folder, ...since)).toEqual(['tcp-port-conflict users'])
    expect((await lint(folder, ...since)).code).toBe(1)
  })

  it('says how many are gone', async () => {
    const folder = repository({ 'mesh.yaml': TWO })
    writeFileSync(join(folder, 'mesh.yaml'), db('orders'))
    const { stderr, code } = await lint(folder, 'mesh.yaml', '--changed-since', 'HEAD')
    expect(told({ stderr })).toBe('note: 1 finding of HEAD is gone\n')
    expect(code).toBe(0)
  })

  it('reports what was ignored before and is no more', async () => {
    const annotations = 'vipctl.io/ignore: tcp-port-conflict'
    const folder = repository({ 'mesh.yaml': documents(db('orders'), db('stock', { annotations })) })
    writeFileSync(join(folder, 'mesh.yaml'), TWO)
    expect(await found(folder, 'mesh.yaml', '--changed-since', 'HEAD')).toEqual([CONFLICT])
  })

  it('does not blame a change for documents that could not be read before', async () => {
    const folder = repository({ 'mesh.yaml': `a: [\n---\n${TWO}` })
    writeFileSync(join(folder, 'mesh.yaml'), TWO)
    const { stderr } = await lint(folder, 'mesh.yaml', '--changed-since', 'HEAD')
    expect(told({ stderr })).toBe(
      'note: --changed-since: not all of HEAD can be read: findings in the rest are treated as new\n',
    )
  })

  it('needs a commit', async () => {
    const { stderr, code } = await lint(repository({ 'mesh.yaml': TWO }), 'mesh.yaml', '--changed-since', 'nowhere')
    expect(code).toBe(2)
    expect(stderr).toContain('error: --changed-since nowhere: there is no such commit, branch or tag')
  })
})

/** One has a port name that YAML reads as a boolean, so istiod rejects it. */
const MISREAD = db('stock', { address: '10.9.0.1' }).replace('name: stock', 'name: yes # on purpose')

describe('--fix', () => {
  const FIXABLE = ['--rule', 'yaml-type-surprise=error']

  it('writes what is safe and proven, keeps everything else, and reports what is left', async () => {
    const text = `${documents(MISREAD, TWO)}# the end\n`
    const folder = folderOf({
      'mesh.yaml': text.replaceAll('\n', '\r\n'),
      'other.yaml': 'kind: List\napiVersion: v1\nitems: []\n',
    })
    const { stdout, stderr, code } = await lint(folder, '.', ...FIXABLE, '--fix', '-o', 'json')
    expect(told({ stderr })).toBe('note: fixed 2 findings in mesh.yaml\n')
    expect((JSON.parse(stdout) as Report).findings).toEqual([])
    expect(code).toBe(0)
    const after = readFileSync(join(folder, 'mesh.yaml'), 'utf8')
    expect(after.replaceAll('\r\n', '')).not.toContain('\n')
    const [before, fixed] = [text, after.replaceAll('\r\n', '\n')].map((lines) => lines.split('\n'))
    expect(before?.filter((line) => !fixed?.includes(line))).toEqual(['  name: yes # on purpose'])
    expect(fixed?.filter((line) => !before?.includes(line))).toEqual([
      '  name: "yes" # on purpose',
      '  addresses: [10.1.0.5]',
    ])
  })

  it('shows a diff alone with --dry-run', async () => {
    const folder = folderOf({ 'mesh.yaml': MISREAD })
    const { stdout, code } = await lint(folder, 'mesh.yaml', ...FIXABLE, '--fix', '--dry-run')
    expect(stdout).toBe(`--- a/mesh.yaml
+++ b/mesh.yaml
@@ -2,7 +2,7 @@
 apiVersion: networking.istio.io/v1
 kind: ServiceEntry
 metadata:
-  name: yes # on purpose
+  name: "yes" # on purpose
   namespace: shop
 spec:
   hosts: [stock.db.example.com] # the host
`)
    expect(code).toBe(1)
    expect(readFileSync(join(folder, 'mesh.yaml'), 'utf8')).toBe(MISREAD)
  })

  it('excludes the writing of a baseline, which would hold what is fixed', async () => {
    const { stderr, code } = await lint(
      folderOf({ 'mesh.yaml': MISREAD }),
      'mesh.yaml',
      '--fix',
      '--write-baseline',
      'x',
    )
    expect(code).toBe(2)
    expect(stderr).toContain('error: --write-baseline and --fix exclude each other')
  })

  it('leaves a text alone that cannot be edited so, and fixes the rest', async () => {
    const anchored = MISREAD.replace('name: yes # on purpose', 'name: &name yes\n  note: *name')
    const folder = folderOf({ 'a.yaml': anchored, 'b.yaml': MISREAD.replace('shop', 'store') })
    const { stderr } = await lint(folder, '.', ...FIXABLE, '--fix')
    expect(stderr).toContain('in b.yaml\n')
    expect(stderr).toContain('note: 1 fix cannot be made in its manifest automatically: make it by hand\n')
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toBe(anchored)
  })

  it('says when there is nothing to fix', async () => {
    const { stderr } = await lint(folderOf({ 'mesh.yaml': db('orders') }), 'mesh.yaml', '--fix')
    expect(told({ stderr })).toBe('note: nothing to fix\n')
  })

  it('does not change standard input, of which it shows a diff', async () => {
    const refused = await vipctl(['lint', ...RULES, '-', '--fix'], { stdin: MISREAD, cwd: folderOf({}) })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('error: --fix: standard input cannot be changed')
    const shown = await vipctl(['lint', ...RULES, ...FIXABLE, '-', '--fix', '--dry-run'], {
      stdin: MISREAD,
      cwd: folderOf({}),
    })
    expect(shown.stdout).toContain('+++ b/stdin\n')
  })
})
