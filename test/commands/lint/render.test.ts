/** Charts and overlays that lint renders, with programs that print what the real ones do. */
import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, vipctl } from '../cli.ts'

const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {ports: [{name: http, port: 80}]}\n`

const route = (host: string): string =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  hosts: [web]\n  http:\n  - route:\n    - destination:\n        host: ${host}\n`

const TEMPLATE = `{{- if .Values.on }}\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: {{ .Release.Name }}\n{{- end }}\n`

/** What the programs print. */
const HELM = `---\n# Source: web/templates/service.yaml\n${service('web')}---\n# Source: web/templates/route.yaml\n${route('missing')}`
const KUSTOMIZE = `${service('web')}---\n${route('gone').replace('spec:', '  labels: {env: prod}\nspec:')}`

const FILES = {
  'chart/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'chart/web/templates/route.yaml': TEMPLATE,
  'chart/web/templates/service.yaml': '{{ x }}\n',
  'chart/lib/Chart.yaml': 'apiVersion: v2\nname: lib\ntype: library\nversion: 0.1.0\n',
  'base/kustomization.yaml': 'resources: [route.yaml, service.yaml]\n',
  'base/route.yaml': route('gone'),
  'base/service.yaml': service('web'),
  'overlays/prod/kustomization.yaml': 'resources: [../../base]\n',
  'plain/route.yaml': route('nowhere').replace('namespace: shop', 'namespace: plain').replace('[web]', '[other]'),
  'plain/service.yaml': service('other').replace('namespace: shop', 'namespace: plain'),
} as const

/** Programs that print a text and note their arguments. */
function programs(texts: Readonly<Record<string, string>>): string {
  const files = Object.entries(texts).flatMap(([name, text]) => [
    [`${name}.out`, text] as const,
    [name, `#!/bin/sh\necho "$0" "$@" >> "$(dirname "$0")/calls"\ncat "$(dirname "$0")/${name}.out"\n`] as const,
  ])
  const folder = folderOf(Object.fromEntries(files))
  for (const name of Object.keys(texts)) chmodSync(join(folder, name), 0o755)
  return folder
}

interface Finding {
  readonly rule: string
  readonly message: string
  readonly location: { readonly file: string; readonly line: number }
  readonly related: readonly { readonly location: { readonly file: string; readonly line: number } }[]
  readonly environments?: readonly string[]
}

async function lint(args: string, bin: string, cwd: string, env: Readonly<Record<string, string>> = {}) {
  const world = { cwd, env: { PATH: `${bin}:/usr/bin:/bin`, ...env } }
  const { stdout, stderr, code } = await vipctl(`lint -o json --assume none --istio-version 1.31 ${args}`, world)
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] }
  return { findings: findings.filter(({ rule }) => rule === 'destination-host-unknown'), stderr, code }
}

const placeOf = ({ location: { file, line } }: Pick<Finding, 'location'>): string => `${file}:${line}`

