/** Manifests that programs make, as a part of the input. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { refusalIn } from '../lint-config/support.ts'
import { CHART, db, findingsIn, inRepository, makeScript, placeOf, prints, repository } from './support.ts'

const callsIn = (cwd: string): string => readFileSync(join(cwd, 'bin/calls'), 'utf8')

const SOURCE = '---\n# Source: shop/templates/db.yaml\n'

/** What the fake helm prints. */
const HELM = { 'out.yaml': SOURCE + db('front') }

const hostsOf = (stdout: string): readonly string[] => [...new Set(stdout.match(/[a-z]+\.example\.com/g))].sort()

describe('render: a list', () => {
  it.each(['lint', 'allocate --env prod', 'dig x --env prod', 'diff base --env prod'])(
    'runs nothing without permission, and says what it would run: %s',
    async (argv) => {
      const list = 'render: [{command: [tool, "a b"]}, {helm: charts/shop, releaseName: x}]'
      const config = `${list}\nenvironments: {prod: {inputs: base}}\n`
      const cwd = repository(config, { ...CHART, 'base/db.yaml': db('a') }, { tool: '', helm: '' })
      const { stderr, code, stdout } = await inRepository(cwd, argv)
      expect(stderr).toContain("error: .vipctl.yaml:1:10: not run without permission: tool 'a b'\n")
      expect(stderr).toContain('error: .vipctl.yaml:1:36: not run without permission: helm template x charts/shop\n')
      expect(stderr).toContain('  hint: --allow-render or VIPCTL_ALLOW_RENDER=1 allows it\n')
      expect([code, stdout, callsIn(cwd)]).toEqual([2, '', ''])
    },
  )

  it.each(['0', 'false', ''])('takes VIPCTL_ALLOW_RENDER=%j for no permission', async (value) => {
    const cwd = repository('render: [{command: [tool]}]\n', {}, { tool: '' })
    const { code } = await inRepository(cwd, 'lint', { VIPCTL_ALLOW_RENDER: value })
    expect([code, callsIn(cwd)]).toEqual([2, ''])
  })

  it('is a part of the mesh, beside files', async () => {
    const config = 'inputs: base\nrender: [{command: [cat, made.txt]}]\n'
    const cwd = repository(config, { 'base/db.yaml': db('a'), 'made.txt': db('b') })
    const { findings, code } = await findingsIn(cwd, '--allow-render')
    expect(findings.map((finding) => [finding.rule, placeOf(finding)])).toEqual([
      ['tcp-port-conflict', 'cat made.txt (rendered):9'],
    ])
    expect(code).toBe(1)
  })

  it.each(['allocate', 'nametable --meta DNS_CAPTURE=true'])('is read by %s --env', async (command) => {
    const config = 'environments: {prod: {inputs: base, render: [{command: [cat, made.txt]}]}}\n'
    const cwd = repository(config, { 'base/db.yaml': db('a'), 'made.txt': db('b') })
    const { stdout, code } = await inRepository(cwd, `${command} --env prod`, { VIPCTL_ALLOW_RENDER: '1' })
    expect(hostsOf(stdout)).toEqual(['a.example.com', 'b.example.com'])
    expect(code).toBe(0)
  })

  it('may be all of the input', async () => {
    const cwd = repository('environments: {prod: {render: [{command: [cat, made.txt]}]}}\n', { 'made.txt': db('b') })
    const { stdout } = await inRepository(cwd, 'allocate --env prod --allow-render')
    expect(hostsOf(stdout)).toEqual(['b.example.com'])
  })

  it('is that of the environment, if the environment has one', async () => {
    const config =
      'render: [{command: [cat, top.txt]}]\n' +
      'environments: {own: {inputs: base, render: [{command: [cat, own.txt]}]}, top: {inputs: base}, none: {inputs: base, render: false}}\n'
    const files = { 'base/db.yaml': db('a'), 'own.txt': db('own'), 'top.txt': db('top') }
    const cwd = repository(config, files)
    const hosts = async (name: string) =>
      hostsOf((await inRepository(cwd, `allocate --env ${name} --allow-render`)).stdout)
    expect(await hosts('own')).toEqual(['a.example.com', 'own.example.com'])
    expect(await hosts('top')).toEqual(['a.example.com', 'top.example.com'])
    expect(await hosts('none')).toEqual(['a.example.com'])
  })

  it('gives way to inputs on the command line', async () => {
    const cwd = repository('render: [{command: [tool]}]\n', { 'base/db.yaml': db('a') }, { tool: '' })
    const { code } = await inRepository(cwd, 'lint base --allow-render')
    expect([code, callsIn(cwd)]).toEqual([0, ''])
  })

  it('is checked for every environment', async () => {
    const config =
      'environments:\n  a: {render: [{command: [cat, x.txt]}]}\n  b: {inputs: base, render: [{command: [cat, x.txt]}]}\n'
    const cwd = repository(config, { 'x.txt': db('x'), 'base/db.yaml': db('base') })
    const { findings } = await findingsIn(cwd, '--env all --allow-render')
    expect(findings.map(({ rule, environments }) => [rule, environments])).toEqual([
      ['vip-without-capture', ['a']],
      ['tcp-port-conflict', ['b']],
    ])
  })

  it('is applied to a mesh with --base', async () => {
    const config = 'environments: {prod: {render: [{command: [cat, made.txt]}]}}\n'
    const cwd = repository(config, { 'base/db.yaml': db('a'), 'made.txt': db('b') })
    const { stdout } = await inRepository(cwd, 'allocate --env prod --base base --allow-render --only-changes')
    expect(hostsOf(stdout)).toEqual(['b.example.com'])
  })
})

