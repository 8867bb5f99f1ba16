/** What `lint --fix` does to files, byte for byte. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROGRAM } from '../../support/program.ts'
import { entry, folderOf, vipctl } from '../cli.ts'

const JSON_ENTRY = String.raw`{
  "apiVersion": "networking.istio.io/v1", "kind": "ServiceEntry",
  "metadata": {"name": "a", "namespace": "b", "generation": 9007199254740993,
    "labels": {"b": "1", "10": "x", "2": "y"}, "annotations": {"note": "caf\u00e9 \u202e \/p"}},
  "spec": {"hosts": ["a.com", "a.com"], "ports": [{"number": 443, "name": "tls", "protocol": "TLS"}],
    "resolution": "DNS", "endpoints": [{"address": "10.0.0.1", "weight": 1.0}]}
}
`
const ENTRY = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a, namespace: b}
spec:
  hosts: [a.com, a.com]
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
# the end
`

/** Each line end in turn. */
function mixed(text: string): string {
  const ends = ['\r\n', '\n', '\r']
  let line = 0
  return text.replaceAll('\n', () => ends[line++ % ends.length] as string)
}

const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['JSON with its numbers, order, escapes and layout', JSON_ENTRY],
  ['JSON with Windows line ends', JSON_ENTRY.replaceAll('\n', '\r\n')],
  ['JSON on one line', `${JSON.stringify(JSON.parse(JSON_ENTRY.replaceAll('\\/', '/')))}`],
  ['JSON in brackets of YAML', JSON_ENTRY.replaceAll('\\/', '/').replace('"spec"', '# a comment\n  "spec"')],
  ['Windows line ends', ENTRY.replaceAll('\n', '\r\n')],
  ['mixed line ends', mixed(ENTRY)],
  ['line ends of CR alone', `--- # c\r${ENTRY.replaceAll('\n', '\r')}`],
  ['no final line end', ENTRY.trimEnd()],
  ['a byte order mark', `\uFEFF${ENTRY}`],
  [
    'a byte order mark near the change',
    `\uFEFF${ENTRY.replace(/metadata.*\n/, '')}metadata: {name: a, namespace: b}\n`,
  ],
]

/** Those in UTF-16, with bytes in this order. */
const utf16 = (text: string, order: 'le' | 'be'): Buffer => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

/** One of the two hosts that are the same. */
const withoutRepeat = (text: string): string => text.replace(/, ?("?)a\.com\1(?=\])/, '')

describe('lint --fix keeps every byte that it does not fix in', () => {
  it.each(TEXTS)('%s', async (_, content) => {
    const cwd = folderOf({ 'm.yaml': content })
    const { stderr } = await vipctl('lint m.yaml --fix', { cwd })
    expect(stderr).toContain('note: fixed a finding in m.yaml\n')
    expect(readFileSync(join(cwd, 'm.yaml'), 'utf8')).toBe(withoutRepeat(content))
  })

  it.each(TEXTS)('%s, as a diff', async (_, content) => {
    const cwd = folderOf({ 'm.yaml': content })
    const { stdout } = await vipctl('lint m.yaml --fix --dry-run', { cwd })
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd, input: stdout })
    expect(readFileSync(join(cwd, 'm.yaml'), 'utf8')).toBe(withoutRepeat(content))
  })

  it.each(['le', 'be'] as const)('UTF-16%s', async (order) => {
    const text = `${ENTRY.replace('the end', 'caf\u00e9 \ud83d\ude00')}`
    const cwd = folderOf({
      'm.yaml': utf16(text, order),
      'n.yaml': ENTRY.replaceAll('a.com', 'b.com').replace('name: a', 'name: b'),
    })
    const { stdout, stderr } = await vipctl('lint . --fix --dry-run', { cwd })
    expect(stderr).toContain('warning: m.yaml is UTF-16, which a diff cannot show: its fixes are left out\n')
    expect(stdout.match(/^--- .*$/gm)).toEqual(['--- a/n.yaml'])
    await vipctl('lint m.yaml --fix', { cwd })
    expect(readFileSync(join(cwd, 'm.yaml'))).toEqual(utf16(withoutRepeat(text), order))
  })

  it('and says so where UTF-16 cannot be kept', async () => {
    const broken = Buffer.concat([utf16(ENTRY.trimEnd(), 'le'), Buffer.from([0x00, 0xd8])])
    const cwd = folderOf({ 'm.yaml': broken })
    const { stderr, code } = await vipctl('lint m.yaml --fix', { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('m.yaml has halves of characters, which would be lost')])
    expect(readFileSync(join(cwd, 'm.yaml'))).toEqual(broken)
  })
})

