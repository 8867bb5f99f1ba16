import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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
