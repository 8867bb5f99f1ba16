/** The command in a sandbox, and what is left of one. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { answersIn, isPossible, type Ran, SCENARIOS, script, start, vipctl } from './sandbox.ts'

const FILES = ['-q', '-f', '01-life-of-a-request', '--proxy', 'client']
const WEB = 'outbound|80||web.default.svc.cluster.local'
/** Tells the command of this test from others. */
const SLEEP_SECONDS = 61.0417
const isRunning = (): boolean => spawnSync('pgrep', ['-f', `sleep ${SLEEP_SECONDS}$`]).status === 0
const ask = ['curl', '-s', '-m', '5', 'http://web/']

describe.skipIf(!isPossible)('the command of a sandbox', () => {
  it('gives its exit code, and 128 and the number of a signal that ends it', async () => {
    expect(await script('.', FILES, ['exit 7'])).toMatchObject({ code: 7 })
    expect(await script('.', FILES, ['kill -TERM $$'])).toMatchObject({ code: 143 })
  })

  it.each([
    ['no-such-program', 'the program was not found'],
    ['', 'the program was not found'],
    ['/etc', 'it cannot be executed'],
    ['/etc/passwd/x', 'a part of its path is not a folder'],
  ])('must be a program: %j', async (program, reason) => {
    const ran = await vipctl('.', [...FILES, '--', program])
    expect(ran).toMatchObject({ code: 2, stderr: `error: "${program}" does not start: ${reason}\n` })
  })

  it('is checked by what arrives', async () => {
    expect(await vipctl('.', [...FILES, '--expect', WEB, '--', ...ask])).toMatchObject({ code: 0 })
    const wrong = await vipctl('.', [...FILES, '--expect', 'outbound|80||other', '--', ...ask])
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toMatch(/^error: expected outbound\|80\|\|other, but there arrived 1 by outbound\|80\|\|web/)
    const nothing = await vipctl('.', [...FILES, '--expect', WEB, '--', 'true'])
    expect(nothing).toMatchObject({ code: 1, stderr: `error: nothing arrived, expected ${WEB}\n` })
  })

  it('is checked by the clusters of its own proxy, with proxies on the other side too', async () => {
    const files = ['-q', '-f', 'east', '--cluster-id', 'east', '--remote', 'west=west', '--proxy', 'client-east']
    const forecast = 'outbound|3002||forecast.weather.svc.cluster.local'
    const expecting = (cluster: string): Promise<Ran> =>
      vipctl('13-two-networks', [
        ...files,
        '--with-gateways',
        ...['--expect', cluster, '--', 'curl', '-s', '-m', '5', 'forecast.weather:3002'],
      ])
    const right = await expecting(forecast)
    expect(answersIn(right)).toMatchObject([{ cluster: 'inbound|3002||' }])
    expect(right).toMatchObject({ code: 0, stderr: '' })
    expect(await expecting('inbound|3002||')).toMatchObject({ code: 0 })
    const wrong = await expecting('outbound|80||other')
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toMatch(
      /^error: expected outbound\|80\|\|other, but there arrived 1 by inbound\|3002\|\| of forecast-/,
    )
    expect(wrong.stderr).toContain(`(the client's proxy sent by ${forecast})`)
  })

  it('reaches nothing outside: an unknown address is an echo server too', async () => {
    const ran = await script('.', FILES, [
      'curl -s -m 5 http://203.0.113.77:4321/',
      'curl -s -m 5 localhost:15000/ready',
    ])
    expect(answersIn(ran)).toMatchObject([{ cluster: 'PassthroughCluster' }])
    expect(ran.stdout).toContain('LIVE')
  })
})