/** Two entries with one port. */
const CONFLICT = `${entry({ name: 'one', host: 'one.db' })}---\n${entry({ name: 'two', host: 'two.db' })}# caf\u00e9\n`
const FIX_OUT = ['conflicts', 'in', '--fix', 'port', '--fix-out']

describe('conflicts --fix-out', () => {
  it.each([
    ['UTF-8', Buffer.from(CONFLICT)],
    ['a byte order mark', Buffer.from(`\uFEFF${CONFLICT}`)],
    ['UTF-16', utf16(CONFLICT, 'le')],
    ['Windows line ends', Buffer.from(CONFLICT.replaceAll('\n', '\r\n'))],
  ])('keeps %s, and permissions, in the same folder and in another', async (_, bytes) => {
    const cwd = folderOf({ 'in/m.yaml': bytes, 'in/other.yaml': entry({ name: 'other', host: 'other.example.com' }) })
    for (const name of ['m.yaml', 'other.yaml']) chmodSync(join(cwd, 'in', name), 0o640)
    for (const out of ['out', 'in']) {
      const { stderr, code } = await vipctl([...FIX_OUT, out], { cwd })
      expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('note: wrote')])
      for (const name of readdirSync(join(cwd, out))) expect(statSync(join(cwd, out, name)).mode & 0o777).toBe(0o640)
    }
    const [same, copy] = ['in', 'out'].map((folder) => readFileSync(join(cwd, folder, 'm.yaml')))
    expect(same).toEqual(copy)
    const decoder = new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-8', { ignoreBOM: true })
    const linesOf = (some: Buffer | undefined): string[] => decoder.decode(some).match(/[^\n]*\n/g) ?? []
    const added = linesOf(same).filter((line) => !linesOf(bytes).includes(line))
    expect(added.length).toBeGreaterThan(0)
    const lost = linesOf(bytes).filter((line) => !linesOf(same).includes(line))
    expect(lost.every((line) => line.includes('number'))).toBe(true)
  })
})

describe('a fix of a field that is written in snake_case', () => {
  it('changes that field, and adds no other spelling of it', async () => {
    const spec = '  resolution: DNS\n  export_to: ["*"]'
    const text = ['a', 'b'].map((name) => entry({ name, namespace: name, host: `${name}.db`, spec })).join('---\n')
    const cwd = folderOf({ 'in/m.yaml': text })
    await vipctl(['conflicts', 'in', '-n', 'a', '--fix', 'export-to', '--fix-out', 'in'], { cwd })
    const [, other] = readFileSync(join(cwd, 'in/m.yaml'), 'utf8').split('---\n')
    expect(other).toContain('  export_to: ["."]\n')
    expect(other).not.toContain('exportTo')
  })

  it('changes the metadata of the mesh configuration', async () => {
    const mesh = `apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    defaultConfig:
      proxy_metadata: {OTHER: a}
`
    const cwd = folderOf({ 'in/m.yaml': CONFLICT, 'in/mesh.yaml': mesh })
    await vipctl(['conflicts', 'in', '--fix', 'dns-capture', '--fix-out', 'in'], { cwd })
    const after = readFileSync(join(cwd, 'in/mesh.yaml'), 'utf8')
    expect(after).toContain('proxy_metadata: {OTHER: a, ISTIO_META_DNS_CAPTURE: "true"}\n')
    expect(after).not.toContain('proxyMetadata')
  })
})

