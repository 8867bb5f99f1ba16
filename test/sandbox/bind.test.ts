/** `--bind`: a real Envoy without namespaces. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { answersIn, type Ran, start, vipctl } from './sandbox.ts'

const FILES = ['-f', '01-life-of-a-request', '--proxy', 'client']
const TWO_NETWORKS = ['-f', 'east', '--cluster-id', 'east', '--remote', 'west=west', '--proxy', 'client-east']
const WEB = 'outbound|80||web.default.svc.cluster.local'
const isPossible = process.env.ENVOY !== undefined

const folder = mkdtempSync(join(tmpdir(), 'bind-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Defines `port DESTINATION`, which reads the table. */
const PORT = `port() { node -e 'console.log(require(process.env.VIPCTL_BIND_TABLE).find((row) => row.destination === process.argv[1]).bound)' -- "$1"; }`

const bind = (cwd: string, args: readonly string[], lines: readonly string[]): Promise<Ran> =>
  vipctl(cwd, ['--bind', '-q', ...args, '--', 'sh', '-c', [PORT, ...lines].join('\n')])

describe.skipIf(!isPossible)('sandbox --bind', () => {
  it('leads from ports on loopback to the endpoints of the listeners, and passes the exit code on', async () => {
    const ran = await bind('.', FILES, [
      `curl -s -m 5 -H 'host: web' "$(port '*:80')/x"`,
      `echo hello | curl -s -m 5 "telnet://$(port 240.240.0.3:6000)"`,
      `echo hello | curl -s -m 5 "telnet://$(port 240.240.0.1:7000)"`,
      'exit 7',
    ])
    expect(answersIn(ran)).toMatchObject([
      { cluster: WEB, endpoint: expect.stringMatching(/^10\.244\.1\.[12]:8080$/), http: { path: '/x', host: 'web' } },
      { cluster: 'outbound|6000||static.example.com', endpoint: expect.stringMatching(/^198\.51\.100\.1[12]:6000$/) },
      { cluster: 'outbound|7000||dns.example.com', endpoint: 'dns.example.com:7000', text: 'hello\n' },
    ])
    expect(ran.code).toBe(7)
  })

  it('has the mutual TLS of the mesh', async () => {
    const ran = await bind('13-two-networks', TWO_NETWORKS, [
      `curl -s -m 5 -H 'host: forecast.weather:3002' "$(port '*:3002')"`,
    ])
    expect(answersIn(ran)).toMatchObject([
      {
        tls: {
          sni: 'outbound_.3002_._.forecast.weather.svc.cluster.local',
          client: 'URI:spiffe://cluster.local/ns/default/sa/default',
        },
      },
    ])
  })

  it('prints each port with a request that works', async () => {
    const script = `curl -s -m 5 -H 'host: web' "$(port '*:80')/"`
    const ran = await vipctl('.', ['--bind', ...FILES, '--expect', WEB, '--', 'sh', '-c', `${PORT}\n${script}`])
    expect(ran.code).toBe(0)
    expect(ran.stderr).toMatch(
      /\n\*:80 +web\.default\.svc\.cluster\.local and 1 more +(127\.0\.0\.1:\d+) +curl -s -H 'host: web\.default\.svc\.cluster\.local' http:\/\/\1\/\n/,
    )
    expect(ran.stderr.match(/names are not redirected/g)).toHaveLength(1)
    const wrong = await vipctl('.', ['--bind', '-q', ...FILES, '--expect', WEB, '--', 'true'])
    expect(wrong).toMatchObject({ code: 1, stderr: `error: nothing arrived, expected ${WEB}\n` })
  })

  it('keeps its files if they are asked for, and its administration answers', async () => {
    const kept = join(folder, 'kept')
    const ran = await vipctl('.', ['--bind', ...FILES, '--admin', '--keep', kept, '--', 'true'])
    expect(ran.stderr).toMatch(/Envoy's administration: http:\/\/127\.0\.0\.1:\d+\n/)
    expect(readdirSync(kept)).toEqual(expect.arrayContaining(['bind.json', 'client.default']))
  })
})

describe.skipIf(!isPossible)('the end of sandbox --bind', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'comes with %s, for everything that was started',
    async (signal) => {
      const own = mkdtempSync(join(folder, 'end-'))
      const child = start(['--bind', '-q', ...FILES], { ...process.env, TMPDIR: own })
      const isRunning = (): boolean => spawnSync('pgrep', ['-f', own]).status === 0
      try {
        await new Promise((resolve) => child.stdout?.once('data', resolve))
        expect(isRunning()).toBe(true)
        child.kill(signal)
        const code = await new Promise((resolve) => child.once('exit', resolve))
        expect(code).toBe(signal === 'SIGKILL' ? null : 0)
        await expect.poll(() => isRunning() || readdirSync(own).length > 0, { timeout: 10_000 }).toBe(false)
      } finally {
        child.kill('SIGKILL')
      }
    },
  )
})

describe('options beside --bind', () => {
  it.each([
    [['--check'], '--bind and --check exclude each other'],
    [['--watch'], '--bind and --watch exclude each other'],
    [['--with-gateways'], '--bind and --with-gateways exclude each other'],
    [['--resolve', 'a.example=192.0.2.1'], '--bind and --resolve exclude each other'],
    [['--expect', WEB], '--bind with --expect needs a command'],
  ])('%j is refused', async (options, message) => {
    const ran = await vipctl('.', ['--bind', ...FILES, ...options])
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(`error: ${message}\n  hint: `)
  })
})

describe('a machine without namespaces', () => {
  it('that lets users make none is told of --bind', async () => {
    const bin = mkdtempSync(join(folder, 'bin-'))
    for (const name of ['unshare', 'mount', 'ip', 'nft']) {
      writeFileSync(join(bin, name), '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n')
      chmodSync(join(bin, name), 0o755)
    }
    const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) }
    const ran = await vipctl('.', [...FILES, '--', 'true'], env)
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(
      /^error: this machine does not let this (?:container|user) make namespaces \(unshare: .*not permitted\)$/m,
    )
    expect(ran.stderr).toContain('--bind is the lesser form without namespaces')
  })

  it('that is not Linux is told of --bind', async () => {
    const other = join(folder, 'darwin.cjs')
    writeFileSync(other, "Object.defineProperty(process, 'platform', { value: 'darwin' })\n")
    const ran = await vipctl('.', [...FILES, '--', 'true'], { ...process.env, NODE_OPTIONS: `--require ${other}` })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(
      'error: a sandbox needs Linux: darwin has no network namespaces\n  hint: --bind is the ',
    )
  })
})