describe('lint --render', () => {
  it('checks each chart and overlay as a mesh of its own, and everything else', async () => {
    const { findings, code } = await lint('--render', programs({ helm: HELM, kustomize: KUSTOMIZE }), folderOf(FILES))
    expect(findings.map((finding) => [placeOf(finding), finding.environments])).toEqual([
      ['base/route.yaml:11', ['overlays/prod']],
      ['chart/web/templates/route.yaml:3', ['chart/web']],
      ['plain/route.yaml:11', ['other manifests']],
    ])
    expect(code).toBe(1)
  })

  it('names the place in the rendered text, too', async () => {
    const { findings } = await lint('--render', programs({ helm: HELM, kustomize: KUSTOMIZE }), folderOf(FILES))
    expect(findings.map(({ related }) => related.map(placeOf))).toEqual([
      ['overlays/prod (rendered):17'],
      ['chart/web (rendered):19'],
      [],
    ])
  })

  it('runs kubectl if there is no kustomize', async () => {
    const { findings } = await lint('--render base overlays', programs({ kubectl: KUSTOMIZE }), folderOf(FILES))
    expect(findings.map(placeOf)).toEqual(['base/route.yaml:11'])
  })

  it('passes paths as they are, without a shell', async () => {
    const name = 'a $(touch pwned); --x'
    const cwd = folderOf({ [`${name}/kustomization.yaml`]: 'resources: []\n' })
    const { findings, stderr } = await lint('--render .', programs({ kustomize: KUSTOMIZE }), cwd)
    expect(findings.map(placeOf)).toEqual([`${name} (rendered):17`])
    expect(stderr).not.toContain('error')
    expect(existsSync(join(cwd, 'pwned'))).toBe(false)
  })

  it('reports a program that fails, and checks the rest', async () => {
    const bin = programs({ helm: HELM, kustomize: '' })
    const cwd = folderOf({ ...FILES, 'bin/kustomize': '#!/bin/sh\necho "Error: no such file x" >&2\nexit 1\n' })
    chmodSync(join(cwd, 'bin/kustomize'), 0o755)
    const { findings, stderr, code } = await lint('--render', `${join(cwd, 'bin')}:${bin}`, cwd)
    expect(stderr).toContain(
      'error: overlays/prod: cannot be rendered: kustomize failed with exit code 1: Error: no such file x',
    )
    expect(findings.map(placeOf)).toEqual(['chart/web/templates/route.yaml:3', 'plain/route.yaml:11'])
    expect(code).toBe(2)
  })

  it('reports programs that are missing', async () => {
    const { stderr, code } = await lint('--render', folderOf({}), folderOf(FILES), { PATH: '/nonexistent' })
    expect(stderr).toContain('error: chart/web: cannot be rendered: helm is not on the PATH')
    expect(stderr).toContain('error: overlays/prod: cannot be rendered: neither kustomize nor kubectl is on the PATH')
    expect(code).toBe(2)
  })

  it('has warnings of programs', async () => {
    const cwd = folderOf({ ...FILES, 'bin/helm': '#!/bin/sh\necho "coalesce.go: warning" >&2\n' })
    chmodSync(join(cwd, 'bin/helm'), 0o755)
    const { stderr } = await lint('--render chart', join(cwd, 'bin'), cwd)
    expect(stderr).toContain('warning: chart/web: helm: coalesce.go: warning')
  })

  it.each(['--fix', '--write-baseline x.json', '--changed-since HEAD'])('refuses %s', async (option) => {
    const bin = programs({ helm: HELM, kustomize: KUSTOMIZE })
    const world = { cwd: folderOf(FILES), env: { PATH: `${bin}:/usr/bin:/bin` } }
    const { stderr, code } = await vipctl(`lint --render ${option}`, world)
    expect(stderr).toMatch(/works on one input at a time|exclude each other/)
    expect(code).toBe(2)
  })

  it('says when there is nothing to render', async () => {
    const { stderr } = await lint('--render', folderOf({}), folderOf({ 'a.yaml': service('a') }))
    expect(stderr).toContain('note: nothing to render')
  })
})

describe('render: of the configuration', () => {
  const files = { ...FILES, '.vipctl.yaml': 'render: true\n' }

  it('needs to be allowed', async () => {
    const bin = programs({ helm: HELM, kustomize: KUSTOMIZE })
    const { stderr } = await lint('', bin, folderOf(files))
    expect(stderr).toContain('note: .vipctl.yaml: charts and overlays are not rendered')
    expect(existsSync(join(bin, 'calls'))).toBe(false)
  })

  it('needs to be allowed, which is said once for all environments', async () => {
    const config = 'render: true\nenvironments: {prod: {inputs: [overlays, base]}, web: {inputs: chart}}\n'
    const { stderr } = await lint('--env all', programs({}), folderOf({ ...FILES, '.vipctl.yaml': config }))
    expect(stderr.match(/charts and overlays are not rendered/g)).toHaveLength(1)
  })

  it.each([
    ['--allow-render', {}],
    ['', { VIPCTL_ALLOW_RENDER: '1' }],
  ])('is allowed by %j %j', async (option, env) => {
    const { findings } = await lint(option, programs({ helm: HELM, kustomize: KUSTOMIZE }), folderOf(files), env)
    expect(findings.map(placeOf)).toContain('chart/web/templates/route.yaml:3')
  })

  it('works with environments', async () => {
    const config = 'render: true\nenvironments: {prod: {inputs: [overlays, base]}, web: {inputs: chart}}\n'
    const bin = programs({ helm: HELM, kustomize: KUSTOMIZE })
    const { findings } = await lint('--env all --allow-render', bin, folderOf({ ...FILES, '.vipctl.yaml': config }))
    expect(findings.map(({ environments }) => environments)).toEqual([['prod: overlays/prod'], ['web: chart/web']])
  })
})
