import { spawn, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { PROGRAM } from '../support/program.ts'
import { entry, folderOf, ROOT, told, vipctl } from './cli.ts'

describe('commands', () => {
  it('suggests the nearest command', async () => {
    const { code, stdout, stderr } = await vipctl('nametabel -f x')
    expect(told({ stderr })).toBe("error: unknown command 'nametabel'\n(Did you mean nametable?)\n")
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('take the options of the program before their name', async () => {
    const { stdout } = await vipctl('--color always nds -f fixtures/quickstart')
    expect(stdout).toContain('\u001b[')
  })
})

describe('version', () => {
  it('prints the versions of vipctl, Istio and Node', async () => {
    const { stdout } = await vipctl('version -o json')
    expect(JSON.parse(stdout)).toEqual({
      vipctl: expect.stringMatching(/^\d+\.\d+\.\d+/),
      istio: {
        latest: '1.31.0',
        master: '1.32',
        exact: ['1.24', '1.25', '1.26', '1.27', '1.28', '1.29', '1.30', '1.31', 'master'],
        exactAddresses: expect.arrayContaining(['1.8', '1.16', '1.23']),
        checked: expect.arrayContaining([{ version: '1.30.3', resources: expect.any(Number) }]),
      },
      node: process.versions.node,
    })
    const { vipctl: own } = JSON.parse(stdout)
    expect((await vipctl('version --short')).stdout).toBe(`${own}\n`)
    expect((await vipctl('--version')).stdout).toBe(`${own}\n`)
    expect((await vipctl('version')).stdout).toContain(`vipctl  ${own}\nistio   exact: 1.24 to 1.31, and master`)
  })
})

describe('completion', () => {
  const script = async (shell: string) => (await vipctl(`completion ${shell}`)).stdout

  /** bash's completions for the last word. */
  async function complete(...words: readonly string[]): Promise<string[]> {
    return completeIn(process.env, ...words)
  }

  async function completeIn(env: NodeJS.ProcessEnv, ...words: readonly string[]): Promise<string[]> {
    const line = words.map((word) => `'${word}'`).join(' ')
    const program = `${await script('bash')}
COMP_WORDS=(vipctl ${line}); COMP_CWORD=${words.length}; _vipctl; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', program], { encoding: 'utf8', cwd: ROOT, env })
    expect(told({ stderr })).toBe('')
    return stdout.split('\n').filter((word) => word !== '')
  }

  it('completes commands, options, values and files in bash', async () => {
    expect(await complete('di')).toEqual(['dig', 'diff'])
    expect(await complete('')).toEqual(expect.arrayContaining(['dig', 'nds', 'completion', 'help']))
    expect(await complete('nds', '--fi')).toEqual(['--filename'])
    expect(await complete('dig', '-o', '')).toEqual(['text', 'json', 'yaml'])
    expect(await complete('allocate', '--output', '=', 'pa')).toEqual(['patch'])
    expect(await complete('dump', '-f', 'package.j')).toEqual(['package.json'])
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await complete('--color', 'a')).toEqual(['auto', 'always'])
  })

  it('completes the rules of lint', async () => {
    expect(await complete('lint', '--explain', 'tcp-port-c')).toEqual(['tcp-port-conflict'])
    expect(await complete('lint', '--rule', 'protocol-u')).toEqual(['protocol-unset'])
  })

  it('completes proxies and namespaces of the input on the command line, whatever their names', async () => {
    const bin = folderOf({})
    const evil = `$(touch ${bin}/expanded)`
    const program = `#!/bin/sh
[ "$*" = "proxies -q -o name --request-timeout 5s -f mesh -R" ] || exit 1
cat <<'END'
web.shop
cart.shop
deployment/api.billing
${evil}.evil
END
`
    writeFileSync(join(bin, 'vipctl'), program, { mode: 0o755 })
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
    const start = ['dig', 'a.example.com', '-f', 'mesh', '-R']
    expect(await completeIn(env, ...start, '--proxy', 'w')).toEqual(['web.shop'])
    expect(await completeIn(env, ...start, '--proxy', '')).toContain(`${evil}.evil`)
    expect(await completeIn(env, ...start, '-n', '')).toEqual(['billing', 'evil', 'shop'])
    expect(await completeIn(env, 'dig', 'a.example.com', '--filename', '=', 'mesh', '--proxy', '')).toEqual([])
    expect(existsSync(join(bin, 'expanded'))).toBe(false)
  })

  const isHere = (shell: string) => spawnSync(shell, ['--version']).error === undefined

  for (const shell of ['bash', 'zsh', 'fish']) {
    it.skipIf(!isHere(shell))(`is a script that ${shell} accepts`, async () => {
      const { status, stderr } = spawnSync(shell, ['-n', join(folderOf({ script: await script(shell) }), 'script')], {
        encoding: 'utf8',
      })
      expect(told({ stderr })).toBe('')
      expect(status).toBe(0)
    })
  }

  it.each(['zsh', 'fish'])('names every command and its options for %s', async (shell) => {
    const text = await script(shell)
    for (const word of [
      'dig',
      'nametable',
      'nds',
      'allocate',
      'dump',
      'version',
      'completion',
      'filename',
      'istiod-env',
    ]) {
      expect(text).toContain(word)
    }
  })

  it('knows no other shell', async () => {
    const { code, stderr } = await vipctl('completion fisch')
    expect(told({ stderr })).toBe('error: no completion for the shell "fisch"\n  hint: did you mean fish?\n')
    expect(code).toBe(2)
  })
})

describe('the program as it is installed', () => {
  beforeAll(() => {
    spawnSync(process.execPath, [join(ROOT, 'bin', 'setup.mjs'), '--build'])
  })

  const start = (args: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}) =>
    spawnSync(PROGRAM[0], [...PROGRAM.slice(1), ...args], { encoding: 'utf8', cwd: ROOT, ...options })

  it('answers from standard input', () => {
    const { status, stdout, stderr } = start(
      ['dig', 'db.example.com', '--short', '-f', '-', '--meta', 'DNS_CAPTURE=true'],
      {
        input: entry(),
      },
    )
    expect(told({ stderr })).toBe('')
    expect(stdout).toBe('240.240.0.1\n')
    expect(status).toBe(0)
  })

  it('ends with 2 for mistakes', () => {
    expect(start(['nds', '-f', 'nowhere.yaml']).status).toBe(2)
    expect(start(['nds', '--nothing']).status).toBe(2)
  })

  it('ends quietly when its reader has seen enough', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => entry({ name: `db-${i}`, host: `db-${i}.example.com` }))
    const folder = folderOf({ 'm.yaml': many.join('---\n') })
    const child = spawn(PROGRAM[0], [...PROGRAM.slice(1), 'allocate', '-f', join(folder, 'm.yaml')])
    let stderr = ''
    child.stderr.on('data', (data) => {
      stderr += data
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const status = await new Promise((resolve) => child.on('close', resolve))
    expect(stderr.replace(/^note: .*\n/gm, '')).toBe('')
    expect(status).toBe(0)
  })

  it.skipIf(process.platform !== 'linux')('says when its output cannot be written', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `${PROGRAM.map((word) => `'${word}'`).join(' ')} version > /dev/full`],
      {
        encoding: 'utf8',
      },
    )
    expect(stderr).toMatch(/^error: cannot write: .*\n$/)
    expect(status).toBe(2)
  })

  it('says nothing when there is nothing to set up', () => {
    const again = spawnSync(process.execPath, [join(ROOT, 'bin', 'setup.mjs'), '--build'], { encoding: 'utf8' })
    expect(again.stdout + again.stderr).toBe('')
    expect(again.status).toBe(0)
  })
})

describe('-n', () => {
  const cwd = folderOf({ 'mesh.yaml': entry({ namespace: 'shop' }) })

  it('names a namespace that the input does not have, and the one with a similar name', async () => {
    const { stderr } = await vipctl('nametable -n shpo -f mesh.yaml', { cwd })
    expect(stderr).toContain('warning: -n shpo: the input has no such namespace\n  hint: did you mean shop?\n')
  })

  it('names a namespace that the input does not have, and those that it has', async () => {
    const { stderr } = await vipctl('nametable -n elsewhere -f mesh.yaml', { cwd })
    expect(stderr).toContain(
      'warning: -n elsewhere: the input has no such namespace\n  hint: the namespace of the input is shop\n',
    )
  })

  it.each(['shop', 'default'])('may be %s', async (namespace) => {
    const { stderr } = await vipctl(`nametable -n ${namespace} -f mesh.yaml`, { cwd })
    expect(told({ stderr })).toBe('')
  })
})
