import { afterAll, describe, expect, it } from 'vitest'
import { closeAll, startCluster } from '../../live/server.ts'
import { documents, entry, folderOf, vipctl } from '../cli.ts'

afterAll(closeAll)

const FORMATS = ['text', 'json', 'yaml', 'sarif', 'junit', 'github'] as const

/** An entry as stored by an API server. */
const stored = (name: string, address: string, day: number): string =>
  entry({
    name,
    namespace: 'shop',
    host: `${name}.example.com`,
    spec: `  resolution: DNS\n  addresses: [${address}]`,
  }).replace('  namespace:', `  uid: u\n  creationTimestamp: "2026-01-0${day}T00:00:00Z"\n  namespace:`)

const file = (name: string, address: string, annotation?: string): string =>
  entry({
    name,
    namespace: 'shop',
    host: `${name}.example.com`,
    spec: `  resolution: DNS\n  addresses: [${address}]`,
  }).replace('metadata:', annotation === undefined ? 'metadata:' : `metadata:\n  annotations: {${annotation}}`)

const RULE = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: nobody, namespace: shop}
spec: {host: nobody.example.com}
`

/** `second` loses its listener to `first`, and a rule applies to no host. */
const BASE = documents(stored('first', '203.0.113.1', 1), stored('second', '203.0.113.1', 2), RULE)
/** `second` gets its own address. */
const MENDING = file('second', '203.0.113.2')
/** `third` loses its listener to `first`. */
const HARMFUL = file('third', '203.0.113.1')

function over(argv: string, files: string, base = BASE) {
  return vipctl(`lint --base base.yaml -f over.yaml ${argv}`.trimEnd(), {
    cwd: folderOf({ 'base.yaml': base, 'over.yaml': files }),
  })
}

interface Message {
  readonly findings: readonly { readonly change?: string; readonly rule: string; readonly object: { name: string } }[]
  readonly gone: Message['findings']
  readonly summary: object
}

async function messageOf(argv: string, files: string, base?: string): Promise<Message> {
  return JSON.parse((await over(`-o json ${argv}`, files, base)).stdout) as Message
}

const named = (findings: Message['findings']): readonly string[] =>
  findings.map(({ change = ' ', rule, object }) => `${change} ${rule} ${object.name}`)

describe('lint of files over a mesh', () => {
  it('marks findings that the files bring and those that they take away', async () => {
    const { code, stdout } = await over('', documents(MENDING, HARMFUL))
    expect(code).toBe(1)
    expect(stdout.match(/^[-+ ] (?:base\.yaml:)?\d+:\d+ .*$/gm)).toEqual([
      expect.stringMatching(/^ {2}38:14 {2}error {2}destination-host-unknown {2}DestinationRule shop\/nobody$/),
      expect.stringMatching(/^\+ 25:5 {2}error {2}shared-vip-port {2}ServiceEntry shop\/third$/),
      expect.stringMatching(/^- base\.yaml:29:5 {2}error {2}shared-vip-port {2}ServiceEntry shop\/second: second\./),
    ])
    expect(stdout).toMatch(/\n2 errors in 2 files; 1 new, 1 gone\b/)
  })

  it('prints these alone with --only-changes, and fails only for what is new', async () => {
    const mended = await over('--only-changes', MENDING)
    expect(mended.code).toBe(0)
    expect(mended.stdout).not.toContain('nobody')
    expect(mended.stdout).toMatch(/\n- base\.yaml:\d+:\d+ {2}error {2}shared-vip-port {2}ServiceEntry shop\/second: /)
    expect(mended.stdout).toMatch(/\nno new findings: .*; 1 gone, 1 as before\n$/)
    expect((await over('', MENDING)).code).toBe(1)
    expect((await over('--only-changes', HARMFUL)).code).toBe(1)
  })

  it('has no marks when the files change nothing of what is found', async () => {
    const { stdout } = await over('', file('fine', '203.0.113.9'))
    expect(stdout).not.toMatch(/^[-+] /m)
    expect(stdout).toMatch(/; no changes\b/)
  })

  it('takes no finding for a new one because of other names that its hint suggests', async () => {
    const close = file('close', '203.0.113.9').replaceAll('close.example.com', 'nobodi.example.com')
    expect(named((await messageOf('', close)).findings)).toContain('  destination-host-unknown nobody')
  })

  it('marks only what is new of several findings of one rule', async () => {
    const { findings } = await messageOf('', HARMFUL)
    expect(named(findings)).toEqual([
      '  shared-vip-port second',
      '  destination-host-unknown nobody',
      '+ shared-vip-port third',
    ])
  })

  it('puts marks into JSON, with what is gone in a list beside', async () => {
    const { findings, gone, summary } = await messageOf('', documents(MENDING, HARMFUL))
    expect(named(findings)).toEqual(['  destination-host-unknown nobody', '+ shared-vip-port third'])
    expect(named(gone)).toEqual(['- shared-vip-port second'])
    expect(summary).toEqual({ error: 2, warning: 0, info: 0 })
    expect(Object.keys(JSON.parse((await vipctl('lint fixtures/lint/shop -o json')).stdout))).not.toContain('gone')
  })

  it('states for every result of SARIF whether it is new, unchanged or absent', async () => {
    const { stdout } = await over('-o sarif', documents(MENDING, HARMFUL))
    const { runs } = JSON.parse(stdout) as {
      runs: readonly { results: readonly { ruleId: string; baselineState: string }[] }[]
    }
    expect(runs[0]?.results.map(({ ruleId, baselineState }) => `${ruleId} ${baselineState}`)).toEqual([
      'destination-host-unknown unchanged',
      'shared-vip-port new',
      'shared-vip-port absent',
    ])
  })

  it.each(['junit', 'github'])('reports what is there as %s, and what is gone nowhere', async (format) => {
    const { stdout } = await over(`-o ${format} --only-changes`, documents(MENDING, HARMFUL))
    expect(stdout).toContain('third')
    expect(stdout).not.toContain('shop/second')
    expect(stdout).not.toContain('nobody')
  })

  it('takes a finding whose ignore the files take away for a new one, and an ignored one for one that is there', async () => {
    const annotation = 'vipctl.io/ignore: destination-host-unknown'
    const ignored = RULE.replace('metadata: {', `metadata: {annotations: {${annotation}}, `)
    const last = `kubectl.kubernetes.io/last-applied-configuration: '${JSON.stringify({
      metadata: { annotations: { 'vipctl.io/ignore': 'destination-host-unknown' } },
    })}'`
    const base = RULE.replace('metadata: {', `metadata: {annotations: {${annotation}, ${last}}, `)
    expect(named((await messageOf('', RULE, base)).findings)).toEqual(['+ destination-host-unknown nobody'])
    const hidden = await messageOf('', ignored, RULE)
    expect([hidden.findings, hidden.gone]).toEqual([[], []])
  })

  it('marks fixed findings too', async () => {
    const { findings } = await messageOf('--fixes all', HARMFUL)
    expect(findings.at(-1)).toMatchObject({ change: '+', object: { name: 'third' }, fix: { proven: true } })
  })

  it('looks at a workload that only the files have as if it had been there', async () => {
    const pod = `apiVersion: v1
kind: Pod
metadata: {name: new, namespace: shop, labels: {app: new}}
status: {podIP: 10.0.0.9, podIPs: [{ip: 10.0.0.9}]}
`
    const { stdout, code } = await over('--proxy new.shop --only-changes', documents(pod, MENDING))
    expect(stdout).toMatch(/1 gone/)
    expect(code).toBe(0)
  })

  it('lays files over a cluster', async () => {
    const { kubeconfig } = await startCluster()
    const cwd = folderOf({ 'over.yaml': RULE })
    const { stdout } = await vipctl(`lint -k -f over.yaml --only-changes -o json -c ${kubeconfig}`, { cwd })
    expect(named((JSON.parse(stdout) as Message).findings)).toEqual(['+ destination-host-unknown nobody'])
  })

  it.each([
    ['-f over.yaml --only-changes', 'needs files that are applied to a mesh'],
    ['--base base.yaml -f over.yaml --only-changes --write-baseline x', '--write-baseline and --only-changes exclude'],
  ])('refuses %s', async (argv, words) => {
    const { code, stderr } = await vipctl(`lint ${argv}`, {
      cwd: folderOf({ 'base.yaml': BASE, 'over.yaml': HARMFUL }),
    })
    expect(code).toBe(2)
    expect(stderr).toContain(words)
  })

  it.each(FORMATS)('exits alike for every format: %s', async (format) => {
    expect((await over(`--only-changes -o ${format}`, MENDING)).code).toBe(0)
    expect((await over(`--only-changes -o ${format}`, HARMFUL)).code).toBe(1)
  })
})