describe('a chart', () => {
  it('is rendered with values, settings, a release and a namespace', async () => {
    const config = `inputs: base
namespace: shop
render:
- helm: charts/shop
  values: [values/a.yaml, "values/b,c.yaml"]
  set: {image.tag: "1.0", replicas: 2, hosts: [a, "b,c"], gone: null, __proto__: {x: true}}
  releaseName: front
  namespace: edge
`
    const values = { 'values/a.yaml': '', 'values/b,c.yaml': '' }
    const files = { ...CHART, ...HELM, ...values, 'base/db.yaml': db('base') }
    const cwd = repository(config, files, { helm: prints('out.yaml') })
    const { findings } = await findingsIn(cwd, '--allow-render')
    expect(callsIn(cwd).replaceAll(`${cwd}/`, '').trimEnd().split('\n')).toEqual([
      'template',
      'front',
      'charts/shop',
      '--namespace=edge',
      '--values=values/a.yaml',
      '--values="values/b,c.yaml"',
      '--set-json=image.tag="1.0"',
      '--set-json=replicas=2',
      '--set-json=hosts=["a","b,c"]',
      '--set-json=gone=null',
      '--set-json=__proto__={"x":true}',
    ])
    expect(findings.map(({ object }) => object)).toEqual([
      expect.objectContaining({ namespace: 'edge', name: 'front' }),
    ])
  })

  it('has its findings in its templates', async () => {
    const config = 'inputs: base\nrender: [{helm: charts/shop}]\n'
    const files = { ...CHART, ...HELM, 'base/db.yaml': db('base') }
    const { findings, stderr } = await findingsIn(
      repository(config, files, { helm: prints('out.yaml') }),
      '--allow-render',
    )
    expect(findings.map((finding) => [placeOf(finding), finding.related.map(placeOf)])).toEqual([
      ['charts/shop/templates/db.yaml:2', expect.arrayContaining(['charts/shop (rendered):11'])],
    ])
    expect(stderr).not.toContain('chart')
  })

  it('can be rendered twice', async () => {
    const config = 'render: [{helm: charts/shop}, {helm: charts/shop, releaseName: second}, {helm: charts/shop}]\n'
    const out = `printf 'apiVersion: v1\\nkind: Servce\\nmetadata: {name: %s}\\n' "$2"\n`
    const { findings } = await findingsIn(repository(config, CHART, { helm: out }), '--allow-render')
    expect(findings.map(({ location }) => location.file)).toEqual([
      'charts/shop (rendered)',
      'charts/shop, 2 (rendered)',
      'charts/shop, second (rendered)',
    ])
  })

  it.each([
    ['{helm: charts/none}', 'charts/none does not exist'],
    ['{helm: base}', 'base is not a chart: it has no Chart.yaml'],
    ['{helm: base/db.yaml}', 'base/db.yaml is not a folder'],
    ['{helm: base/db.yaml/x}', 'base/db.yaml/x does not exist'],
    ['{helm: charts/shop, values: no.yaml}', 'no.yaml does not exist'],
    ['{helm: charts/shop, values: base}', 'base is a folder: values are in files'],
    ['{kustomize: none}', 'none does not exist'],
  ])('%s is an error', async (item, message) => {
    const cwd = repository(`render: [${item}]\n`, { ...CHART, 'base/db.yaml': db('a') }, { helm: '', kustomize: '' })
    const { stderr, code } = await inRepository(cwd, 'lint --allow-render')
    expect(stderr).toContain(`error: .vipctl.yaml:1:10: cannot be rendered: ${message}\n`)
    expect([code, callsIn(cwd)]).toEqual([2, ''])
  })
})

