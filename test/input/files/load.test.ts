import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LoadOptions, loadSources, type SourceInput } from '../../../src/input/files/load.ts'
import { forgetValues } from '../../../src/sources/index.ts'

const FIXTURES = fileURLToPath(new URL('../../../fixtures/bad-input', import.meta.url))

let cwd: string

function write(path: string, content: string | Uint8Array): void {
  const file = join(cwd, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

const named = (name: string): string => `kind: Service\nmetadata: {name: ${name}}\n`

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sources-'))
  write('manifests/b.yaml', named('b'))
  write('manifests/a.yml', named('a'))
  write('manifests/Z.json', '{"kind": "Service", "metadata": {"name": "Z"}}')
  write('manifests/notes.txt', 'no manifest')
  write('manifests/.hidden.yaml', named('hidden'))
  write('manifests/sub/c.yaml', named('c'))
  write('manifests/.git/d.yaml', named('git'))
  write('manifests/node_modules/e.yaml', named('modules'))
  write('deep/only/below/f.yaml', named('f'))
  write('plain.manifest', named('plain'))
  write('we[i]rd.yaml', named('weird'))
  mkdirSync(join(cwd, 'empty'))
  symlinkSync(join(cwd, 'manifests'), join(cwd, 'manifests/sub/loop'))
  symlinkSync('self.yaml', join(cwd, 'self.yaml'))
  symlinkSync(join(cwd, 'manifests/b.yaml'), join(cwd, 'link.yaml'))
})

afterAll(() => rmSync(cwd, { recursive: true, force: true }))

function load(paths: (string | SourceInput)[], options: Partial<LoadOptions> = {}) {
  const inputs = paths.map((path) => (typeof path === 'string' ? { kind: 'path' as const, path, cluster: '' } : path))
  return loadSources({ inputs, recursive: false, cwd, ...options })
}

async function names(paths: (string | SourceInput)[], options: Partial<LoadOptions> = {}): Promise<string[]> {
  const { documents, problems } = await load(paths, options)
  expect(problems).toEqual([])
  return documents.map(({ value }) => (value as { metadata: { name: string } }).metadata.name)
}

describe('what a path means', () => {
  test('a file, with any extension, as it was named', async () => {
    const { documents, problems, files, bytes } = await load(['./plain.manifest'])
    expect(problems).toEqual([])
    expect(documents.map(({ file }) => file.name)).toEqual(['./plain.manifest'])
    expect({ files, bytes }).toEqual({ files: 1, bytes: 38 })
  })

  test('a folder: its manifests in byte order, without hidden ones and subfolders', async () => {
    expect(await names(['manifests'])).toEqual(['Z', 'a', 'b'])
  })

  test('a folder with its subfolders, without what links in it lead to', async () => {
    const { documents, problems } = await load(['manifests/'], { recursive: true })
    expect(problems).toMatchObject([{ severity: 'note', at: { file: 'manifests/sub/loop' } }])
    expect(documents.map(({ file }) => file.name)).toEqual([
      'manifests/Z.json',
      'manifests/a.yml',
      'manifests/b.yaml',
      'manifests/sub/c.yaml',
    ])
  })

  test.each([
    ['manifests/*.yaml', ['b']],
    ['manifests/*', ['Z', 'a', 'b']],
    ['manifests/{a,b}.y*ml', ['a', 'b']],
    ['manifests/[ab].*', ['a', 'b']],
    ['mani*/**/c.yaml', ['c']],
    ['*.manifest', ['plain']],
  ])('the pattern %s', async (pattern, expected) => {
    expect(await names([pattern])).toEqual(expected)
  })

  test('a pattern with an absolute path', async () => {
    expect(await names([join(cwd, 'manifests/?.yaml')])).toEqual(['b'])
  })

  test('a file whose name looks like a pattern', async () => {
    expect(await names(['we[i]rd.yaml'])).toEqual(['weird'])
  })

  test('inputs keep their order, and a file that is named twice counts once', async () => {
    const { documents, files } = await load([
      'manifests/b.yaml',
      'manifests',
      './manifests/../manifests/b.yaml',
      'link.yaml',
    ])
    expect(documents.map(({ file }) => file.name)).toEqual(['manifests/b.yaml', 'manifests/Z.json', 'manifests/a.yml'])
    expect(files).toBe(3)
  })

  test('a file may serve two clusters', async () => {
    const remote: SourceInput = { kind: 'path', path: 'manifests/b.yaml', cluster: 'east' }
    const { documents } = await load(['manifests/b.yaml', remote, remote])
    expect(documents.map(({ cluster }) => cluster)).toEqual(['', 'east'])
  })

  test('standard input, once', async () => {
    const stdin = async (): Promise<Buffer> => Buffer.from(named('piped'))
    const { documents } = await load(['-', { kind: 'stdin', path: '', cluster: '' }], { stdin })
    expect(documents.map(({ file }) => file.name)).toEqual(['<stdin>'])
  })

  test('a named pipe', async () => {
    execFileSync('mkfifo', [join(cwd, 'pipe')])
    spawn('sh', ['-c', 'echo "metadata: {name: fifo}" > "$1"', 'sh', join(cwd, 'pipe')], { stdio: 'ignore' })
    expect(await names(['pipe'])).toEqual(['fifo'])
  })
})

