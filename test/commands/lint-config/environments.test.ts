/** Environments of the configuration: sets of inputs that are checked one by one. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { entry, folderOf, told, vipctl } from '../cli.ts'
import { refusalIn } from './support.ts'

const CONFIG = `environments:
  staging:
    inputs: [base, staging]
  prod:
    inputs: [base, prod]
    namespace: shop
    istio: {version: "1.30", env: {ISTIO_DUAL_STACK: "true"}}
istio: {version: "1.29"}
`

const db = (name: string, port = 3306) =>
  entry({ name, namespace: 'shop', host: `${name}.example.com` }).replace('3306', String(port))

const repository = (config = CONFIG): string =>
  folderOf({
    '.vipctl.yaml': config,
    'base/db.yaml': db('a'),
    'base/mail.yaml': db('mail', 25),
    'staging/db.yaml': db('b'),
    'prod/db.yaml': db('c'),
  })

interface Finding {
  readonly rule: string
  readonly object: { readonly name: string }
  readonly environments?: readonly string[]
}

async function lint(args: string, cwd = repository()) {
  const { stdout, stderr, code } = await vipctl(`lint --assume none -o json ${args}`, { cwd })
  const { findings, istio } = JSON.parse(stdout) as { findings: Finding[]; istio: { version: string } }
  const found = findings.map(({ rule, object, environments }) => [rule, object.name, environments])
  return { found, stderr, code, version: istio.version }
}

describe('lint --env', () => {
  it('checks all environments one by one, and names them in findings', async () => {
    const { found, code } = await lint('--env all')
    expect(found).toEqual([
      ['vip-without-capture', 'mail', ['staging', 'prod']],
      ['tcp-port-conflict', 'c', ['prod']],
      ['tcp-port-conflict', 'b', ['staging']],
    ])
    expect(code).toBe(1)
  })

  it('checks one of them', async () => {
    const { found, version } = await lint('--env prod')
    expect(found).toEqual([
      ['vip-without-capture', 'mail', ['prod']],
      ['tcp-port-conflict', 'c', ['prod']],
    ])
    expect(version).toBe('1.30.3')
  })

  it('takes the version and the mesh configuration without the key istio', async () => {
    const config = CONFIG.replace(
      'istio: {version: "1.30", ',
      'istioVersion: "1.30"\n    meshConfig: prod/mesh.txt\n    istio: {',
    )
    const cwd = repository(config)
    writeFileSync(join(cwd, 'prod/mesh.txt'), 'defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true"}}\n')
    expect((await lint('--env prod', cwd)).version).toBe('1.30.3')
    const { stdout } = await vipctl('dig c.example.com +short --env prod -n shop', { cwd })
    expect(stdout).toMatch(/^240\.240\.0\.\d+\n$/)
  })

  it.each([
    ['istioVersion: "1.29"', 'istio.version states the version too'],
    ['istioVersion: 1.29', 'is not a text'],
    ['meshConfig: ../../etc/mesh.yaml', 'leads out of'],
  ])('refuses %s', async (line, message) => {
    const cwd = repository(CONFIG.replace('namespace: shop', line))
    const { stderr, code } = await vipctl('lint --env prod', { cwd })
    expect(stderr).toMatch(/^error: \.vipctl\.yaml:6:\d+: /m)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })

  it.each([
    ['meshConfig: none.yaml', '6:17: none.yaml does not exist', 'paths start at the folder of the configuration'],
    ['meshConfig: prod/db.yaml', '6:17: prod/db.yaml: this states no mesh configuration', 'it holds a MeshConfig'],
    ['istioVersion: "0.0"', '6:19: environments.prod.istioVersion: Istio 0.0.0 is older than', 'the nearest is 1.0.0'],
    [
      'istio: {fromVersion: "0.1"}',
      '6:26: environments.prod.istio.fromVersion: Istio 0.1.0 is older than',
      'the nearest',
    ],
    ['istio: {env: {ISTIO_DUAL_STACK: maybe}}', '6:37: ISTIO_DUAL_STACK: "maybe" is not', '(true or false)'],
    ['remotes: {b: none}', '6:18: none does not exist', 'paths start at the folder of the configuration'],
    ['remotes: {Kubernetes: staging}', "6:27: Kubernetes: this is the local cluster's ID", 'name the local cluster'],
  ])('names the line of %s', async (line, message, hint) => {
    const config = CONFIG.replace(
      'namespace: shop\n    istio: {version: "1.30", env: {ISTIO_DUAL_STACK: "true"}}',
      line,
    )
    const { stderr, code } = await vipctl('lint --env prod', { cwd: repository(config) })
    expect(stderr).toContain(`error: .vipctl.yaml:${message}`)
    expect(stderr).toContain(hint)
    expect(stderr).not.toMatch(/^error: (?!\.vipctl\.yaml:6:)/m)
    expect(code).toBe(2)
  })

  it('names the lines of inputs that are missing, and checks the others', async () => {
    const cwd = repository(CONFIG.replace('[base, prod]', '[base, prdo, prod/*.yml]'))
    const { found, stderr, code } = await lint('--env prod', cwd)
    expect(stderr).toContain('error: .vipctl.yaml:5:20: prdo does not exist\n  hint: Did you mean prod?\n')
    expect(stderr).toContain('error: .vipctl.yaml:5:26: prod/*.yml matches no file\n  hint: The folder has')
    expect(found).toEqual([['vip-without-capture', 'a', ['prod']]])
    expect(code).toBe(2)
  })

  it('prints where findings are, unless it is everywhere', async () => {
    const { stdout } = await vipctl('lint --env all --assume none', { cwd: repository() })
    expect(stdout).toContain('found in all 2 environments')
    expect(stdout).toContain('found in prod')
    expect(stdout).toContain('staging (Istio 1.29.6 (.vipctl.yaml)): synthetic sidecars in namespace shop')
    expect((await vipctl('lint --env prod --assume none', { cwd: repository() })).stdout).not.toContain('found in')
  })

  it('works with the formats for other programs', async () => {
    const { stdout } = await vipctl('lint --env all --assume none -o github', { cwd: repository() })
    expect(stdout).toContain('found in staging')
  })

  it.each(['--fix', '--write-baseline x.json'])('refuses %s for several', async (option) => {
    const { stderr, code } = await vipctl(`lint --env all ${option}`, { cwd: repository() })
    expect(stderr).toContain('works on one input at a time')
    expect(code).toBe(2)
  })

  it('takes --fix for one', async () => {
    const cwd = repository()
    const { code, stderr } = await vipctl('lint --env prod --assume none --fix --dry-run', { cwd })
    expect(stderr).not.toContain('error:')
    expect(code).toBe(1)
  })
})

describe('--env of other commands', () => {
  it('reads the inputs and settings of the environment', async () => {
    const { stdout, stderr } = await vipctl('allocate --env prod', { cwd: repository() })
    expect(told({ stderr })).toBe('note: order assumed: creation times are missing or equal\n')
    expect(stdout).toContain('# Istio 1.30.3 (.vipctl.yaml)')
    expect(stdout).toContain('c.example.com')
    expect(stdout).not.toContain('b.example.com')
    expect((await vipctl('nametable --env prod --assume none', { cwd: repository() })).stdout).toContain(
      'namespace shop',
    )
  })

  it.each([
    ['nametable --env prd', 'has no such environment\n  hint: did you mean prod?'],
    ['nametable --env all', '--env all is for lint'],
    ['nametable --env prod -f base', 'exclude each other'],
    ['lint --env prod base', 'exclude each other'],
    ['lint --env prod --no-config', 'there is no .vipctl.yaml'],
  ])('%s is an error', async (argv, message) => {
    const { stderr, code } = await vipctl(argv, { cwd: repository() })
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })
})

describe('mistakes in environments', () => {
  it.each([
    ['environments: {all: {inputs: a}}', 'all'],
    ['environments: {a: {}}', 'environments.a.inputs: the environment needs inputs, or a list under render'],
    ['environments: {a: {inputs: a, exlude: b}}', 'did you mean exclude?'],
  ])('%s', async (config, message) => {
    expect(await refusalIn(repository(config))).toContain(message)
  })
})