/** Runs the program where no file may become larger than a few blocks, which fails like a full disk. */
function runOnFullDisk(argv: readonly string[], cwd: string, blocks: number) {
  const command = `ulimit -f ${blocks}; exec "$0" "$@"`
  return spawnSync('bash', ['-c', command, ...PROGRAM, ...argv], { cwd, encoding: 'utf8' })
}

/** All files of a folder, by path. */
const contentsOf = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )

describe('a full disk', () => {
  const padded = `${CONFLICT}# ${'x'.repeat(4_090 - Buffer.byteLength(CONFLICT))}\n`
  const fixable = `${ENTRY}# ${'x'.repeat(4_200)}\n`

  it.each([
    ['--fix-out into the input', [...FIX_OUT, 'in']],
    ['--fix-out into another folder', [...FIX_OUT, 'out']],
    ['--fix-out into a new folder', [...FIX_OUT, 'new/one']],
    ['--fix', ['lint', 'big.yaml', '--fix']],
    ['-o FORMAT=FILE', ['lint', 'big.yaml', '-o', 'sarif=out/report']],
    ['--write-baseline', ['lint', 'many.yaml', '--write-baseline', 'out/known.json']],
    ['--out-dir', ['snapshot', '-f', 'many.yaml', '--out-dir', 'new/two']],
  ])('changes nothing with %s, and leaves nothing behind', (_, argv) => {
    const many = Array.from({ length: 60 }, (_each, index) => ENTRY.replace('name: a', `name: a${index}`)).join('---\n')
    const cwd = folderOf({
      'in/m.yaml': padded,
      'out/m.yaml': 'good\n',
      'out/report': 'good\n',
      'out/known.json': 'good\n',
      'big.yaml': fixable,
      'many.yaml': many,
    })
    const before = contentsOf(cwd)
    const { status, stderr } = runOnFullDisk(argv, cwd, 4)
    expect(stderr).toContain('the file would be larger than allowed')
    expect(status).toBe(2)
    expect(contentsOf(cwd)).toEqual(before)
    expect(readdirSync(cwd)).not.toContain('new')
  })
})

describe('permissions and links', () => {
  it('stay with -o FORMAT=FILE and --write-baseline', async () => {
    const cwd = folderOf({ 'm.yaml': ENTRY, report: '', known: '' })
    for (const name of ['report', 'known']) chmodSync(join(cwd, name), 0o600)
    await vipctl('lint m.yaml -o sarif=report --write-baseline known', { cwd })
    await vipctl('lint m.yaml -o sarif=report', { cwd })
    await vipctl('lint m.yaml --write-baseline known', { cwd })
    for (const name of ['report', 'known']) {
      expect(readFileSync(join(cwd, name), 'utf8')).not.toBe('')
      expect(statSync(join(cwd, name)).mode & 0o777).toBe(0o600)
    }
  })

  it('of several names of one file are left alone, with a reason', async () => {
    const cwd = folderOf({ 'm.yaml': ENTRY })
    mkdirSync(join(cwd, 'other'))
    linkSync(join(cwd, 'm.yaml'), join(cwd, 'other/m.yaml'))
    const { stderr, code } = await vipctl('lint m.yaml --fix', { cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('--fix: m.yaml cannot be written: it has 2 hard links')])
    expect(readFileSync(join(cwd, 'other/m.yaml'), 'utf8')).toBe(ENTRY)
    writeFileSync(join(cwd, 'report'), '')
    linkSync(join(cwd, 'report'), join(cwd, 'copy'))
    const output = await vipctl('lint m.yaml -o json=report', { cwd })
    expect(output.stderr).toContain('-o json=report: cannot be written: it has 2 hard links')
  })
})