describe.skipIf(!isPossible)('the files of a sandbox', () => {
  it('are gone, unless they are kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'))
    const env = { ...process.env, TMPDIR: folder }
    try {
      await vipctl('.', [...FILES, '--', 'true'], env)
      expect(readdirSync(folder)).toEqual([])
      await vipctl('.', [...FILES, '--keep', join(folder, 'kept'), '--', 'true'], env)
      expect(readdirSync(join(folder, 'kept/client.default'))).toEqual(expect.arrayContaining(['cds.json', 'lds.json']))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe.skipIf(!isPossible)('--watch', () => {
  it('gives Envoy and DNS what later files say, and keeps what it has if they are broken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'))
    cpSync(join(SCENARIOS, '04-automatic-address'), folder, { recursive: true })
    const ask = 'curl -s -m 5 --retry 40 --retry-all-errors --retry-delay 0'
    try {
      const ran = await vipctl(folder, [
        '-f',
        '.',
        '--proxy',
        'client',
        '--watch',
        '--',
        'sh',
        '-c',
        [
          `${ask} auto.internal`,
          "echo '  broken: [' >> entry.yaml && sleep 1",
          `${ask} auto.internal`,
          // The new name resolves when the new configuration is there.
          "sed -i -e '$d' -e s/auto.internal/new.internal/ entry.yaml",
          `${ask} new.internal`,
        ].join('\n'),
      ])
      expect(answersIn(ran).map(({ cluster }) => cluster)).toEqual([
        'outbound|80||auto.internal',
        'outbound|80||auto.internal',
        'outbound|80||new.internal',
      ])
      expect(ran.stderr).toContain('warning: the last configuration stays\n')
      expect(ran.code).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe.skipIf(!isPossible)('the end of a sandbox', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('comes with %s to vipctl, for everything in it', async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'))
    const env = { ...process.env, TMPDIR: folder }
    const child = start([...FILES, '--', 'sh', '-c', `echo $$ && exec sleep ${SLEEP_SECONDS}`], env)
    try {
      await new Promise((resolve) => child.stdout?.once('data', resolve))
      expect(isRunning()).toBe(true)
      child.kill(signal)
      await new Promise((resolve) => child.once('exit', resolve))
      await expect.poll(() => isRunning() || readdirSync(folder).length > 0, { timeout: 10_000 }).toBe(false)
    } finally {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe.skipIf(!isPossible)('a sandbox that ends while it reads its input', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('leaves no folder after %s', async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'))
    // Standard input stays open, so the reading goes on.
    const child = start(['-q', '-f', '-', '--', 'true'], { ...process.env, TMPDIR: folder }, 'pipe')
    try {
      await expect.poll(() => readdirSync(folder).length, { timeout: 10_000 }).toBe(1)
      child.kill(signal)
      await new Promise((resolve) => child.once('exit', resolve))
      await expect.poll(() => readdirSync(folder), { timeout: 10_000 }).toEqual([])
    } finally {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe.skipIf(!isPossible)('an Envoy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** A program that prints the version of an Envoy. */
  function envoyOf(version: string): string {
    const path = join(folder, version)
    writeFileSync(path, `#!/bin/sh\necho "envoy  version: 0123abc/${version}/Clean/RELEASE/BoringSSL"\n`, {
      mode: 0o755,
    })
    return path
  }

  it.each([
    ['/no/such/envoy', '/no/such/envoy, which --envoy names, is not a program'],
    ['/bin/true', '/bin/true is not an Envoy ('],
    [envoyOf('1.30.2'), `${join(folder, '1.30.2')} is Envoy 1.30, and a sandbox needs 1.36 or later (best: 1.40.0)`],
    [envoyOf('2.0.0'), `${join(folder, '2.0.0')} is Envoy 2.0, and a sandbox needs 1.36 or later (best: 1.40.0)`],
  ])('must be one that fits: %s', async (path, message) => {
    const ran = await vipctl('.', [...FILES, '--envoy', path, '--', 'true'])
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(`error: ${message}`)
  })

  it('must exist', async () => {
    const { ENVOY: _, ...others } = process.env
    const env = { ...others, PATH: '/usr/sbin:/usr/bin:/sbin:/bin', XDG_CACHE_HOME: folder }
    const ran = await vipctl('.', [...FILES, '--', 'true'], env)
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(/^error: there is no Envoy on this machine\n {2}hint: vipctl sandbox --install-envoy/)
  })
})
