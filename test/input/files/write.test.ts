import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { checkWritable, type FileContent, writeAtomically, writeOutput } from '../../../src/input/files/write.ts'
import { folderOf, ROOT } from '../../commands/cli.ts'

const UMASK = process.umask()
const isRoot = process.getuid?.() === 0

afterEach(() => {
  process.umask(UMASK)
})

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8)

describe('a written file', () => {
  it.each([
    ['664', 0o022],
    ['666', 0o022],
    ['2664', 0o022],
    ['644', 0o077],
    ['600', 0o022],
  ])('keeps the permissions %s of the one that it replaces', async (mode, umask) => {
    const path = join(folderOf({ 'x.yaml': 'old' }), 'x.yaml')
    chmodSync(path, Number.parseInt(mode, 8))
    process.umask(umask)
    await writeAtomically([{ path, content: 'new' }])
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['new', mode])
  })

  it.runIf(isRoot)('keeps its owner', async () => {
    const path = join(folderOf({ 'x.yaml': 'old' }), 'x.yaml')
    chownSync(path, 1234, 2345)
    chmodSync(path, 0o6640)
    await writeOutput(path, ['new'])
    const { uid, gid } = statSync(path)
    expect([uid, gid, modeOf(path)]).toEqual([1234, 2345, '6640'])
  })

  it('gets the permissions of new files, less the umask', async () => {
    const folder = folderOf({})
    process.umask(0o027)
    await writeAtomically([
      { path: join(folder, 'a/b/x.yaml'), content: 'new', makesFolder: true },
      { path: join(folder, 'y.yaml'), content: 'new', mode: 0o600 },
    ])
    expect([modeOf(join(folder, 'a/b/x.yaml')), modeOf(join(folder, 'y.yaml'))]).toEqual(['640', '600'])
  })

  it('is the one that a link leads to', async () => {
    const folder = folderOf({ 'a/x.yaml': 'old' })
    symlinkSync('a/x.yaml', join(folder, 'y.yaml'))
    await writeAtomically([{ path: join(folder, 'y.yaml'), content: 'new' }])
    expect(readFileSync(join(folder, 'a/x.yaml'), 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual(['a', 'y.yaml'])
  })
})

describe('a file that is not written', () => {
  /** What is refused, and why; the other file of the same run stays as it is, too. */
  async function refused(folder: string, ...files: readonly FileContent[]): Promise<string> {
    writeFileSync(join(folder, 'first'), 'old')
    const reason = await writeAtomically([{ path: join(folder, 'first'), content: 'new' }, ...files]).then(
      () => 'written',
      (error: Error) => error.message,
    )
    expect(readFileSync(join(folder, 'first'), 'utf8')).toBe('old')
    return reason
  }

  it('has other names', async () => {
    const folder = folderOf({ x: 'old' })
    linkSync(join(folder, 'x'), join(folder, 'y'))
    const reason = 'it has 2 hard links, and the others would keep the old content'
    expect(await refused(folder, { path: join(folder, 'x'), content: 'new' })).toBe(reason)
    await expect(checkWritable(join(folder, 'x'))).rejects.toThrow(reason)
    expect(readdirSync(folder)).toEqual(['first', 'x', 'y'])
  })

  it('may only be read, is a folder, or has a file as its folder', async () => {
    const folder = folderOf({ x: 'old', f: '' })
    chmodSync(join(folder, 'x'), 0o444)
    mkdirSync(join(folder, 'd'))
    expect(await refused(folder, { path: join(folder, 'x'), content: 'new' })).toBe('it may only be read')
    expect(await refused(folder, { path: join(folder, 'd'), content: 'new' })).toBe('it is a directory')
    expect(await refused(folder, { path: join(folder, 'none/x'), content: 'new' })).toBe('there is no such folder')
    expect(await refused(folder, { path: join(folder, 'f/x'), content: 'new', makesFolder: true })).toBe(
      'a file is where its folder would be',
    )
  })

  it('has changed meanwhile, before or during the writing', async () => {
    const folder = folderOf({ x: 'old', y: 'old' })
    const x = join(folder, 'x')
    const changed = 'it has changed since it was read'
    expect(await refused(folder, { path: x, content: 'new', expected: Buffer.from('older') })).toBe(changed)
    function* change(): Iterable<string> {
      writeFileSync(x, 'other')
      yield 'new'
    }
    expect(await refused(folder, { path: x, content: 'new' }, { path: join(folder, 'y'), content: change() })).toBe(
      changed,
    )
    function* appear(): Iterable<string> {
      writeFileSync(join(folder, 'z'), 'theirs')
      yield 'new'
    }
    expect(await refused(folder, { path: join(folder, 'z'), content: appear() })).toBe(changed)
    expect(readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
      'old',
      'other',
      'old',
      'theirs',
    ])
  })

  it.each(['SIGINT', 'SIGTERM'])('leaves nothing behind after %s either', (signal) => {
    const folder = folderOf({ x: 'old' })
    const script = `
      import { writeAtomically } from './src/input/files/write.ts'
      function* content() {
        yield 'new'
        process.kill(process.pid, '${signal}')
        for (;;) yield 'more'
      }
      setTimeout(() => {}, 60_000)
      await writeAtomically([{ path: ${JSON.stringify(join(folder, 'x'))}, content: content() }])`
    const argv = ['--import', 'tsx', '--input-type=module', '-e', script]
    expect(spawnSync(process.execPath, argv, { cwd: ROOT, timeout: 60_000 }).signal).toBe(signal)
    expect(readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['old'])
  })

  it('leaves nothing behind, neither files nor folders, and puts back what was replaced before it', async () => {
    const folder = folderOf({ x: 'old' })
    /** Takes away the new content of x, which is complete by now. */
    function* sabotage(): Iterable<string> {
      for (const name of readdirSync(folder)) if (name.startsWith('.x.')) rmSync(join(folder, name))
      yield 'new'
    }
    expect(
      await refused(
        folder,
        { path: join(folder, 'made/of/z'), content: 'new', makesFolder: true },
        { path: join(folder, 'x'), content: 'new' },
        { path: join(folder, 'y'), content: sabotage() },
      ),
    ).not.toBe('written')
    expect(readdirSync(folder)).toEqual(['first', 'x'])
    expect(existsSync(join(folder, 'made'))).toBe(false)
  })
})