describe('what is wrong with a path', () => {
  test.each([
    ['manifest', 'does not exist', 'Did you mean manifests?'],
    ['manifests/c.yaml', 'does not exist', 'Did you mean manifests/b.yaml?'],
    ['manifets/a.yml', 'does not exist', 'Did you mean manifests/a.yml?'],
    ['empty', 'holds no .yaml, .yml or .json files', undefined],
    ['deep', 'holds no .yaml, .yml or .json files', 'Its subfolders have some: add -R to read them too.'],
    ['manifests/*.yam', 'matches no file', 'The folder has, for example, manifests/Z.json.'],
    ['manifest/*.yaml', 'matches no file', 'The folder manifest does not exist. Did you mean manifests?'],
    ['self.yaml', 'cannot be read: the symbolic links form a loop', undefined],
    ['plain.manifest/x', 'cannot be read: a part of the path is not a folder', undefined],
    ['quite-something-else', 'does not exist', undefined],
  ])('%s', async (path, message, hint) => {
    const { documents, problems } = await load([path])
    expect(documents).toEqual([])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ severity: 'error', message, at: { file: path } })
    expect(problems[0]?.hint).toBe(hint)
  })

  test('the other inputs are read all the same', async () => {
    const { documents, problems } = await load(['missing.yaml', 'manifests/b.yaml'])
    expect(documents).toHaveLength(1)
    expect(problems).toHaveLength(1)
  })

  test('a broken link in a folder is an error of its own', async () => {
    mkdirSync(join(cwd, 'links'))
    symlinkSync('nowhere.yaml', join(cwd, 'links/broken.yaml'))
    write('links/good.yaml', named('good'))
    const { documents, problems } = await load(['links'])
    expect(documents).toHaveLength(1)
    expect(problems).toMatchObject([{ severity: 'error', at: { file: 'links/broken.yaml' } }])
  })

  test('a file or input without objects is an error when it was named, nothing in a folder', async () => {
    const nothing = join(FIXTURES, 'nothing')
    const { problems } = await load([join(nothing, 'empty.yaml'), join(nothing, 'comments.yaml'), '-'], {
      stdin: async () => Buffer.from('\n'),
    })
    expect(problems.map(({ severity, message }) => [severity, message])).toEqual([
      ['error', 'holds no objects'],
      ['error', 'holds no objects'],
      ['error', 'holds no objects'],
    ])
    expect((await load([nothing])).problems).toEqual([])
  })

  test('a folder whose files are all empty is an error, as an empty folder is', async () => {
    write('hollow/a.yaml', '')
    write('hollow/b.yaml', '')
    const { problems } = await load(['hollow', 'manifests/b.yaml'])
    expect(problems).toMatchObject([{ severity: 'error', message: 'holds no objects', at: { file: 'hollow' } }])
  })

  test('a file beyond the limit is refused', async () => {
    const { documents, problems } = await load(['manifests/b.yaml', '-'], {
      limits: { fileBytes: 10 },
      stdin: async () => Buffer.alloc(11),
    })
    expect(documents).toEqual([])
    expect(problems.map(({ message }) => message)).toEqual([
      'is larger than the limit of 10 bytes',
      'is larger than the limit of 10 bytes',
    ])
  })

  test('standard input that fails is an error', async () => {
    const { problems } = await load(['-'], { stdin: () => Promise.reject(new Error('gone')) })
    expect(problems).toMatchObject([{ severity: 'error', message: 'cannot be read: gone' }])
  })
})

