import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeProgram } from '../../src/cli.ts'
import { manPages } from '../../src/commands/help/man.ts'
import { folderOf } from './cli.ts'

const silent = { isTTY: false, columns: undefined, write: () => undefined }
const io = { stdout: silent, stderr: silent, stdin: async () => Buffer.alloc(0), env: {}, cwd: '/' }
const pages = manPages(
  makeProgram(io, async () => undefined),
  'what istiod would send to a proxy',
  { version: '1.2.3', date: '2026-11-29' },
)
const textOf = (name: string): string => pages.find((page) => page.name === name)?.text ?? ''

const hasMandoc = spawnSync('mandoc', ['-h']).error === undefined

describe('manual pages', () => {
  it('has one for the program and for each command', () => {
    expect(pages.map(({ name }) => name)).toEqual(expect.arrayContaining(['vipctl.1', 'vipctl-dig.1', 'vipctl-help.1']))
    expect(textOf('vipctl.1')).toContain('.BR vipctl\\-dig (1)')
  })

  it('has what --help prints, and the options that help only names', () => {
    const page = textOf('vipctl-dig.1')
    expect(page).toContain('.TH "VIPCTL-DIG" "1" "2026-11-29" "vipctl 1.2.3" "vipctl manual"')
    for (const words of ['vipctl dig reviews +search', '\\-\\-short', '\\-\\-filename', '\\-\\-kubeconfig']) {
      expect(page).toContain(words)
    }
  })

  it.skipIf(!hasMandoc)('are correct roff', () => {
    const folder = folderOf(Object.fromEntries(pages.map(({ name, text }) => [name, text])))
    const files = pages.map(({ name }) => join(folder, name))
    expect(spawnSync('mandoc', ['-Tlint', '-W', 'warning', ...files], { encoding: 'utf8' }).stdout).toBe('')
  })

  it.skipIf(!hasMandoc)('print text as it is', () => {
    const folder = folderOf({ 'lint.1': textOf('vipctl-lint.1') })
    const { stdout } = spawnSync('mandoc', ['-Tutf8', join(folder, 'lint.1')], { encoding: 'utf8' })
    // Bold letters are overstruck.
    const plain = stdout.replaceAll(/.[\b]/g, '')
    expect(plain).toContain('--fix')
    expect(plain).not.toMatch(/\\|\(aq/)
  })
})
