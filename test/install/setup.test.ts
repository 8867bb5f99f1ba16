import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

let clone: string

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'vipctl-setup-'))
  mkdirSync(join(clone, 'bin'))
  for (const file of ['bin/setup.mjs', 'package.json', 'package-lock.json']) cpSync(join(ROOT, file), join(clone, file))
})

afterEach(() => rmSync(clone, { recursive: true, force: true }))

/** Runs bin/setup.mjs with an npm that notes its arguments, prints a message and fails. */
function setUp(message: string): { status: number | null; stderr: string; calls: string[] } {
  const npm = join(clone, 'npm.js')
  writeFileSync(
    npm,
    `import { appendFileSync } from 'node:fs'
    appendFileSync(${JSON.stringify(join(clone, 'calls'))}, process.argv.slice(2).join(' ') + '\\n')
    process.stderr.write(${JSON.stringify(message)})
    process.exit(1)`,
  )
  const env = { PATH: process.env.PATH, npm_execpath: npm }
  const { status, stderr } = spawnSync(process.execPath, ['bin/setup.mjs'], { cwd: clone, env, encoding: 'utf8' })
  const calls = readFileSync(join(clone, 'calls'), 'utf8').trim().split('\n')
  return { status, stderr, calls }
}

describe('bin/setup.mjs', () => {
  it.each([
    ['npm error code ECONNREFUSED\nnpm error syscall connect\n', "npm's registry cannot be reached"],
    ['npm error code ENOTFOUND\n', "npm's registry cannot be reached"],
    ['npm error code EUSAGE\nnpm error\nnpm error Usage:\n', 'package-lock.json does not match package.json'],
    ['npm error code EROFS\n', 'npm may not write to a folder that it needs'],
    ['npm error code ESTRANGE\nnpm error something strange\nnpm error at x\n', 'something strange'],
  ])('says in one sentence why npm failed: %j', (message, cause) => {
    const { status, stderr } = setUp(message)
    expect(status).toBe(2)
    expect(stderr).toBe(`installing dependencies\nerror: the dependencies cannot be installed: ${cause}\n`)
  })

  it('asks for what the lock file says, without scripts, once', () => {
    const before = readFileSync(join(clone, 'package-lock.json'))
    const { calls } = setUp('npm error code EUSAGE\n')
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatch(/^ci .*--ignore-scripts/)
    expect(readFileSync(join(clone, 'package-lock.json'))).toEqual(before)
    expect(existsSync(join(clone, 'node_modules'))).toBe(false)
  })
})

describe('several runs of bin/setup.mjs at once', () => {
  /** An npm that takes a while, and notes when it starts and ends. */
  function slowNpm(): { readonly npm: string; readonly calls: () => string[] } {
    const npm = join(clone, 'npm.js')
    const calls = join(clone, 'calls')
    writeFileSync(
      npm,
      `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
      appendFileSync(${JSON.stringify(calls)}, 'start\\n')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700)
      mkdirSync('node_modules', { recursive: true })
      writeFileSync('node_modules/.package-lock.json', '{}')
      appendFileSync(${JSON.stringify(calls)}, 'end\\n')`,
    )
    return { npm, calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []) }
  }

  function starts(npm: string): Promise<{ readonly code: number | null; readonly stderr: string }> {
    const child = spawn(process.execPath, ['bin/setup.mjs'], {
      cwd: clone,
      env: { PATH: process.env.PATH, npm_execpath: npm },
    })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk
    })
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })))
  }

  const lock = () => join(clone, '.cache', 'setup.lock')

  it('install once: the others wait', async () => {
    const { npm, calls } = slowNpm()
    const runs = await Promise.all([starts(npm), starts(npm), starts(npm)])
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(calls()).toEqual(['start', 'end'])
    const texts = runs.map(({ stderr }) => stderr.replace(/\d+/, 'N')).sort()
    const waiting = 'waiting for process N, which installs or builds in this folder\n'
    expect(texts).toEqual(['installing dependencies\n', waiting, waiting])
    expect(readdirSync(join(clone, '.cache'))).toEqual([])
  })

  it('do not wait for a run that was killed', async () => {
    const { npm, calls } = slowNpm()
    const { pid } = spawnSync(process.execPath, ['--version'])
    mkdirSync(join(clone, '.cache'))
    writeFileSync(lock(), `${hostname()} ${pid}`)
    const runs = await Promise.all([starts(npm), starts(npm)])
    expect(runs.map(({ code }) => code)).toEqual([0, 0])
    expect(calls()).toEqual(['start', 'end'])
  })

  it('do not wait for a run of another machine for ever', async () => {
    const { npm, calls } = slowNpm()
    mkdirSync(join(clone, '.cache'))
    writeFileSync(lock(), 'other-host 1')
    const old = new Date(Date.now() - 3_600_000)
    utimesSync(lock(), old, old)
    expect((await starts(npm)).code).toBe(0)
    expect(calls()).toEqual(['start', 'end'])
  })
})

describe('bin/build.mjs --out', () => {
  it('says that the program needs a package.json above the folder', () => {
    const out = join(clone, 'nowhere', 'dist')
    const args = [join(ROOT, 'bin', 'build.mjs'), '--out', out]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(status).toBe(2)
    expect(stderr).toBe(
      `build.mjs: --out ${out}: the folder above it has no package.json, in which the program finds its version\n`,
    )
  })
})

describe('dist/THIRD_PARTY_NOTICES.txt', () => {
  it('has the licence of every package in the bundle', () => {
    const dist = join(clone, 'readable')
    spawnSync(process.execPath, [join(ROOT, 'bin', 'build.mjs'), '--readable', '--out', dist])
    const code = readdirSync(dist).filter((file) => /\.c?js$/.test(file))
    // esbuild writes the origin of code above it.
    const origin = /^\s*\/\/ (?:.*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm
    const texts = code.map((file) => readFileSync(join(dist, file), 'utf8'))
    const bundled = new Set(texts.flatMap((text) => Array.from(text.matchAll(origin), ([, name = '']) => name)))
    const notices = readFileSync(join(ROOT, 'dist', 'THIRD_PARTY_NOTICES.txt'), 'utf8')
    const stated = new Set(
      Array.from(notices.matchAll(/^=+\n(\S+) \S+ \([^)\n]+\)\nSource: \S+\n\n\S/gm), ([, name]) => name),
    )
    expect(bundled).toContain('commander')
    expect([...bundled].filter((name) => !stated.has(name))).toEqual([])
  })
})
