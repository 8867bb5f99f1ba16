/** What a hostile repository can do with `render`, which the user has allowed. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf } from '../cli.ts'
import { CHART, db, inRepository, repository } from './support.ts'

const callsIn = (cwd: string): string => readFileSync(join(cwd, 'bin/calls'), 'utf8')

describe('paths of rendered inputs', () => {
  it.each([
    ['{helm: ../outside}', '../outside'],
    ['{helm: /etc}', '/etc'],
    ['{helm: link}', 'link'],
    ['{helm: charts/shop, values: ../outside/values.yaml}', '../outside/values.yaml'],
    ['{helm: charts/shop, values: [link/values.yaml]}', 'link/values.yaml'],
    ['{kustomize: ../outside}', '../outside'],
  ])('stay in the repository: %s', async (item, path) => {
    const config = `environments: {prod: {render: [${item}]}}\n`
    const cwd = repository(config, CHART, { helm: '', kustomize: '' })
    const outside = folderOf({ 'Chart.yaml': '', 'values.yaml': '', 'kustomization.yaml': '' })
    symlinkSync(outside, join(cwd, 'link'))
    for (const command of ['lint', 'allocate']) {
      const { stderr, code } = await inRepository(cwd, `${command} --env prod --allow-render`)
      expect(stderr).toMatch(/error: \.vipctl\.yaml:1:\d+: /)
      expect(stderr).toContain(`: ${path} leads out of the repository\n  hint: --trust-config allows it\n`)
      expect([code, callsIn(cwd)]).toEqual([2, ''])
    }
  })

  it('include those of links in a chart, which helm follows', async () => {
    const cwd = repository('render: [{helm: charts/shop}]\n', CHART, { helm: '' })
    symlinkSync(join(folderOf({ 'secret.yaml': '' }), 'secret.yaml'), join(cwd, 'charts/shop/templates/x.yaml'))
    const { stderr, code } = await inRepository(cwd, 'lint --allow-render')
    expect(stderr).toContain('charts/shop/templates/x.yaml is a link that leads out of the repository\n')
    expect([code, callsIn(cwd)]).toEqual([2, ''])
    expect((await inRepository(cwd, 'lint --allow-render --trust-config')).stderr).not.toContain('leads out')
  })
})

describe('programs', () => {
  it('are those of the configuration that applies, not of those in subfolders', async () => {
    const nested = { 'sub/.vipctl.yaml': 'render: [{command: [./bin/tool]}]\n', 'sub/db.yaml': db('a') }
    const cwd = repository('inputs: .\n', nested, { tool: '' })
    const { code } = await inRepository(cwd, 'lint --allow-render')
    expect([code, callsIn(cwd)]).toEqual([0, ''])
  })

  it('are not those of a folder above that is in no repository', async () => {
    const folder = folderOf({ '.vipctl.yaml': 'render: [{command: [touch, pwned]}]\n', 'sub/db.yaml': db('a') })
    const { code } = await inRepository(join(folder, 'sub'), 'lint --allow-render')
    expect(code).toBe(0)
  })

  it('are ended when they print too much', async () => {
    const cwd = repository('render: [{command: ["yes"]}]\n')
    const { stderr, code } = await inRepository(cwd, 'lint --allow-render')
    expect(stderr).toContain('cannot be rendered: yes printed more than 64 MB\n')
    expect(code).toBe(2)
  })

  it('cannot flood the messages', async () => {
    const lines = 'i=0; while [ $i -lt 100 ]; do echo "line $i" >&2; i=$((i+1)); done; exit 1\n'
    const cwd = repository('render: [{command: [tool]}]\n', {}, { tool: lines })
    const { stderr } = await inRepository(cwd, 'lint --allow-render')
    expect(stderr).toContain('line 0')
    expect(stderr).not.toContain('line 50')
  })

  it('see the environment of vipctl, and no standard input', async () => {
    const show = `test "$TOKEN" = x || exit 7\ncat > stdin.txt\ncat made.txt\n`
    const cwd = repository('render: [{command: [tool]}]\n', { 'made.txt': db('a') }, { tool: show })
    const { code } = await inRepository(cwd, 'lint --allow-render', { TOKEN: 'x' })
    expect(code).toBe(0)
    expect(readFileSync(join(cwd, 'stdin.txt'), 'utf8')).toBe('')
  })
})

describe('the list that is shown', () => {
  it('has control characters escaped', async () => {
    const cwd = repository('render: [{command: ["a\\u001b[31m", "b\\nerror: x"]}]\n')
    mkdirSync(join(cwd, 'x'))
    writeFileSync(join(cwd, 'x/db.yaml'), db('a'))
    const { stderr } = await inRepository(cwd, 'lint')
    expect(stderr).toContain("not run without permission: 'a\\x1b[31m' 'b\\nerror: x'\n")
  })
})