describe('encodings', () => {
  test('UTF-8 with a byte order mark, which moves no column', async () => {
    write('bom.yaml', '\uFEFFmetadata: {name: é😀}\nbad: *x\n')
    const { problems } = await load(['bom.yaml'])
    expect(problems).toMatchObject([{ at: { line: 2, column: 6 } }])
    write('bom.yaml', `\uFEFF${named('é😀')}`)
    expect(await names(['bom.yaml'])).toEqual(['é😀'])
  })

  test.each([
    ['little endian', (bytes: Buffer) => bytes],
    ['big endian', (bytes: Buffer) => bytes.swap16()],
  ])('UTF-16, %s', async (name, order) => {
    const file = `utf16-${name}.yaml`
    write(file, order(Buffer.from(`\uFEFF${named('é😀')}`, 'utf16le')))
    expect(await names([file])).toEqual(['é😀'])
  })

  test('bytes that are not UTF-8 are named by line and column, the other files are read', async () => {
    const latin1 = join(FIXTURES, 'latin1/service.yaml')
    const { documents, problems } = await load([latin1, 'manifests/b.yaml'])
    expect(documents).toHaveLength(1)
    expect(problems).toMatchObject([
      { severity: 'error', message: 'the byte 0xE9 is not UTF-8', at: { file: latin1, line: 6, column: 13 } },
    ])
  })

  test.each([
    ['behind multi-byte characters', [...Buffer.from('a: é😀€\r\nbb: é'), 0xff, 0x41], 2, 6],
    ['a character that is cut short', [...Buffer.from('a: x'), 0xe2, 0x82], 1, 5],
    ['an overlong form', [0x61, 0xc0, 0x80], 1, 2],
    ['a surrogate', [0x0a, 0xed, 0xa0, 0x80], 2, 1],
    ['the very first byte', [0x80], 1, 1],
    ['far behind', [...Buffer.from('é'.repeat(70_000)), 0xc3, 0x28], 1, 70_001],
  ])('the first bad byte: %s', async (_name, bytes, line, column) => {
    write('bad.yaml', Uint8Array.from(bytes))
    expect((await load(['bad.yaml'])).problems).toMatchObject([{ at: { line, column } }])
  })
})

test('progress is told before each file', async () => {
  const told: [number, number, string][] = []
  await load(['manifests'], { onProgress: (...step) => told.push(step) })
  expect(told).toEqual([
    [0, 114, 'manifests/Z.json'],
    [46, 114, 'manifests/a.yml'],
    [80, 114, 'manifests/b.yaml'],
  ])
})

test('a document whose value was forgotten has the same place, and its value when somebody asks', async () => {
  const inputs = [{ kind: 'path', path: 'manifests', cluster: 'east' } as const]
  const { documents } = await loadSources({ inputs, recursive: true, cwd })
  const forgotten = forgetValues(documents)
  expect(forgotten.length).toBeGreaterThan(3)
  for (const [index, { file, cluster, start, end, value, place }] of forgotten.entries()) {
    expect({ file, cluster, start, end, value, place }).toEqual(documents[index])
  }
})
