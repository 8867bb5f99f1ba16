import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CI_COMMAND, UNSAFE } from '../support/hidden.ts'
import { CAPTURE, documents, folderOf, vipctl } from './cli.ts'

const json = (value: unknown): string => `${JSON.stringify(value)}\n`

/** A mesh in which a text is a part of every name that output begins with, wherever it is accepted. */
function meshOf(text: string): string {
  const object = (apiVersion: string, kind: string, name: string, rest: object): string =>
    json({ apiVersion, kind, metadata: { name, namespace: 'shop', labels: { app: text } }, ...rest })
  const ports = [{ number: 3306, name: 'tcp', protocol: 'TCP' }]
  const http = [{ number: 80, name: 'http', protocol: 'HTTP' }]
  return documents(
    CAPTURE,
    object('networking.istio.io/v1', 'ServiceEntry', text, { spec: { hosts: ['a.com'], ports, resolution: 'DNS' } }),
    object('networking.istio.io/v1', 'ServiceEntry', 'db', {
      spec: { hosts: ['b.com', `${text}.com`], ports, resolution: 'NONE' },
    }),
    object('networking.istio.io/v1', 'ServiceEntry', 'dc', { spec: { hosts: ['c.com'], ports, resolution: 'NONE' } }),
    object('networking.istio.io/v1', 'ServiceEntry', 'web', {
      spec: { hosts: ['w.com'], ports: http, resolution: 'STATIC', endpoints: [{ address: text }] },
    }),
    object('networking.istio.io/v1', 'Gateway', text, {
      spec: {
        selector: { app: text },
        servers: [
          { port: http[0], hosts: ['*'] },
          { port: ports[0], hosts: [text] },
        ],
      },
    }),
    object('networking.istio.io/v1', 'VirtualService', text, {
      spec: {
        hosts: ['w.com', text],
        gateways: ['mesh', text],
        http: [{ name: text, route: [{ destination: { host: 'w.com', subset: text } }] }],
      },
    }),
    object('networking.istio.io/v1', 'DestinationRule', text, {
      spec: { host: 'w.com', subsets: [{ name: text, labels: { a: text } }] },
    }),
    object('v1', 'Service', text, { spec: { selector: { app: text }, ports: [{ port: 80, name: text }] } }),
    object('v1', 'Pod', text, {
      spec: { containers: [{ name: 'istio-proxy', image: 'proxyv2:1.26.0' }] },
      status: { podIP: '10.0.0.1' },
    }),
    json({ apiVersion: `${text}/v1`, kind: text, metadata: { name: text } }),
  )
}

const suiteOf = (text: string): string =>
  json({
    inputs: [`${text}.yaml`],
    tests: [{ name: text, request: { url: 'http://w.com/' }, expect: { outcome: 'refused', host: text } }],
  })

const FORMATS = ['text', 'json', 'yaml']
const withFormats = (line: string, formats: readonly string[] = FORMATS): readonly string[] =>
  formats.map((format) => `${line} -o ${format}`)
const LINES = [
  ...['listeners', 'clusters', 'endpoints', 'routes', 'all'].flatMap((view) =>
    withFormats(`pc ${view}`, ['short', 'json', 'yaml']),
  ),
  ...['nametable', 'allocate', 'conflicts', 'gateways', 'dump', 'dig w.com'].flatMap((line) =>
    withFormats(line, line === 'dump' ? ['json', 'yaml', 'config-dump'] : FORMATS),
  ),
  ...withFormats('trace http://w.com/', ['text', 'json', 'yaml', 'mermaid', 'dot']),
  ...withFormats('lint', ['text', 'json', 'yaml', 'sarif', 'junit', 'github', 'gitlab']),
  ...withFormats('proxies -A'),
  ...withFormats('snapshot', ['yaml', 'json']),
  ...withFormats('clusters'),
  'pc listeners --explain',
  'pc clusters --explain',
  'lint -q',
  'releases 1.24 1.26',
]

const TEXTS = ['::add-mask::x', '##[add-mask]x', '##vso[build]x', 'pay\u200b\u{e0041}\u00ad', '\u001b[2J\u2028x']

describe.each(TEXTS)('%j in names of objects, files and hosts', (text) => {
  const cwd = folderOf({ [`${text}.yaml`]: meshOf(text), [`${text}.vipctl-test.yaml`]: suiteOf(text) })

  it.each(LINES)('is broken or escaped by %s', async (line) => {
    const files = line.startsWith('lint') ? ['.'] : ['-f', `${text}.yaml`]
    const { stdout, stderr, code } = await vipctl([...line.split(' '), ...files, '--verbose'], { cwd })
    expect(stderr).not.toContain('internal error')
    expect(stdout).not.toBe('')
    expect([0, 1, 2]).toContain(code)
    for (const printed of [stdout, stderr]) expect(UNSAFE.exec(printed)).toBeNull()
    // These commands are vipctl's own.
    if (!line.endsWith('-o github')) expect(stdout).not.toMatch(CI_COMMAND)
    expect(stderr).not.toMatch(CI_COMMAND)
    if (/ -o (?:json|sarif|gitlab|config-dump)$/.test(line)) JSON.parse(stdout)
  })

  it.each(['text', 'json', 'tap', 'junit', 'github'])('is broken or escaped by test -o %s', async (format) => {
    const { stdout, stderr, code } = await vipctl(['test', '.', '-o', format], { cwd })
    // 1 for the test that fails, 2 where the name of the file is a pattern that matches nothing.
    expect(code).toBe(text.includes('[2J') ? 2 : 1)
    for (const printed of [stdout, stderr]) expect(UNSAFE.exec(printed)).toBeNull()
    if (format !== 'github') expect(stdout).not.toMatch(CI_COMMAND)
    expect(stderr).not.toMatch(CI_COMMAND)
  })

  it('is broken or escaped in a report in a file', async () => {
    await vipctl(['lint', '.', '-o', 'text=report.txt'], { cwd })
    const report = readFileSync(join(cwd, 'report.txt'), 'utf8')
    expect(UNSAFE.exec(report)).toBeNull()
    expect(report).not.toMatch(CI_COMMAND)
  })

  it('is broken or escaped in what a wrong command line repeats', async () => {
    for (const argv of [[text], ['dig', text, `--${text}`], ['lint', '--explain', text], ['dump', '-f', text]]) {
      const { stdout, stderr } = await vipctl(argv, { cwd })
      for (const printed of [stdout, stderr]) {
        expect(UNSAFE.exec(printed)).toBeNull()
        expect(printed).not.toMatch(CI_COMMAND)
      }
    }
  })
})

describe('a snapshot', () => {
  it('is read back as the same names, although it shows them escaped', async () => {
    const text = 'pay\u200b\u{e0041}::add-mask::'
    const cwd = folderOf({ 'm.yaml': meshOf(text) })
    const dump = await vipctl('dump -f m.yaml --assume none', { cwd })
    for (const format of ['yaml', 'json']) {
      const { stdout } = await vipctl(`snapshot -f m.yaml -o ${format}`, { cwd })
      const again = await vipctl('dump -f - --assume none', { cwd, stdin: stdout })
      expect(JSON.parse(again.stdout).clusters).toEqual(JSON.parse(dump.stdout).clusters)
      expect(dump.stdout).toContain('pay\\u200b\\udb40\\udc41')
    }
  })
})
