import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FIXTURE = join(ROOT, 'fixtures', 'quickstart')

let installed: string
let compiled: string[]

beforeAll(() => {
  spawnSync(process.execPath, [join(ROOT, 'bin', 'setup.mjs'), '--build'])
})

beforeEach(() => {
  installed = mkdtempSync(join(tmpdir(), 'vipctl-start-'))
  for (const item of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, item), join(installed, item), { recursive: true })
  const folder = join(installed, 'dist', 'compiled')
  compiled = filesIn(folder)
})

afterEach(() => rmSync(installed, { recursive: true, force: true }))

function answer(...flags: string[]): string {
  const args = ['dig', 'orders.db.example.com', '--short', '-f', FIXTURE]
  const { stdout } = spawnSync(process.execPath, [...flags, join(installed, 'bin', 'vipctl.js'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, XDG_CACHE_HOME: join(installed, 'cache') },
  })
  return stdout
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('the built program', () => {
  it('has code that was compiled for this Node', () => {
    expect(compiled.length).toBeGreaterThan(0)
    expect(answer()).toBe('240.240.0.1\n')
  })

  it('has no compiled code as a package, and keeps its own', () => {
    rmSync(join(installed, 'dist', 'compiled'), { recursive: true })
    expect(answer()).toBe('240.240.0.1\n')
    const folder = join(installed, 'cache', 'vipctl', 'compiled')
    const kept = filesIn(folder)
    expect(kept).not.toEqual([])
    expect(statSync(folder).mode & 0o077).toBe(0)
    const before = kept.map((file) => statSync(file).mtimeMs)
    expect(answer()).toBe('240.240.0.1\n')
    expect(kept.map((file) => statSync(file).mtimeMs)).toEqual(before)
    for (const file of kept) truncateSync(file, 100)
    expect(answer()).toBe('240.240.0.1\n')
  })

  it('needs no folder for compiled code', () => {
    rmSync(join(installed, 'dist', 'compiled'), { recursive: true })
    writeFileSync(join(installed, 'cache'), '')
    expect(answer()).toBe('240.240.0.1\n')
  })

  it.each([
    ['is cut off', (file: string) => truncateSync(file, 100)],
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['is of another version of V8', (file: string) => writeFileSync(file, readFileSync(file).fill(7, 4, 8))],
  ])('runs if compiled code %s', (_, spoil) => {
    for (const file of compiled) spoil(file)
    expect(answer()).toBe('240.240.0.1\n')
  })

  it('runs under other flags of V8', () => {
    expect(answer('--stack-size=900')).toBe('240.240.0.1\n')
  })
})
