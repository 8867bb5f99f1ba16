import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findingsSince } from '../../../src/commands/lint/changed.ts'
import type { ConfigurableOptions } from '../../../src/commands/lint/config/options.ts'
import { viewRequest } from '../../../src/commands/request.ts'
import { UserError } from '../../../src/common/errors.ts'
import { folderOf } from '../cli.ts'
import { sessionIn } from './support.ts'

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  })

/** A repository with one commit of the files, tagged `base`. */
function repository(files: Readonly<Record<string, string>>): string {
  const folder = folderOf(files)
  git(folder, 'init', '-q', '-b', 'main')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', 'first')
  git(folder, 'tag', 'base')
  return folder
}

interface Seen {
  /** The commit's files in the input: names relative to the working directory, and texts. */
  readonly files: Readonly<Record<string, string>>
  readonly options: ConfigurableOptions
  readonly stderr: string
}

function filesIn(folder: string, at = ''): Record<string, string> {
  return Object.fromEntries(
    readdirSync(join(folder, at), { withFileTypes: true }).flatMap((entry) => {
      const path = at === '' ? entry.name : `${at}/${entry.name}`
      return entry.isDirectory()
        ? Object.entries(filesIn(folder, path))
        : [[path, readFileSync(join(folder, path), 'utf8')] as const]
    }),
  )
}

/** What would be linted at a commit. */
async function seenAt(
  ref: string,
  cwd: string,
  options: ConfigurableOptions,
  env: Readonly<Record<string, string>> = {},
): Promise<Seen> {
  const { session, stderr } = await sessionIn(cwd, {}, env)
  let seen: Pick<Seen, 'files' | 'options'> = { files: {}, options: {} }
  await findingsSince(ref, await viewRequest(options, session), session, async ({ request: { input } }) => {
    const { mesh, remotes, istiod } = input
    const filename = mesh.kind === 'files' ? mesh.paths : []
    const remote = remotes.map(({ id, path }) => [id, path] as const)
    seen = {
      files: filesIn(input.cwd),
      options: { filename, remote, ...(istiod.meshConfig && { meshConfig: istiod.meshConfig }) },
    }
    return []
  })
  return { ...seen, stderr: stderr() }
}

const FILES = {
  'mesh/a.yaml': 'a: 1\n',
  'mesh/deep/b.yml': 'b: 1\n',
  'mesh/notes.txt': 'x\n',
  'other/c.yaml': 'c: 1\n',
}

