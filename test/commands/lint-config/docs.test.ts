import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configJsonSchema } from '../../../src/input/config/schema.ts'
import { folderOf, ROOT, told, vipctl } from '../cli.ts'
import { configIn } from './support.ts'

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const blocksOf = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text ?? '')

const CONFIGURATION = read('docs/configuration.md')
const CI = read('docs/ci.md')

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

const ACTION = parse(read('.github/actions/lint/action.yml')) as Action

/** Expects that the options in texts exist. */
async function expectKnownOptions(texts: readonly string[]): Promise<void> {
  const help = (await vipctl('lint --help')).stdout + (await vipctl('options')).stdout
  const named = texts.flatMap((text) => [...text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option))
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter((option) => !new RegExp(`${option}(?![\\w-])`).test(help))).toEqual([])
}

describe('docs/configuration.md', () => {
  const [example = '', annotated = ''] = blocksOf(CONFIGURATION, 'yaml')

  it('has an example that is taken', async () => {
    const { options, severities, ignores } = await configIn(folderOf({ '.vipctl.yaml': example }))
    expect(options).toMatchObject({
      filename: ['manifests', 'mesh/*.yaml'],
      excludedByConfig: [{ pattern: 'manifests/legacy/', source: '.vipctl.yaml' }],
      configured: { istio: { text: '1.24' } },
      meshConfig: 'mesh/meshconfig.yaml',
      dnsCapture: 'both',
      baseline: '.vipctl-baseline.json',
      failOn: 'warning',
    })
    expect(severities.get('protocol-unset')).toBe('off')
    expect(ignores.map(({ rule, path }) => path ?? rule)).toContain('vendor/**')
  })

  it('has an annotation that is known', async () => {
    const folder = folderOf({ 'mesh.yaml': `${annotated}---\n${annotated.replaceAll('legacy', 'other')}` })
    const { stdout, stderr } = await vipctl('lint mesh.yaml --rule *=off --rule tcp-port-conflict=error -o json', {
      cwd: folder,
    })
    expect(told({ stderr })).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ findings: [] })
  })

  it('names every key', () => {
    const keysOf = (schema: { properties?: Record<string, object> }, prefix: string): readonly string[] =>
      Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
        const below = keysOf(inner, `${prefix}${key}.`)
        return below.length > 0 ? below : [`${prefix}${key}`]
      })
    const keys = keysOf(configJsonSchema(), '').filter((key) => key !== '$schema')
    expect(keys.length).toBeGreaterThan(10)
    expect(keys.filter((key) => !CONFIGURATION.includes(`\`${key}\``))).toEqual([])
  })

  it('names options that there are', async () => {
    await expectKnownOptions([CONFIGURATION.replace(/git [^`\n]*/g, '')])
  })
})

describe('docs/ci.md', () => {
  it('names options that there are', async () => {
    const own = CI.split('\n').filter((line) => !/npx --yes/.test(line))
    await expectKnownOptions(own)
  })

  it('has workflows that give the action inputs that it has', () => {
    const steps = blocksOf(CI, 'yaml')
      .map((text) => parse(text) as { jobs?: Record<string, { steps: readonly Step[] }> })
      .flatMap(({ jobs = {} }) => Object.values(jobs).flatMap((job) => job.steps))
      .filter(({ uses }) => uses?.includes('.github/actions/lint@'))
    expect(steps).toHaveLength(2)
    for (const step of steps) {
      expect(Object.keys(step.with ?? {}).filter((name) => !(name in ACTION.inputs))).toEqual([])
    }
  })

  it('names every input of the action', () => {
    expect(Object.keys(ACTION.inputs).filter((name) => !CI.includes(`\`${name}\``))).toEqual([])
  })
})

describe('.pre-commit-hooks.yaml', () => {
  const [hook] = parse(read('.pre-commit-hooks.yaml')) as readonly Record<string, unknown>[]

  it('is the hook of the documentation, and lints the whole input', () => {
    const [config] = blocksOf(CI, 'yaml').map((text) => parse(text) as { repos: { hooks: { id: string }[] }[] })
    expect(config?.repos[0]?.hooks[0]?.id).toBe(hook?.id)
    expect(hook).toMatchObject({ language: 'node', pass_filenames: false, types: ['yaml'] })
  })

  it('runs a program that the package has', () => {
    const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> }
    const [program = ''] = String(hook?.entry).split(' ')
    expect(existsSync(join(ROOT, bin[program] ?? ''))).toBe(true)
  })
})