describe('a kustomization', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [db.yaml]\n',
    'base/db.yaml': db('a'),
    'overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
    'other/db.yaml': db('other'),
  }

  it('is built, and what it is built from is not read by itself', async () => {
    const made = { 'out.txt': db('prod-a') }
    const cwd = repository(
      'inputs: .\nrender: [{kustomize: overlays/prod, namespace: data}]\n',
      { ...files, ...made },
      {
        kustomize: prints('out.txt'),
      },
    )
    const { findings, stderr } = await findingsIn(cwd, '--allow-render')
    expect(callsIn(cwd)).toBe(`build\n${join(cwd, 'overlays/prod')}\n`)
    expect(findings.map(({ object, location }) => [object.namespace, object.name, location.file])).toEqual([
      ['data', 'prod-a', 'base/db.yaml'],
    ])
    expect(stderr).not.toContain('kustomize')
  })
})

describe('a command', () => {
  it('runs without a shell, in the folder of the configuration', async () => {
    const words = `["./bin/tool", "$(touch pwned)", "; touch pwned", "", "a'b"]`
    const cwd = repository(
      `render: [{command: ${words}}]\n`,
      { 'sub/x.txt': '', 'made.txt': db('b') },
      {
        tool: prints('made.txt'),
      },
    )
    const { code } = await inRepository(join(cwd, 'sub'), 'lint --allow-render')
    expect(callsIn(cwd)).toBe("$(touch pwned)\n; touch pwned\n\na'b\n")
    expect([code, existsSync(join(cwd, 'pwned')), existsSync(join(cwd, 'sub/pwned'))]).toEqual([0, false, false])
  })

  it('takes JSON', async () => {
    const object = { apiVersion: 'v1', kind: 'Servce', metadata: { name: 'x' } }
    const cwd = repository('render: [{command: [cat, made.txt]}]\n', { 'made.txt': JSON.stringify(object) })
    expect((await findingsIn(cwd, '--allow-render')).findings.map(({ rule }) => rule)).toEqual(['unknown-kind'])
  })

  it('is an error if it fails, and the rest is checked', async () => {
    const config = 'inputs: base\nrender:\n- command: [tool]\n'
    const files = { 'base/a.yaml': db('a'), 'base/b.yaml': db('b') }
    const cwd = repository(config, files, {
      tool: "printf 'no \\033[31msuch\\007 file\\nsecond line\\n' >&2; exit 3\n",
    })
    const { findings, stderr, code } = await findingsIn(cwd, '--allow-render')
    expect(stderr).toContain(
      'error: .vipctl.yaml:3:3: cannot be rendered: tool failed with exit code 3: no \\x1b[31msuch\\x07 file\n  hint: second line\n',
    )
    expect(findings.map(({ rule }) => rule)).toEqual(['tcp-port-conflict'])
    expect(code).toBe(2)
  })

  it.each([
    ['[no-such-program]', 'no-such-program is not on the PATH\n  hint: install it, or write'],
    ['[./no-such-program]', 'the program ./no-such-program was not found\n  hint: paths start at the folder'],
    ['[./plain.txt]', './plain.txt may not be executed\n'],
  ])('is an error if the program cannot be started: %s', async (words, message) => {
    const cwd = repository(`render: [{command: ${words}}]\n`, { 'plain.txt': '' })
    const { stderr, code } = await inRepository(cwd, 'lint --allow-render')
    expect(stderr).toContain(`error: .vipctl.yaml:1:10: cannot be rendered: ${message}`)
    expect(code).toBe(2)
  })

  it('is reported at the rendered line if it prints something else', async () => {
    const cwd = repository('render: [{command: [cat, made.txt]}]\n', { 'made.txt': `${db('a')}---\na: b: c\n` })
    const { stderr, code } = await inRepository(cwd, 'lint --allow-render')
    expect(stderr).toMatch(/^error: cat made.txt \(rendered\):\d+:\d+: /m)
    expect(code).toBe(2)
  })

  it('is reported if it prints no objects, and so are its warnings', async () => {
    const cwd = repository('render: [{command: [tool]}]\n', {}, { tool: 'echo deprecated >&2\n' })
    const { stderr } = await inRepository(cwd, 'lint --allow-render')
    expect(stderr).toContain('warning: .vipctl.yaml:1:10: tool: deprecated\n')
    expect(stderr).toContain('warning: .vipctl.yaml:1:10: tool: what is rendered holds no objects\n')
  })
})

