/** What a configuration may name: everyone who can write to the repository can change it. */
import { execFileSync } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { entry, folderOf, told, vipctl } from '../cli.ts'

const TWICE = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a, namespace: b}
spec:
  hosts: [a.com, a.com]
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
`

/** A repository beside a folder with a file. */
function repository(config: string) {
  const folder = folderOf({
    'home/w.yaml': TWICE,
    'repo/.git/HEAD': '',
    'repo/.vipctl.yaml': config,
    'repo/sub/m.yaml': entry({ namespace: 'shop' }),
  })
  symlinkSync('../home', join(folder, 'repo/link'))
  return { folder, cwd: join(folder, 'repo') }
}

/** The column of a path, or of the quote before it. */
const placeIn = (config: string, path: string): number => config.search(`"?${path.replaceAll('*', '[*]')}`) + 1

describe('a configuration of a repository', () => {
  it.each([
    ['inputs: [../home/w.yaml]\n', '../home/w.yaml'],
    ['inputs: ["../home/*.yaml"]\n', '../home/*.yaml'],
    ['inputs: ["link/*.yaml"]\n', 'link/*.yaml'],
    ['inputs: [link]\n', 'link'],
    ['inputs: [/proc/self/environ]\n', '/proc/self/environ'],
    ['istio: {meshConfig: /proc/self/environ}\n', '/proc/self/environ'],
    ['proxies: {node: ../home/w.yaml}\n', '../home/w.yaml'],
    ['baseline: ../home/known.json\n', '../home/known.json'],
    ['remotes: {west: ../home}\n', '../home'],
    ['environments: {prod: {inputs: [../home]}}\n', '../home'],
  ])('may not name what is outside: %s', async (config, path) => {
    const { cwd, folder } = repository(config)
    const environment = config.startsWith('environments') ? ['--env', 'prod'] : []
    const ran = await vipctl(['lint', '--fix', ...environment], { cwd })
    expect(ran.code).toBe(2)
    expect(told(ran)).toContain(`error: .vipctl.yaml:1:${placeIn(config, path)}: ${path} leads out of the repository\n`)
    expect(readFileSync(join(folder, 'home/w.yaml'), 'utf8')).toBe(TWICE)
  })

  it('may name it with --trust-config, and the command line may name it', async () => {
    const { cwd } = repository('inputs: [../home/w.yaml]\n')
    expect((await vipctl('lint --no-config ../home/w.yaml', { cwd })).code).not.toBe(2)
    expect((await vipctl('lint --trust-config', { cwd })).code).not.toBe(2)
  })

  it('holds for every command that reads an environment', async () => {
    const { cwd } = repository('environments: {prod: {inputs: [../home]}}\n')
    const ran = await vipctl('nametable --env prod', { cwd })
    expect(ran.code).toBe(2)
    expect(told(ran)).toContain('leads out of the repository')
    expect((await vipctl('nametable --env prod --trust-config', { cwd })).code).toBe(0)
  })

  it('may name what is above its folder and inside the repository', async () => {
    const { cwd } = repository('inputs: [sub]\n')
    expect((await vipctl('lint', { cwd: join(cwd, 'sub') })).code).toBe(0)
  })

  it('may not name a pipe, which would wait', async () => {
    const { cwd } = repository('inputs: [pipe]\n')
    execFileSync('mkfifo', [join(cwd, 'pipe')])
    const ran = await vipctl('lint', { cwd })
    expect(ran.code).toBe(2)
    expect(told(ran)).toContain('error: .vipctl.yaml:1:10: pipe is a named pipe\n')
  })
})

describe('a configuration above a folder that is in no repository', () => {
  it('is not used, and the user is told once', async () => {
    const folder = folderOf({
      '.vipctl.yaml': 'rules: {"*": off}\nistio: {version: "1.27"}\n',
      'sub/m.yaml': TWICE,
    })
    const cwd = join(folder, 'sub')
    const ran = await vipctl('lint', { cwd })
    expect(ran.stdout).toContain('m.yaml')
    expect(told(ran).match(/\.\.\/\.vipctl\.yaml is not used/g)).toHaveLength(1)
    expect((await vipctl('nametable -f m.yaml', { cwd })).stdout).not.toContain('1.27')
    expect((await vipctl('lint --trust-config', { cwd })).stdout).not.toContain('m.yaml')
    expect((await vipctl('lint sub', { cwd: folder })).stdout).not.toContain('m.yaml')
  })
})