describe('.github/actions/lint', () => {
  const step = ACTION.runs.steps.find(({ run }) => run !== undefined)
  const script = step?.run ?? ''

  /** Runs the script with programs that only print their arguments, one word per line. */
  function called(env: Readonly<Record<string, string>>): { words: readonly string[]; output: string; folder: string } {
    const say = '#!/bin/sh\nfor word in "$(basename "$0")" "$@"; do printf "%s\\n" "$word" >> "$CALLED"; done\n'
    const folder = folderOf({ 'bin/node': say, 'bin/npm': say, called: '', output: '' })
    for (const name of ['node', 'npm']) chmodSync(join(folder, 'bin', name), 0o755)
    const unset = Object.fromEntries(Object.keys(step?.env ?? {}).map((name) => [name, '']))
    execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: folder,
      env: {
        ...unset,
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        CALLED: join(folder, 'called'),
        GITHUB_OUTPUT: join(folder, 'output'),
        GITHUB_ACTION_PATH: '/action/.github/actions/lint',
        VIPCTL_FOLDER: '.',
        ...env,
      },
    })
    const words = readFileSync(join(folder, 'called'), 'utf8').trim().split('\n')
    return { words, output: readFileSync(join(folder, 'output'), 'utf8'), folder }
  }

  it('uses every input, and none as a part of the script', () => {
    const text = read('.github/actions/lint/action.yml')
    expect(Object.keys(ACTION.inputs).filter((name) => !text.includes(`inputs.${name} `))).toEqual([])
    for (const { run = '' } of ACTION.runs.steps) expect(run).not.toContain('${{')
    expect(Object.keys(step?.env ?? {}).filter((name) => !script.includes(name))).toEqual([])
  })

  it('runs the program of its own repository', () => {
    const { words } = called({ VIPCTL_PATHS: 'manifests/\n\na b.yaml\r\n', VIPCTL_ARGS: '--recursive\n' })
    const root = '/action/.github/actions/lint/../../..'
    expect(words).toEqual([
      ...['node', `${root}/bin/setup.mjs`, '--build'],
      ...['node', `${root}/bin/vipctl.js`, 'lint', '--output=github', '--recursive', '--', 'manifests/', 'a b.yaml'],
    ])
  })

  it('hands inputs on as they are', () => {
    const { words, output, folder } = called({
      VIPCTL_VERSION: '0.1.0',
      VIPCTL_PATHS: '$(touch made)\n--explain\n; touch made',
      VIPCTL_FAIL_ON: '`touch made`',
      VIPCTL_CHANGED_SINCE: '--help',
      VIPCTL_BASELINE: '"; touch made; "',
      VIPCTL_SARIF: 'a\nevil=1.sarif',
    })
    expect(existsSync(join(folder, 'made'))).toBe(false)
    expect(words.slice(0, 5)).toEqual(['npm', 'exec', '--yes', '--package=vipctl@0.1.0', '--'])
    expect(words).toContain('--fail-on=`touch made`')
    expect(words).toContain('--changed-since=--help')
    expect(words.slice(words.lastIndexOf('--') + 1)).toEqual(['$(touch made)', '--explain', '; touch made'])
    expect(output.trim().split('\n')).toHaveLength(1)
  })

  it('runs the package that it is given, before a version', () => {
    const { words } = called({ VIPCTL_PACKAGE: './vipctl 0.1.0.tgz', VIPCTL_VERSION: '0.1.0' })
    expect(words.slice(0, 6)).toEqual(['npm', 'exec', '--yes', '--package=./vipctl 0.1.0.tgz', '--', 'vipctl'])
  })

  it('takes a command line that the program understands', async () => {
    const cwd = folderOf({ 'mesh.yaml': 'kind: List\napiVersion: v1\nitems: []\n' })
    const { words } = called({ VIPCTL_PATHS: 'mesh.yaml', VIPCTL_FAIL_ON: 'never', VIPCTL_SARIF: 'out.sarif' })
    const { code, stderr } = await vipctl(words.slice(words.lastIndexOf('node') + 2), { cwd })
    expect(told({ stderr })).toBe('')
    expect(code).toBe(0)
    expect(existsSync(join(cwd, 'out.sarif'))).toBe(true)
  })
})