describe('fixes', () => {
  it('are made in files, and not in what is rendered', async () => {
    const twice = (name: string): string =>
      db(name).replace('  - ', `  - ${name}.example.com\n  - `).replace('3306', '443').replace('TCP', 'TLS')
    const config = 'inputs: base\nrender: [{command: [cat, made.txt]}]\n'
    const cwd = repository(config, { 'base/db.yaml': twice('a'), 'made.txt': twice('b') })
    const { stderr, stdout } = await inRepository(cwd, 'lint --allow-render --assume none --fix')
    expect(stderr).toContain('fixed a finding in base/db.yaml')
    expect(stdout).toContain('cat made.txt (rendered)')
    expect(readFileSync(join(cwd, 'base/db.yaml'), 'utf8')).not.toBe(twice('a'))
    expect(readFileSync(join(cwd, 'made.txt'), 'utf8')).toBe(twice('b'))
  })
})

describe('an earlier commit', () => {
  const git = (cwd: string, ...args: readonly string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd,
        env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
      },
    )

  /** Its script prints another entry than the one of the commit. */
  function changed(): string {
    const config = 'environments: {prod: {inputs: base, render: [{command: [./render.sh]}]}}\n'
    const cwd = repository(config, { 'base/db.yaml': db('base'), 'old.txt': db('old'), 'new.txt': db('new') })
    makeScript(join(cwd, 'render.sh'), 'echo commit >> "$CALLS"; cat old.txt\n')
    execFileSync('rm', ['-r', join(cwd, '.git')])
    git(cwd, 'init', '-q', '-b', 'main')
    git(cwd, 'add', '-A')
    git(cwd, 'commit', '-q', '-m', 'first')
    makeScript(join(cwd, 'render.sh'), 'echo now >> "$CALLS"; cat new.txt\n')
    writeFileSync(join(cwd, '.git/calls'), '')
    return cwd
  }

  it.each(['diff git:main --env prod', 'lint --env prod --changed-since main'])(
    'is not rendered without permission either: %s',
    async (argv) => {
      const cwd = changed()
      const { stderr, code } = await inRepository(cwd, argv, { CALLS: join(cwd, '.git/calls') })
      expect(stderr).toContain('not run without permission: ./render.sh')
      expect([code, readFileSync(join(cwd, '.git/calls'), 'utf8')]).toEqual([2, ''])
    },
  )

  it('is rendered from its own files', async () => {
    const cwd = changed()
    const { stdout, stderr } = await inRepository(cwd, 'diff git:main --env prod --allow-render', {
      CALLS: join(cwd, '.git/calls'),
    })
    expect(stderr).not.toContain('error')
    expect(hostsOf(stdout)).toEqual(['base.example.com', 'new.example.com', 'old.example.com'])
    expect(readFileSync(join(cwd, '.git/calls'), 'utf8').split('\n').sort()).toEqual(['', 'commit', 'now'])
  })

  it('decides which findings are new', async () => {
    const cwd = changed()
    const { findings } = await findingsIn(cwd, '--env prod --changed-since main --allow-render')
    expect(findings.map(({ object }) => object.name)).toEqual(['new'])
  })
})

describe('mistakes', () => {
  it.each([
    ['[{}]', 'render[0]: it needs exactly one of helm, kustomize and command'],
    ['[{helm: a, command: [b]}]', 'it needs exactly one of helm, kustomize and command'],
    ['[{kustomize: a, values: b}]', 'values, set and releaseName are for helm'],
    ['[{helm: a, vaules: b}]', 'unknown key "vaules" in render[0]\n  hint: did you mean values?'],
    ['[{command: "a b"}]', 'render[0].command: "a b" is not a list'],
    ['[{command: []}]', 'render[0].command is empty'],
    ['[{command: [1]}]', 'render[0].command[0]: "1" is not a text\n  hint: write it in quotes: "1"'],
    ['[{helm: a, releaseName: A_b}]', 'render[0].releaseName: "A_b": it is not a name'],
    ['[{helm: a, set: {"x=y": 1}}]', '"x=y" cannot be a name in render[0].set'],
    ['[a]', 'render[0]: "a" is not a mapping'],
    ['yes please', 'render: "yes please" is not true or false or a list'],
    ['["a\\0"]', 'render[0]'],
  ])('render: %s', async (value, message) => {
    expect(await refusalIn(repository(`render: ${value}\n`))).toContain(message)
  })

  it('refuses --render beside a list', async () => {
    const { stderr, code } = await inRepository(
      repository('render: [{command: [x]}]\n'),
      'lint --render --allow-render',
    )
    expect(stderr).toContain('--render and the list under render in .vipctl.yaml exclude each other')
    expect(code).toBe(2)
  })
})