/** After the first fix istiod takes the object, and only then other rules find something in it. */
const IN_ROUNDS: readonly (readonly [string, string, string])[] = [
  [
    'a value without quotes',
    ENTRY.replace('{name: a, namespace: b}', '{name: a, namespace: b, labels: {v: 1.10}}'),
    ENTRY.replace('{name: a, namespace: b}', '{name: a, namespace: b, labels: {v: "1.10"}}').replace(', a.com]', ']'),
  ],
  [
    'a port twice',
    ENTRY.replace('TLS}]', 'TLS}, {number: 443, name: tls, protocol: TLS}]'),
    ENTRY.replace(', a.com]', ']'),
  ],
]

describe('lint --fix', () => {
  it.each(IN_ROUNDS)('leaves nothing to a second run: %s and a host twice', async (_, before, after) => {
    const cwd = folderOf({ 'm.yaml': before })
    const { stderr } = await vipctl('lint m.yaml --fix', { cwd })
    expect(stderr).toMatch(/note: fixed [23] findings in m\.yaml\n/)
    expect(readFileSync(join(cwd, 'm.yaml'), 'utf8')).toBe(after)
    const second = await vipctl('lint m.yaml --fix', { cwd })
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining('note: nothing to fix\n')])
  })

  it.each(IN_ROUNDS)('shows all of it as one diff: %s and a host twice', async (_, before, after) => {
    const cwd = folderOf({ 'm.yaml': before })
    const { stdout } = await vipctl('lint - --fix --dry-run', { cwd, stdin: before })
    expect(stdout).toBe((await vipctl('lint m.yaml --fix --dry-run', { cwd })).stdout.replaceAll('m.yaml', 'stdin'))
    execFileSync('git', ['apply', '-'], { cwd, input: stdout.replaceAll('/stdin', '/m.yaml') })
    expect(readFileSync(join(cwd, 'm.yaml'), 'utf8')).toBe(after)
  })
})

describe('what .vipctl.yaml names outside of its repository', () => {
  const CONFIG = 'inputs: [../home]\n'
  const folder = () =>
    folderOf({ 'home/w.yaml': ENTRY, 'repo/.vipctl.yaml': CONFIG, 'repo/sub/m.yaml': ENTRY, 'repo/.git/x': '' })
  const homeOf = (top: string): string => readFileSync(join(top, 'home/w.yaml'), 'utf8')

  it('is not fixed', async () => {
    const top = folder()
    for (const cwd of [join(top, 'repo'), join(top, 'repo/sub')]) {
      const { code, stderr } = await vipctl('lint --fix', { cwd })
      expect([code, stderr]).toEqual([2, expect.stringMatching(/home leads out of the repository/)])
    }
    writeFileSync(join(top, 'repo/.vipctl.yaml'), `inputs: [${JSON.stringify(join(top, 'home/*.yaml'))}]\n`)
    expect((await vipctl('lint --fix', { cwd: join(top, 'repo') })).code).toBe(2)
    expect(homeOf(top)).toBe(ENTRY)
  })

  it.each(['../home', '../home/*.yaml'])('is fixed if the user names it as %s', async (path) => {
    const top = folder()
    const { stderr } = await vipctl(['lint', path, '--fix'], { cwd: join(top, 'repo') })
    expect(stderr).toContain('note: fixed a finding in')
    expect(homeOf(top)).toBe(withoutRepeat(ENTRY))
  })

  it('does not include other folders of the repository, which are fixed', async () => {
    const top = folder()
    writeFileSync(join(top, 'repo/config.yaml'), 'inputs: [sub]\n')
    mkdirSync(join(top, 'repo/elsewhere'))
    const cwd = join(top, 'repo/elsewhere')
    const { stderr } = await vipctl('lint --config ../config.yaml --fix', { cwd })
    expect(stderr).toContain('note: fixed a finding in ../sub/m.yaml\n')
  })
})
