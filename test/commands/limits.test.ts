/** Each limit of docs/limits.md that a file can reach, and its message. */
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CAPTURE, documents, entry, folderOf, vipctl } from './cli.ts'

const good = entry({ name: 'good', host: 'good.example.com' })

/** A Namespace with something harmful, and an entry that must not be affected. */
async function besideGood(harmful: string) {
  const files = { 'mesh.yaml': documents(CAPTURE, `apiVersion: v1\nkind: Namespace\n${harmful}\n`, good) }
  return vipctl('dig good.example.com +short -f mesh.yaml', { cwd: folderOf(files) })
}

const chain = (levels: number, item: (level: number) => string): string =>
  Array.from({ length: levels }, (_, level) => `x${level}: &x${level} ${item(level - 1)}\n`).join('')

/** A third of the limit of a file, and less than that of a document. */
const MERGES = `x: &a {${Array.from({ length: 1_000 }, (_, key) => `k${key}: 1`).join(', ')}}\ny:\n${'- {<<: *a}\n'.repeat(400)}`

/** A sparse file. */
function largeFile(name: string, bytes: number): string {
  const folder = folderOf({ [name]: '' })
  truncateSync(join(folder, name), bytes)
  return folder
}

describe('a document over a limit', () => {
  it.each([
    [
      'aliases',
      chain(30, (level) => (level < 0 ? '[x, x]' : `[*x${level}, *x${level}]`)),
      'aliases expand the document beyond the limit of 1,000,000 values',
    ],
    ['nesting', `x: ${'['.repeat(1_001)}${']'.repeat(1_001)}`, 'values nest deeper than the limit of 1,000 levels'],
    [
      'nesting by aliases',
      chain(1_001, (level) => (level < 0 ? '[x]' : `[*x${level}]`)),
      'aliases nest deeper than the limit of 1,000 levels',
    ],
    ['a cycle', 'x: &a [*a]', 'the anchor &a contains itself'],
    [
      'merge keys',
      Array(3).fill(MERGES).join('\n---\napiVersion: v1\nkind: Namespace\n'),
      'merge keys copy more than the limit of 1,000,000 keys in one file',
    ],
  ])('of %s is left out with a message, and the others are answered', async (_, harmful, message) => {
    const { code, stdout, stderr } = await besideGood(harmful)
    expect(stderr).toMatch(/^error: mesh\.yaml:\d+:\d+: /m)
    expect(stderr).toContain(message)
    expect(stdout).toMatch(/^240\.240\./)
    expect(code).toBe(2)
  })
})

describe('a file over a limit', () => {
  it('of manifests is not read', async () => {
    const cwd = largeFile('mesh.yaml', 512_000_001)
    const { code, stderr } = await vipctl('dump -f mesh.yaml', { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('is larger than the limit of 512,000,000 bytes')
  })

  it.each([
    ['--config', 1_000_001, 'lint x.yaml --config large'],
    ['--baseline', 512_000_001, 'lint x.yaml --baseline large'],
    ['--batch', 512_000_001, 'dig --batch large -f x.yaml'],
  ])('of %s is not read', async (flag, bytes, line) => {
    const cwd = largeFile('large', bytes)
    const { code, stderr } = await vipctl(line.replaceAll('x.yaml', join(folderOf({ 'x.yaml': good }), 'x.yaml')), {
      cwd,
    })
    expect(code).toBe(2)
    const limit = (bytes - 1).toLocaleString('en-GB')
    expect(stderr).toContain(`error: ${flag} large: larger than the limit of ${limit} bytes`)
  })

  it('that is a device without end is not read to its end', async () => {
    const { code, stderr } = await vipctl('lint x.yaml --config /dev/zero', { cwd: folderOf({ 'x.yaml': good }) })
    expect(code).toBe(2)
    expect(stderr).toContain('larger than the limit of 1,000,000 bytes')
  })
})

describe('a configuration over a limit', () => {
  it.each([
    [`inputs: [${"'x',".repeat(1_001)}]`, 'inputs has more than 1000 items'],
    [`ignores: [${'{rule: tcp-port-conflict, reason: x},'.repeat(1_001)}]`, 'ignores has more than 1000 items'],
    [`namespace: ${'x'.repeat(4_097)}`, 'namespace has more than 4096 characters'],
    [`clusterId: ${'x'.repeat(257)}`, 'clusterId has more than 256 characters'],
    [`rules: {${'x'.repeat(2_000)}: off}`, 'unknown rule'],
    ['rules: {__proto__: off}', 'unknown rule "__proto__"'],
    ['istio: {env: {__proto__: [1]}}', '.vipctl.yaml:1:26: istio.env.__proto__'],
  ])('is refused, and where it is said (%#)', async (config, message) => {
    const { code, stderr } = await vipctl('lint x.yaml', { cwd: folderOf({ 'x.yaml': good, '.vipctl.yaml': config }) })
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^error: \.vipctl\.yaml:1:\d+: /)
  })
})

describe('a range of addresses that is used up', () => {
  it('leaves hosts without an address, which is said and counted', async () => {
    const entries = Array.from({ length: 4 }, (_, i) => entry({ name: `e${i}`, host: `e${i}.example.com` }))
    const cwd = folderOf({ 'mesh.yaml': documents(CAPTURE, ...entries) })
    const { stdout, stderr } = await vipctl(
      'allocate -f mesh.yaml --istiod-env PILOT_IP_AUTOALLOCATE_IPV4_PREFIX=240.240.0.0/30',
      { cwd },
    )
    expect(stderr).toMatch(/\d hosts have no IPv4 address: 240\.240\.0\.0\/30 is exhausted/)
    expect(stdout).toContain('# left: 0 IPv4 addresses of 240.240.0.0/30\n')
  })

  it.each([
    'dig e0.example.com -f mesh.yaml',
    'nametable -f mesh.yaml',
    'dump -f mesh.yaml',
    'allocate --meta A=b -f mesh.yaml',
    'lint mesh.yaml',
  ])('is spoken of once by %s, and not with -q', async (command) => {
    const entries = Array.from({ length: 4 }, (_, i) => entry({ name: `e${i}`, host: `e${i}.example.com` }))
    const cwd = folderOf({ 'mesh.yaml': documents(CAPTURE, ...entries) })
    const all = `${command} --istiod-env PILOT_IP_AUTOALLOCATE_IPV4_PREFIX=240.240.0.0/30`
    const { stderr } = await vipctl(all, { cwd })
    expect(stderr.match(/1 hosts have no IPv4 address: 240\.240\.0\.0\/30 is exhausted/g)).toHaveLength(1)
    expect((await vipctl(`${all} -q`, { cwd })).stderr).not.toContain('exhausted')
  })

  it.each([
    ['1.26', '65,534'],
    ['1.20', '65,023'],
    ['1.10', '64,769'],
  ])('has as many addresses left as Istio %s does not hand out', async (version, left) => {
    const cwd = folderOf({ 'mesh.yaml': documents(entry({ name: 'one', host: 'one.example.com' })) })
    const { stdout } = await vipctl(`allocate -f mesh.yaml --istio-version ${version}`, { cwd })
    expect(stdout).toMatch(new RegExp(`^# Istio .*\n# left: ${left} IPv4 addresses of 240\\.240\\.0\\.0/16\n`))
  })
})
