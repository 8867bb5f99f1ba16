import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type WriteScope, writeFixed } from '../../../src/input/files/write-back.ts'
import { folderOf } from '../../commands/cli.ts'

const scopeOf = (cwd: string): WriteScope => ({ cwd, named: [], configured: undefined })

const write = (folder: string, name: string, before: string, after: string): Promise<readonly string[]> =>
  writeFixed(new Map([[{ name, text: before }, after]]), scopeOf(folder))

describe('a fixed file', () => {
  it('takes the place of the old one, with its permissions and its byte order mark', async () => {
    const folder = folderOf({ 'a/x.yaml': '\uFEFFold: 1\n' })
    chmodSync(join(folder, 'a/x.yaml'), 0o640)
    expect(await write(folder, 'a/x.yaml', 'old: 1\n', 'new: 1\n')).toEqual(['a/x.yaml'])
    expect(readFileSync(join(folder, 'a/x.yaml'), 'utf8')).toBe('\uFEFFnew: 1\n')
    expect(statSync(join(folder, 'a/x.yaml')).mode & 0o777).toBe(0o640)
    expect(readdirSync(join(folder, 'a'))).toEqual(['x.yaml'])
  })

  it('may be reached by a link that stays inside', async () => {
    const folder = folderOf({ 'real.yaml': 'old\n' })
    symlinkSync('real.yaml', join(folder, 'link.yaml'))
    await write(folder, 'link.yaml', 'old\n', 'new\n')
    expect(readFileSync(join(folder, 'real.yaml'), 'utf8')).toBe('new\n')
    expect(existsSync(join(folder, 'link.yaml'))).toBe(true)
  })

  it('is not written when it has changed since it was read, may only be read, or is not a file', async () => {
    const folder = folderOf({ 'x.yaml': 'other\n', 'fixed.yaml': 'old\n' })
    mkdirSync(join(folder, 'folder.yaml'))
    chmodSync(join(folder, 'fixed.yaml'), 0o444)
    await expect(write(folder, 'x.yaml', 'old\n', 'new\n')).rejects.toThrow(
      '--fix: x.yaml has changed since it was read',
    )
    await expect(write(folder, 'fixed.yaml', 'old\n', 'new\n')).rejects.toThrow(
      '--fix: fixed.yaml cannot be written: it may only be read',
    )
    await expect(write(folder, 'folder.yaml', 'old\n', 'new\n')).rejects.toThrow('--fix: folder.yaml is not a file')
    await expect(write(folder, '<stdin>', 'old\n', 'new\n')).rejects.toThrow('--fix: standard input cannot be changed')
    await expect(write(folder, 'kind:serviceentry/a/b', 'old\n', 'new\n')).rejects.toThrow(
      'is not a file: only manifests',
    )
  })

  it('is not written behind a link that leads out of the working directory', async () => {
    const outside = folderOf({ 'x.yaml': 'old\n' })
    const folder = folderOf({ 'y.yaml': '' })
    symlinkSync(join(outside, 'x.yaml'), join(folder, 'x.yaml'))
    symlinkSync(outside, join(folder, 'out'))
    await expect(write(folder, 'x.yaml', 'old\n', 'new\n')).rejects.toThrow(
      'link that leads out of the working directory',
    )
    await expect(write(folder, 'out/x.yaml', 'old\n', 'new\n')).rejects.toThrow('leads out of the working directory')
    expect(readFileSync(join(outside, 'x.yaml'), 'utf8')).toBe('old\n')
  })

  it('is written with all others or not at all', async () => {
    const folder = folderOf({ 'a.yaml': 'old\n', 'b.yaml': 'other\n' })
    const texts = new Map([
      [{ name: 'a.yaml', text: 'old\n' }, 'new\n'],
      [{ name: 'b.yaml', text: 'old\n' }, 'new\n'],
    ])
    await expect(writeFixed(texts, scopeOf(folder))).rejects.toThrow('b.yaml has changed')
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toBe('old\n')
  })

  it('is one file, whatever it is called', async () => {
    const folder = folderOf({ 'a.yaml': 'old\n' })
    linkSync(join(folder, 'a.yaml'), join(folder, 'b.yaml'))
    const texts = new Map([
      [{ name: 'a.yaml', text: 'old\n' }, 'new\n'],
      [{ name: './a.yaml', text: 'old\n' }, 'newer\n'],
    ])
    await expect(writeFixed(texts, scopeOf(folder))).rejects.toThrow('./a.yaml is the same file as a.yaml')
  })
})
