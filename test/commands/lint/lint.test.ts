import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { RULE_IDS } from '../../../src/findings/lint/index.ts'
import { documents, entry, folderOf, told, vipctl } from '../cli.ts'

const SHOP = 'fixtures/lint/shop'
const FORMATS = ['text', 'json', 'yaml', 'sarif', 'junit', 'github', 'gitlab'] as const

const withAddress = (name: string, namespace: string, address: string): string =>
  entry({ name, namespace, host: `${name}.example.com`, spec: `  resolution: DNS\n  addresses: [${address}]` })

/** Two entries, the second of which loses its listener. */
const LOSING = documents(withAddress('first', 'shop', '203.0.113.1'), withAddress('second', 'shop', '203.0.113.1'))
const FINE = documents(withAddress('first', 'shop', '203.0.113.1'), withAddress('second', 'shop', '203.0.113.2'))
/** A Service with a port without a protocol: just a note. */
const NOTE = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.0.0.1, ports: [{port: 8080}]}
`
/** HTTP on a port of the proxy itself: a warning and no error. */
const WARNING = entry({ namespace: 'shop' }).replace('3306', '15006').replace('TCP', 'HTTP')

interface Finding {
  readonly rule: string
  readonly severity: string
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly location: { readonly file: string; readonly line: number; readonly column: number }
  readonly namespaces: readonly string[]
}

interface Message {
  readonly findings: readonly Finding[]
  readonly summary: Readonly<Record<'error' | 'warning' | 'info', number>>
}

async function messageOf(argv: string, cwd?: string): Promise<Message> {
  const { stdout } = await vipctl(`lint ${argv} -o json`, cwd === undefined ? {} : { cwd })
  return JSON.parse(stdout) as Message
}

const rulesOf = ({ findings }: Message): readonly string[] => findings.map(({ rule }) => rule)

const here = (text: string): string => folderOf({ 'm.yaml': text })

describe('lint', () => {
  it('prints findings with their objects and places, and a summary', async () => {
    const { findings, summary } = await messageOf(SHOP)
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: 'shared-vip-port',
        severity: 'error',
        object: { kind: 'ServiceEntry', namespace: 'shop', name: 'stock-db' },
        location: { file: `${SHOP}/databases.yaml`, line: 27, column: 5, endLine: 27, endColumn: 51 },
        namespaces: ['reports', 'shop'],
      }),
    )
    for (const severity of ['error', 'warning', 'info'] as const) {
      expect(summary[severity]).toBe(findings.filter((finding) => finding.severity === severity).length)
    }
  })

  it('has unknown fields in its report, and other commands have them on stderr', async () => {
    const folder = here(FINE.replace('addresses', 'adresses'))
    const linted = await vipctl('lint m.yaml -o json', { cwd: folder })
    expect(rulesOf(JSON.parse(linted.stdout) as Message)).toContain('unknown-field')
    expect(told(linted)).toBe('')
    const { stderr } = await vipctl('conflicts -f m.yaml', { cwd: folder })
    expect(stderr).toMatch(
      /^warning: m\.yaml:\d+:3: ServiceEntry shop\/\w+: ServiceEntry has no field "adresses"\n {2}hint: did you mean addresses\?$/m,
    )
  })

  it('reads -f, paths and standard input alike', async () => {
    const folder = here(LOSING)
    const expected = rulesOf(await messageOf('m.yaml', folder))
    expect(expected).toContain('shared-vip-port')
    expect(rulesOf(await messageOf('-f m.yaml', folder))).toEqual(expected)
    const { stdout } = await vipctl('lint - -o json', { stdin: LOSING })
    expect(rulesOf(JSON.parse(stdout))).toEqual(expected)
  })

  it('says what was checked when nothing is found', async () => {
    const { code, stdout, stderr } = await vipctl('lint .', { cwd: here(FINE) })
    expect([code, told({ stderr })]).toEqual([0, ''])
    expect(stdout).toMatch(/^no findings: 2 objects in 1 file, seen by proxies in namespace shop$/m)
  })

  it('finds no fault with an input that has nothing to look at', async () => {
    const { code } = await vipctl('lint .', {
      cwd: folderOf({ 'm.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n' }),
    })
    expect(code).toBe(0)
  })

  it('is quiet with a line for each error', async () => {
    const { stdout, stderr } = await vipctl(`lint -q ${SHOP}`)
    expect(stderr).toBe('')
    for (const line of stdout.trimEnd().split('\n')) {
      expect(line).toMatch(/^fixtures\/lint\/shop\/\w+\.yaml:\d+:\d+: error: .+ \[[a-z-]+\]$/)
    }
    expect((await vipctl('lint -q .', { cwd: here(FINE) })).stdout).toBe('')
  })

  it('says what istiod rejects as a finding, and not on stderr too', async () => {
    const { stdout, stderr } = await vipctl('lint .', { cwd: here(entry({ host: 'not a host' })) })
    expect(stdout).toContain('invalid-host-invalid')
    expect(told({ stderr })).toBe('')
  })

  it('colours text and no other format', async () => {
    const colored = await vipctl(`lint ${SHOP} --color always`)
    expect(colored.stdout).toContain('\u001b[31merror')
    for (const format of FORMATS.filter((name) => name !== 'text')) {
      expect((await vipctl(`lint ${SHOP} --color always -o ${format}`)).stdout).not.toContain('\u001b')
    }
  })

  it('fits a terminal', async () => {
    const { stdout } = await vipctl(`lint ${SHOP}`, { columns: 80, env: { NO_COLOR: '1' } })
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})

it('has help that fits 80 columns', async () => {
  const { stdout } = await vipctl('lint --help', { columns: 80 })
  expect(stdout).toMatch(/^Examples:\n {2}# .+\n {2}vipctl lint /m)
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
})

describe('proxies', () => {
  it('are one for each namespace, and a finding of several is printed once', async () => {
    const { findings } = await messageOf(SHOP)
    const shared = findings.filter(({ rule }) => rule === 'shared-vip-port')
    expect(shared.map(({ namespaces }) => namespaces)).toEqual([['reports', 'shop']])
  })

  it('capture DNS as --dns-capture says', async () => {
    const folder = here(
      documents(entry({ name: 'a', host: 'a.example.com' }), entry({ name: 'b', host: 'b.example.com' })),
    )
    const codes = await Promise.all(
      ['mesh', 'true', 'false', 'both'].map((mode) => vipctl(`lint . --dns-capture ${mode}`, { cwd: folder })),
    )
    expect(codes.map(({ code }) => code)).toEqual([1, 0, 1, 1])
    expect(codes[3]?.stdout).toContain('(without DNS capture)')
    expect((await vipctl('lint . --meta DNS_CAPTURE=true', { cwd: folder })).code).toBe(0)
  })

  it('are the one that --proxy or --node names', async () => {
    const node = JSON.stringify({
      id: 'sidecar~10.0.0.9~a.reports~reports.svc.cluster.local',
      metadata: { NAMESPACE: 'reports' },
    })
    const folder = folderOf({ 'm.yaml': LOSING.replaceAll('spec:', 'spec:\n  exportTo: ["."]'), 'node.json': node })
    const named = await vipctl('lint m.yaml --node node.json', { cwd: folder })
    expect(named.stdout).toContain('no findings')
    expect(rulesOf(await messageOf('m.yaml', folder))).toContain('shared-vip-port')
    const { code, stderr } = await vipctl('lint m.yaml --proxy nobody', { cwd: folder })
    expect([code, stderr]).toEqual([2, expect.stringContaining('nobody')])
    expect((await vipctl('lint m.yaml --proxy a --node node.json', { cwd: folder })).stderr).toContain(
      'exclude each other',
    )
  })
})

describe('exit codes', () => {
  const all = (argv: string, folder: string) =>
    Promise.all(FORMATS.map((format) => vipctl(`lint ${argv} -o ${format}`, { cwd: folder })))

  it.each([
    ['fine.yaml', 0],
    ['losing.yaml', 1],
    ['losing.yaml --fail-on never', 0],
    ['note.yaml', 0],
    ['note.yaml --fail-on warning', 0],
    ['note.yaml --fail-on info', 1],
    ['warning.yaml', 0],
    ['warning.yaml --fail-on warning', 1],
    ['warning.yaml --max-warnings 99', 0],
    ['warning.yaml --max-warnings 0', 1],
    ['note.yaml --rule protocol-unset=error', 1],
    ['losing.yaml --rule shared-vip-port=off', 0],
    ['losing.yaml --rule shared-*=info', 0],
    ['broken.yaml', 2],
    ['missing.yaml', 2],
  ])('of %s are %i whatever the format', async (argv, code) => {
    const folder = folderOf({
      'fine.yaml': FINE,
      'losing.yaml': LOSING,
      'note.yaml': NOTE,
      'warning.yaml': WARNING,
      'broken.yaml': `${LOSING}---\na: [\n`,
    })
    const runs = await all(argv, folder)
    expect(runs.map((run) => run.code)).toEqual(FORMATS.map(() => code))
  })

  it('are 2 for broken documents, which hide no findings of the others', async () => {
    const { code, stdout, stderr } = await vipctl('lint m.yaml', { cwd: here(`${LOSING}---\na: [\n`) })
    expect(code).toBe(2)
    expect(stdout).toContain('shared-vip-port')
    expect(stderr).toMatch(/^error: m\.yaml:\d+:\d+: /)
  })

  it('say how many warnings were too many', async () => {
    const { stderr } = await vipctl('lint m.yaml --max-warnings 0', { cwd: here(WARNING) })
    expect(stderr).toMatch(/^warning: too many warnings: \d+, but --max-warnings allows 0$/m)
  })
})

describe('findings with one cause', () => {
  const entries = (count: number): string =>
    documents(
      ...Array.from({ length: count }, (_, index) =>
        entry({ name: `db-${index}`, namespace: 'shop', host: `db-${index}.example.com` }).replace(
          '3306',
          `${4000 + index}`,
        ),
      ),
    )

  it('are one finding with their number and the change that ends them', async () => {
    const { code, stdout } = await vipctl('lint m.yaml', { cwd: here(entries(3)) })
    expect(code).toBe(0)
    expect(stdout.match(/vip-without-capture/g)).toHaveLength(1)
    expect(stdout).toContain(
      'DNS capture is off: 3 entries rely on automatic addresses, which proxies do not use; each takes every connection to its port that no other listener is made for; to end these findings, capture DNS (ISTIO_META_DNS_CAPTURE)\n',
    )
    const json = JSON.parse((await vipctl('lint m.yaml -o json', { cwd: here(entries(3)) })).stdout)
    expect(json.findings).toMatchObject([{ rule: 'vip-without-capture', severity: 'info', count: 3 }])
    expect(json.summary).toEqual({ error: 0, warning: 0, info: 1 })
  })

  it('leave out those that a listener was lost to, and tell how many the change ends too', async () => {
    const lost = entry({ name: 'late', namespace: 'shop', host: 'late.example.com' }).replace('3306', '4000')
    const { code, stdout } = await vipctl('lint m.yaml', { cwd: here(documents(entries(3), lost)) })
    expect(code).toBe(1)
    expect(stdout).toContain(
      '2 entries rely on automatic addresses, which proxies do not use; each takes every connection to its port that no other listener is made for; to end these findings and 1 more finding of a lost listener, capture DNS (ISTIO_META_DNS_CAPTURE)\n',
    )
  })

  it('are ignored and known one by one', async () => {
    const cwd = here(entries(3))
    await vipctl('lint m.yaml --write-baseline known.json', { cwd })
    const more = here(entries(4))
    const { stdout } = await vipctl(`lint m.yaml --baseline ${cwd}/known.json`, { cwd: more })
    expect(stdout).toContain('db-3.example.com:4003 does not have its automatic address')
    expect(stdout).toContain('; 3 known before')
  })
})

describe('errors of the input', () => {
  const BROKEN = { 'fine.yaml': NOTE, 'broken.yaml': `${LOSING}---\napiVersion: v1\nkind: [\n` }
  const reports = async (argv: string): Promise<readonly string[]> => {
    const runs = FORMATS.filter((format) => format !== 'text').map((format) =>
      vipctl(`lint ${argv} -o ${format}`, { cwd: folderOf(BROKEN) }),
    )
    return (await Promise.all(runs)).map(({ stdout }) => stdout)
  }

  it('are in every format for programs, beside the findings', async () => {
    for (const text of await reports('.')) {
      expect(text).toMatch(/broken\.yaml/)
      expect(text).toMatch(/never closed/)
      expect(text).toContain('second.example.com:3306 gets no connections')
    }
  })

  it('are there even if nothing could be linted', async () => {
    for (const text of await reports('. --changed-since main')) {
      expect(text).toMatch(/--changed-since/)
    }
  })

  it('are in text that goes to a file', async () => {
    const folder = folderOf(BROKEN)
    await vipctl('lint . -o text=report.txt', { cwd: folder })
    expect(readFileSync(join(folder, 'report.txt'), 'utf8')).toMatch(/^error: \.?\/?broken\.yaml:\d+:\d+: /)
  })

  it('are in the summary of a job, which is added to what is there', async () => {
    const folder = folderOf({ ...BROKEN, 'summary.md': 'before\n' })
    const env = { GITHUB_STEP_SUMMARY: join(folder, 'summary.md') }
    const { code } = await vipctl('lint . -o github', { cwd: folder, env })
    expect(code).toBe(2)
    const summary = readFileSync(join(folder, 'summary.md'), 'utf8')
    expect(summary).toMatch(/^before\n## vipctl lint\n/)
    expect(summary).toContain('never closed')
    expect(summary).toContain('shared-vip-port')
  })

  it('are not affected by a summary that cannot be written', async () => {
    const env = { GITHUB_STEP_SUMMARY: '/nowhere/summary.md' }
    const { code, stderr } = await vipctl('lint fine.yaml -o github', { cwd: folderOf(BROKEN), env })
    expect(code).toBe(0)
    expect(stderr).toContain('warning: GITHUB_STEP_SUMMARY: the summary of the job cannot be written')
  })
})

describe('-o', () => {
  it('writes several formats, one of them to standard output', async () => {
    const folder = here(LOSING)
    const { code, stdout } = await vipctl(
      'lint m.yaml -o text -o sarif=a.sarif -o junit=b.xml -o json=c.json -o yaml=d.yaml',
      {
        cwd: folder,
      },
    )
    expect(code).toBe(1)
    expect(stdout).toContain('shared-vip-port')
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    expect(JSON.parse(read('a.sarif')).version).toBe('2.1.0')
    expect(read('b.xml')).toMatch(/^<\?xml /)
    expect(parse(read('d.yaml'))).toEqual(JSON.parse(read('c.json')))
    expect(readdirSync(folder).sort()).toEqual(['a.sarif', 'b.xml', 'c.json', 'd.yaml', 'm.yaml'])
  })

  it('prints nothing when every format goes into a file', async () => {
    const folder = here(LOSING)
    const { code, stdout } = await vipctl('lint m.yaml -o text=report.txt', { cwd: folder })
    expect([code, stdout]).toEqual([1, ''])
    expect(readFileSync(join(folder, 'report.txt'), 'utf8')).toContain('shared-vip-port')
  })

  it('puts no colour into files', async () => {
    const folder = here(LOSING)
    await vipctl('lint m.yaml -o text=report.txt --color always', { cwd: folder })
    expect(readFileSync(join(folder, 'report.txt'), 'utf8')).not.toContain('\u001b')
  })

  it('takes the place of an older report, behind a link too', async () => {
    const folder = folderOf({ 'm.yaml': LOSING, 'old.json': 'old' })
    symlinkSync('old.json', join(folder, 'link.json'))
    await vipctl('lint m.yaml -o json=link.json', { cwd: folder })
    expect(JSON.parse(readFileSync(join(folder, 'old.json'), 'utf8')).findings).not.toEqual([])
    expect(lstatSync(join(folder, 'link.json')).isSymbolicLink()).toBe(true)
  })

  it.each([
    ['-o text -o json', 'only one format goes to standard output'],
    ['-o json=a.json -o sarif=./a.json', 'the file is given twice'],
    ['-o sarif=nowhere/a.sarif', 'there is no such folder'],
    ['-o sarif=folder', 'it is a directory'],
    ['-o sarfi', 'Did you mean sarif?'],
    ['-o json=', 'The form is FORMAT or FORMAT=FILE.'],
  ])('refuses %s', async (argv, words) => {
    const folder = here(LOSING)
    mkdirSync(join(folder, 'folder'))
    const { code, stdout, stderr } = await vipctl(`lint m.yaml ${argv}`, { cwd: folder })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(words)
    expect(existsSync(join(folder, 'a.json'))).toBe(false)
  })
})

describe('bad options', () => {
  it.each([
    ['--rule tcp-port-conflct=off', 'did you mean tcp-port-conflict?'],
    ['--rule tcp-port-conflict=of', 'is not a severity'],
    ['--rule tcp-port-conflict', 'The form is RULE=SEVERITY.'],
    ['--explain tcp-port-conflct', 'did you mean tcp-port-conflict?'],
    ['--fail-on warnings', 'Did you mean warning?'],
    ['--max-warnings many', 'It is a whole number'],
    ['--dns-capture yes', 'Allowed are mesh, true, false, both.'],
    ['--from-version new', 'is not a version'],
    ['--dry-run', '--dry-run needs --fix'],
    ['--fix -f -', 'standard input cannot be changed'],
    ['--rules -o sarif', 'is printed as text, json or yaml'],
  ])('%s', async (argv, words) => {
    const { code, stdout, stderr } = await vipctl(`lint m.yaml ${argv}`, { cwd: here(FINE) })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(words)
  })
})

describe('--rules', () => {
  it('lists every rule with its severity', async () => {
    const { code, stdout } = await vipctl('lint --rules')
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(RULE_IDS.length + 1)
    expect(stdout).toMatch(/^tcp-port-conflict +error +/m)
  })

  it('shows severities as they are configured', async () => {
    const { stdout } = await vipctl('lint --rules -o json --rule tcp-port-conflict=off')
    const { rules } = JSON.parse(stdout) as { rules: readonly { rule: string; severity: string }[] }
    expect(rules.map(({ rule }) => rule)).toEqual(RULE_IDS)
    expect(rules.find(({ rule }) => rule === 'tcp-port-conflict')?.severity).toBe('off')
  })
})

describe('--explain', () => {
  it('prints the page of a rule in the width of the terminal', async () => {
    const { code, stdout } = await vipctl('lint --explain tcp-port-conflict', { columns: 60, env: { NO_COLOR: '1' } })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^tcp-port-conflict\n/)
    expect(stdout).toMatch(/^How to fix$/m)
    expect(stdout).toMatch(/^ {4}kind: ServiceEntry$/m)
    expect(stdout).not.toMatch(/```|\*\*/)
    const prose = stdout.split('\n').filter((line) => !line.startsWith(' ') && !line.includes('https://'))
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(60)
  })

  it('gives the entry of the catalogue as data', async () => {
    const { stdout } = await vipctl('lint --explain tcp-port-conflict -o json')
    expect(JSON.parse(stdout)).toMatchObject({
      rule: 'tcp-port-conflict',
      severity: 'error',
      issues: [6695, 11741, 57539],
    })
  })
})
