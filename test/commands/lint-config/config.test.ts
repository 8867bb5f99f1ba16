import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { configJsonSchema } from '../../../src/input/config/schema.ts'
import { entry, folderOf, told, vipctl } from '../cli.ts'
import { configIn, refusalIn } from './support.ts'

const SCHEMA = fileURLToPath(new URL('../../../docs/vipctl.schema.json', import.meta.url))

const withConfig = (text: string): string => folderOf({ '.vipctl.yaml': text, 'deep/er/x.yaml': '' })

describe('docs/vipctl.schema.json', () => {
  it('is what the program checks (npm run pages writes it)', async () => {
    await expect(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`).toMatchFileSnapshot(SCHEMA)
  })
})

describe('a configuration', () => {
  it('is found upward from the working directory, and its paths start from its folder', async () => {
    const config = 'inputs: [manifests, mesh.yaml]\nbaseline: known.json\nremotes: {west: west/}\n'
    const folder = folderOf({ '.git/HEAD': '', '.vipctl.yaml': config, 'deep/er/x.yaml': '' })
    const { options, file, isWhole } = await configIn(join(folder, 'deep/er'))
    expect(file).toBe('../../.vipctl.yaml')
    expect(options.filename).toEqual(['../../manifests', '../../mesh.yaml'])
    expect(options.baseline).toBe('../../known.json')
    expect(options.remote).toEqual([['west', '../../west']])
    expect(isWhole).toBe(true)
  })

  it('is not looked for above the repository', async () => {
    const folder = withConfig('failOn: never\n')
    mkdirSync(join(folder, 'deep/.git'))
    expect((await configIn(join(folder, 'deep/er'))).file).toBeUndefined()
  })

  it('is left alone when the command line says so, and may be named', async () => {
    const folder = withConfig('failOn: never\n')
    writeFileSync(join(folder, 'other.yaml'), 'failOn: info\n')
    expect((await configIn(folder, { config: false })).options.failOn).toBeUndefined()
    expect((await configIn(folder, { config: 'other.yaml' })).options.failOn).toBe('info')
  })

  it('gives way to the command line', async () => {
    const folder = withConfig(
      'inputs: a\nrecursive: true\nfailOn: info\nrules: {tcp-*: "off"}\nistio: {version: "1.24", env: {A: x, B: true}}\n' +
        'proxies: {proxy: deploy/web, dnsCapture: both}\n',
    )
    const { options, severities, isWhole } = await configIn(folder, {
      filename: ['b'],
      failOn: 'error',
      istiodEnv: [['A', 'y']],
      node: 'node.json',
      rule: [['tcp-port-conflict', 'warning']],
    })
    expect(options.filename).toEqual(['b'])
    expect(options.recursive).toBeUndefined()
    expect(options.failOn).toBe('error')
    expect(options.configured?.istio).toMatchObject({ text: '1.24', file: '.vipctl.yaml' })
    expect(new Map(options.istiodEnv)).toEqual(
      new Map([
        ['A', 'y'],
        ['B', 'true'],
      ]),
    )
    expect(options.proxy).toBeUndefined()
    expect(options.node).toBe('node.json')
    expect(severities.get('tcp-port-conflict')).toBe('warning')
    expect(isWhole).toBe(false)
  })

  it('may switch rules off as YAML 1.1 reads it, by name before pattern', async () => {
    const { severities } = await configIn(
      withConfig('rules:\n  tcp-port-conflict: error\n  tcp-*: off\n  "*-conflict": info\n'),
    )
    expect(severities.get('tcp-port-conflict')).toBe('error')
    expect(severities.get('tcp-catch-all')).toBe('off')
    expect(severities.get('server-first-conflict')).toBe('info')
    expect(severities.has('protocol-unset')).toBe(false)
  })

  it('may say of ignores how long they count', async () => {
    const { ignores, stderr } = await configIn(
      withConfig(
        'ignores:\n- {rule: tcp-*, object: shop/db, reason: old, until: 2020-01-31}\n' +
          '- {path: legacy/, reason: goes away, until: 2999-01-31}\n',
      ),
    )
    expect(ignores).toEqual([{ rule: '*', object: undefined, path: 'legacy/', reason: 'goes away' }])
    expect(told({ stderr })).toBe(
      'warning: .vipctl.yaml:2:54: the ignore of tcp-* for shop/db expired on 2020-01-31: its findings are reported again\n',
    )
  })

  it('may be empty', async () => {
    expect((await configIn(withConfig('# nothing yet\n'))).file).toBe('.vipctl.yaml')
  })

  it('takes names that objects have of themselves', async () => {
    const { options } = await configIn(withConfig('istio: {env: {__proto__: x, constructor: z}}\n'))
    expect(options.istiodEnv).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'z'],
    ])
  })
})

describe('a configuration that cannot be used', () => {
  it.each([
    ['ruels: {}\n', 'error: .vipctl.yaml:1:1: unknown key "ruels"\n  hint: did you mean rules?'],
    [
      'proxies: {capture: true}\n',
      'error: .vipctl.yaml:1:11: unknown key "capture" in proxies\n  hint: known are dnsCapture, proxy, node, metadata',
    ],
    [
      'rules:\n  tcp-port-conflit: off\n',
      'error: .vipctl.yaml:2:3: unknown rule "tcp-port-conflit"\n  hint: did you mean tcp-port-conflict?',
    ],
    [
      'rules: {tcp-port-conflict: warn}\n',
      'error: .vipctl.yaml:1:28: rules.tcp-port-conflict: "warn" is not one of error, warning, info, off\n  hint: did you mean warning?',
    ],
    ['rules: {nothing-*: off}\n', 'error: .vipctl.yaml:1:9: unknown rule "nothing-*"'],
    [
      'failOn: errors\n',
      'error: .vipctl.yaml:1:9: failOn: "errors" is not one of error, warning, info, never\n  hint: did you mean error?',
    ],
    [
      'istio: {version: 1.30}\n',
      'error: .vipctl.yaml:1:18: istio.version: "1.30" is not a text\n  hint: write it in quotes: "1.30"',
    ],
    [
      'istio: {version: newest}\n',
      'error: .vipctl.yaml:1:18: istio.version: "newest": it is not a version such as "1.27"',
    ],
    ['ignores:\n- rule: tcp-*\n', 'error: .vipctl.yaml:2:3: ignores[0].reason is missing: it must be a text'],
    [
      'ignores:\n- {reason: x}\n',
      'error: .vipctl.yaml:2:3: ignores[0]: it covers everything: name a rule, an object or a path',
    ],
    [
      'ignores:\n- {rule: tpc-catch-all, reason: x}\n',
      'error: .vipctl.yaml:2:10: unknown rule "tpc-catch-all"\n  hint: did you mean tcp-catch-all?',
    ],
    [
      'ignores: [{object: db, reason: x}]\n',
      'error: .vipctl.yaml:1:20: ignores[0].object: "db": the form is NAMESPACE/NAME or KIND/NAMESPACE/NAME',
    ],
    [
      'ignores: [{rule: tcp-*, until: soon, reason: x}]\n',
      'error: .vipctl.yaml:1:32: ignores[0].until: "soon": it is not a date such as 2027-01-31',
    ],
    [
      'inputs: ["-"]\n',
      'error: .vipctl.yaml:1:10: inputs[0]: "-": - means standard input, which only the command line can name',
    ],
    ['inputs: 7\n', 'error: .vipctl.yaml:1:9: inputs: "7" is not a text or a list\n  hint: write it in quotes: "7"'],
    ['maxWarnings: -1\n', 'error: .vipctl.yaml:1:14: maxWarnings is less than 0'],
    ['maxWarnings: some\n', 'error: .vipctl.yaml:1:14: maxWarnings: "some" is not a number'],
    ['- a\n', 'error: .vipctl.yaml:1:1: document 1 is a list, not an object'],
    ['a: [\n', 'error: .vipctl.yaml:'],
    [
      'failOn: never\n---\nfailOn: error\n',
      '.vipctl.yaml:3:1: a configuration is one document, not 2 | remove the others',
    ],
  ])('%j is named with its place and a hint', async (text, said) => {
    expect(await refusalIn(withConfig(text))).toContain(said)
  })

  it('with a key twice counts with the later one: the rest is checked, and the exit code is that of an error', async () => {
    const cwd = withConfig('rules: {tcp-port-conflict: warning}\nfailOn: never\nfailOn: error\n')
    writeFileSync(
      join(cwd, 'a.yaml'),
      `${entry({ name: 'a', host: 'a.db' })}---\n${entry({ name: 'b', host: 'b.db' })}`,
    )
    const { code, stdout, stderr } = await vipctl('lint --assume none -o json', { cwd })
    expect(told({ stderr })).toBe(
      'error: .vipctl.yaml:3:1: duplicate key "failOn" (first on line 2): the later one wins\n',
    )
    expect(JSON.parse(stdout).findings).toMatchObject([{ rule: 'tcp-port-conflict', severity: 'warning' }])
    expect(code).toBe(2)
  })

  it('has all of its mistakes named', async () => {
    const said = await refusalIn(withConfig('bogus: 1\nfailOn: 2\n'))
    expect(said).toContain('.vipctl.yaml:1:1')
    expect(said).toContain('.vipctl.yaml:2:9')
    expect(said).toContain('the configuration has 2 mistakes, so nothing was checked')
  })

  it('may be made to do harm', async () => {
    const aliases = Array.from(
      { length: 30 },
      (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]\n`,
    )
    expect(await refusalIn(withConfig(aliases.join('')))).toContain('aliases expand the document beyond the limit')
    expect(await refusalIn(withConfig(`a: ${'['.repeat(5000)}`))).toContain('deeper than the limit')
    expect(await refusalIn(withConfig(`# ${'x'.repeat(1_000_001)}`))).toContain(
      'larger than the limit of 1,000,000 bytes',
    )
    expect(await refusalIn(withConfig('"\\e[31m": 1\nrules: {"\\e[0m": off}\n'))).not.toContain('\u001b')
    expect(await refusalIn(withConfig('{__proto__: {inputs: x}}\n'))).toContain('unknown key "__proto__"')
  })

  it('may be missing, a folder or no text', async () => {
    const folder = folderOf({ 'a/b': '', 'bytes.yaml': Buffer.from([0xc3, 0x28]) })
    expect(await refusalIn(folder, { config: 'none.yaml' })).toBe('--config none.yaml: no such file')
    expect(await refusalIn(folder, { config: 'a' })).toBe('--config a: it is a directory')
    expect(await refusalIn(folder, { config: 'bytes.yaml' })).toBe('--config bytes.yaml: not UTF-8 text')
  })

  it.each([
    ['tcp-port-conflit', 'off', '--rule tcp-port-conflit: unknown rule | did you mean tcp-port-conflict?'],
    ['tcp-*', 'on', '--rule tcp-*: "on" is not a severity | allowed are error, warning, info, off'],
  ])('a severity on the command line for %s to be %s is refused', async (rule, level, said) => {
    expect(await refusalIn(folderOf({}), { rule: [[rule, level]] })).toBe(said)
  })
})
