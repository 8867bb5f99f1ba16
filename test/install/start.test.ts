import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
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
  compiled = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
})

afterEach(() => rmSync(installed, { recursive: true, force: true }))

function answer(...flags: string[]): string {
  const args = ['dig', 'orders.db.example.com', '--short', '-f', FIXTURE]
  const { stdout } = spawnSync(process.execPath, [...flags, join(installed, 'bin', 'vipctl.js'), ...args], {
    encoding: 'utf8',
  })
  return stdout
}

describe('the built program', () => {
  it('has code that was compiled for this Node', () => {
    expect(compiled.length).toBeGreaterThan(0)
    expect(answer()).toBe('240.240.0.1\n')
  })

  it('needs no compiled code', () => {
    rmSync(join(installed, 'dist', 'compiled'), { recursive: true })
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