describe('the input as of a commit', () => {
  it('is what the commit has of it, whatever has changed, gone and come since', async () => {
    const folder = repository(FILES)
    writeFileSync(join(folder, 'mesh/a.yaml'), 'a: 2\n')
    rmSync(join(folder, 'mesh/deep'), { recursive: true })
    writeFileSync(join(folder, 'mesh/new.yaml'), 'n: 1\n')
    const { files, options, stderr } = await seenAt('base', folder, { filename: ['mesh'] })
    expect(files).toEqual({ 'mesh/a.yaml': 'a: 1\n', 'mesh/deep/b.yml': 'b: 1\n' })
    expect(options.filename).toEqual(['mesh'])
    expect(stderr).toBe('')
  })

  it('starts from the working directory, wherever it is', async () => {
    const folder = repository(FILES)
    const { files, options } = await seenAt('HEAD', join(folder, 'mesh'), {
      filename: ['.', '../other/*.yaml', join(folder, 'other/c.yaml')],
    })
    expect(files).toEqual({ 'a.yaml': 'a: 1\n', 'deep/b.yml': 'b: 1\n' })
    expect(options.filename?.slice(0, 2)).toEqual(['.', '../other/*.yaml'])
    expect(options.filename?.[2]).toMatch(/other\/c\.yaml$/)
    expect(options.filename?.[2]).not.toContain(folder)
  })

  it('leaves out what the commit lacks, and reads what lies outside as it is', async () => {
    const folder = repository(FILES)
    writeFileSync(join(folder, 'fresh.yaml'), 'x: 1\n')
    const outside = folderOf({ 'mesh.yaml': '' })
    const meshConfig = join(outside, 'mesh.yaml')
    const { options, stderr } = await seenAt('base', folder, {
      filename: ['mesh/notes.txt', 'fresh.yaml'],
      meshConfig,
      remote: [['west', 'fresh.yaml']],
    })
    expect(options).toMatchObject({ filename: ['mesh/notes.txt'], remote: [], meshConfig })
    expect(stderr).toContain(`${meshConfig} is outside the repository`)
  })

  it('is nothing when the commit lacks all of it', async () => {
    const folder = repository(FILES)
    writeFileSync(join(folder, 'fresh.yaml'), 'x: 1\n')
    expect((await seenAt('base', folder, { filename: ['fresh.yaml'] })).files).toEqual({})
  })

  it('may be that of where the branch left another one', async () => {
    const folder = repository(FILES)
    git(folder, 'checkout', '-q', '-b', 'topic')
    git(folder, 'checkout', '-q', 'main')
    writeFileSync(join(folder, 'mesh/a.yaml'), 'a: later\n')
    git(folder, 'commit', '-q', '-a', '-m', 'second')
    git(folder, 'checkout', '-q', 'topic')
    const options = { filename: ['mesh/a.yaml'] }
    expect((await seenAt('main', folder, options)).files).toEqual({ 'mesh/a.yaml': 'a: later\n' })
    expect((await seenAt('main...', folder, options)).files).toEqual({ 'mesh/a.yaml': 'a: 1\n' })
  })

  it('does not depend on what git sets for hooks', async () => {
    const folder = repository(FILES)
    const elsewhere = repository({ 'z.yaml': '' })
    const env = { GIT_DIR: join(elsewhere, '.git'), GIT_INDEX_FILE: '/nowhere', GIT_WORK_TREE: elsewhere }
    expect(Object.keys((await seenAt('base', folder, { filename: ['mesh'] }, env)).files)).toHaveLength(2)
  })

  it('takes names of files as they are', async () => {
    const folder = repository({
      'mesh/ü b\t.yaml': 'a: 1\n',
      'mesh/--upload-pack=x.yaml': 'b: 1\n',
      'mesh/[x].yaml': '',
    })
    expect(Object.keys((await seenAt('base', folder, { filename: ['mesh'] })).files).sort()).toEqual([
      'mesh/--upload-pack=x.yaml',
      'mesh/[x].yaml',
      'mesh/ü b\t.yaml',
    ])
  })

  it('follows symbolic links to files of the commit only, and says so', async () => {
    const folder = folderOf({ 'mesh/a.yaml': 'a: 1\n', 'other/b.yaml': 'b: 1\n' })
    symlinkSync('../other/b.yaml', join(folder, 'mesh/b.yaml'))
    symlinkSync('../mesh/b.yaml', join(folder, 'mesh/new\nline.yaml'))
    for (const [name, target] of Object.entries({
      out: '/etc/hostname',
      up: '../../x.yaml',
      gone: 'gone.yaml',
      loop: 'loop.yaml',
      folder: '../other',
      through: 'a.yaml/x.yaml',
    })) {
      symlinkSync(target, join(folder, `mesh/${name}.yaml`))
    }
    git(folder, 'init', '-q')
    git(folder, 'add', '-A')
    git(folder, 'commit', '-q', '-m', 'first')
    const { files, stderr } = await seenAt('HEAD', folder, { filename: ['mesh'] })
    expect(files).toEqual({ 'mesh/a.yaml': 'a: 1\n', 'mesh/b.yaml': 'b: 1\n' })
    expect(stderr).toBe('note: --changed-since: 7 symbolic links to no file of the commit are not followed\n')
  })
})

describe('a commit that cannot be had', () => {
  const said = async (
    ref: string,
    cwd: string,
    options: ConfigurableOptions = { filename: ['mesh'] },
  ): Promise<string> => {
    const { session } = await sessionIn(cwd)
    const request = await viewRequest(options, session)
    const error = await findingsSince(ref, request, session, async () => []).catch((reason: unknown) => reason)
    if (!(error instanceof UserError)) throw error
    return `${error.message} | ${error.hint ?? ''}`
  }

  it('is named, with the branch that may be meant', async () => {
    const folder = repository(FILES)
    git(folder, 'branch', 'release')
    expect(await said('relase', folder)).toBe(
      '--changed-since relase: there is no such commit, branch or tag | did you mean release?',
    )
  })

  it.each(['--upload-pack=touch x', '-h', '', 'a b', 'a\nb'])('is not a name such as %j', async (ref) => {
    expect(await said(ref, repository(FILES))).toContain('is not a name of a commit, branch or tag')
  })

  it('may be missing from a shallow clone', async () => {
    const origin = repository(FILES)
    writeFileSync(join(origin, 'mesh/a.yaml'), 'a: 2\n')
    git(origin, 'commit', '-q', '-a', '-m', 'second')
    const first = git(origin, 'rev-parse', 'base').trim()
    const folder = folderOf({})
    git(folder, 'clone', '-q', '--depth', '1', '--no-tags', `file://${origin}`, 'clone')
    expect(await said(first, join(folder, 'clone'))).toContain('the clone is shallow: fetch the history first')
  })

  it('needs a repository, and files', async () => {
    expect(await said('main', folderOf({ 'mesh/a.yaml': '' }))).toContain(
      'the working directory is in no git repository',
    )
    const folder = repository(FILES)
    expect(await said('base', folder, { filename: ['-'] })).toContain('standard input has no earlier version')
    expect(await said('base', folder, {})).toContain('a live cluster has no earlier version')
  })

  it('needs a working tree', async () => {
    const folder = repository(FILES)
    mkdirSync(join(folder, '.git/mesh'))
    expect(await said('base', join(folder, '.git'))).toContain('the repository has no working tree')
  })
})
