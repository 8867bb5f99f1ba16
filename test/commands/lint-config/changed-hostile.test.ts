import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { PROGRAM } from '../../support/program.ts'
import { entry, folderOf, vipctl } from '../cli.ts'

const ENV = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
const IDENTITY = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always']

const git = (folder: string, args: readonly string[], input: string | Buffer = ''): string =>
  execFileSync('git', [...IDENTITY, ...args], { cwd: folder, env: ENV, input, stdio: 'pipe' })
    .toString()
    .trim()

function repository(files: Readonly<Record<string, string>>): string {
  const folder = folderOf(files)
  git(folder, ['init', '-q', '-b', 'main'])
  git(folder, ['add', '-A'])
  git(folder, ['commit', '-q', '-m', 'first'])
  return folder
}

/** istiod rejects the host, which lint reports. */
const BAD = entry({ host: 'a_b.example.com' })

type TreeEntry = readonly [mode: string, name: string, object: string]

/** A commit of a tree that git itself would not write. */
function commitOf(folder: string, entries: readonly TreeEntry[]): string {
  const content = entries.map(([mode, name, object]) =>
    Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(object, 'hex')]),
  )
  const args = ['hash-object', '-t', 'tree', '--literally', '-w', '--stdin']
  return git(folder, ['commit-tree', git(folder, args, Buffer.concat(content)), '-m', 'crafted'])
}

const blobOf = (folder: string, text: string): string => git(folder, ['hash-object', '-w', '--stdin'], text)

interface Seen {
  readonly findings: readonly { readonly location: { readonly file: string } }[]
}

async function since(ref: string, cwd: string, paths: readonly string[] = ['.']) {
  const argv = ['lint', ...paths, '-R', '-o', 'json', '--changed-since', ref]
  const { code, stdout, stderr } = await vipctl(argv, { cwd, env: { PATH: process.env.PATH ?? '' } })
  return { code, stderr, files: stdout && (JSON.parse(stdout) as Seen).findings.map(({ location }) => location.file) }
}

const EMPTY = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
const MISSING = '1234567890123456789012345678901234567890'

describe('--changed-since of a crafted commit', () => {
  const folder = repository({ 'e.yaml': BAD })
  const blob = blobOf(folder, BAD)
  const tree = git(folder, ['mktree'], `100644 blob ${blob}\tz.yaml\n`)
  const inner = git(folder, ['rev-parse', `${commitOf(folder, [['100644', '/x.yaml', blob]])}^{tree}`])

  it.each<readonly [string, readonly TreeEntry[], string]>([
    ['an absolute path', [['100644', '/x.yaml', blob]], 'a file that git would not check out: /x.yaml'],
    ['an absolute path in a folder', [['40000', 'a', inner]], 'a file that git would not check out: a//x.yaml'],
    ['two slashes', [['40000', 'a//b', tree]], 'a file that git would not check out: a//b/z.yaml'],
    ['..', [['40000', '..', tree]], 'a file that git would not check out: ../z.yaml'],
    ['../..', [['40000', '../..', tree]], 'a file that git would not check out: ../../z.yaml'],
    ['.', [['40000', '.', tree]], 'a file that git would not check out: ./z.yaml'],
    ['.git', [['40000', '.git', tree]], 'a file that git would not check out: .git/z.yaml'],
    [
      'a file and a folder of one name',
      [
        ['100644', 'e.yaml', blob],
        ['40000', 'e.yaml', tree],
      ],
      'e.yaml/z.yaml of the commit cannot be written: the commit has two entries of that name',
    ],
    [
      'a file twice',
      [
        ['100644', 'e.yaml', blob],
        ['100644', 'e.yaml', blob],
      ],
      'e.yaml of the commit cannot be written: the commit has two entries of that name',
    ],
    ['a name of 300 bytes', [['100644', `${'a'.repeat(300)}.yaml`, blob]], 'cannot be written: the name is too long'],
    ['content that git does not have', [['100644', 'e.yaml', MISSING]], 'git has no content of e.yaml'],
  ])('with %s is refused', async (_, entries, message) => {
    const { code, stderr, files } = await since(commitOf(folder, entries), folder)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('internal error')
    expect(code).toBe(2)
    expect(files).toEqual([])
  })

  it('answers when what is wrong is elsewhere', async () => {
    const commit = commitOf(folder, [
      ['100644', '/x.yaml', blob],
      ['100644', 'e.yaml', blob],
    ])
    expect(await since(commit, folder, ['e.yaml'])).toMatchObject({ code: 0, files: [] })
  })

  it('knows names that are not UTF-8', async () => {
    const own = repository({ 'e.yaml': entry() })
    const name = Buffer.concat([Buffer.from(`${own}/`), Buffer.from([0xff]), Buffer.from('.yaml')])
    writeFileSync(name, BAD)
    git(own, ['add', '-A'])
    git(own, ['commit', '-q', '-m', 'bytes'])
    expect(await since('HEAD', own)).toMatchObject({ code: 0, files: [] })
    expect(await since('HEAD~1', own)).toMatchObject({ code: 1 })
  })

  it('is right about an empty commit', async () => {
    const empty = git(folder, ['commit-tree', EMPTY, '-m', 'empty'])
    expect(await since(empty, folder)).toMatchObject({ code: 1, files: ['e.yaml'] })
  })
})

describe('--changed-since of names with a meaning to git', () => {
  it.each([':top.yaml', ':(glob)x.yaml', ':!x.yaml', '[a].yaml', 'a b.yaml', '-x.yaml'])('knows %s', async (name) => {
    const folder = repository({ [name]: BAD })
    expect(await since('HEAD', folder, [`./${name}`])).toMatchObject({ code: 0, files: [] })
    expect(await since('HEAD', folder)).toMatchObject({ code: 0, files: [] })
  })

  it.each([
    ['...', '--changed-since ...: this is not a name'],
    ['^HEAD', '--changed-since ^HEAD: this is not a name'],
    ['HEAD..HEAD', 'there is no such commit'],
    ['\u200bmain', 'there is no such commit'],
    ['a'.repeat(100_000), 'there is no such commit'],
  ])('refuses a ref: %.20s', async (ref, message) => {
    const { code, stderr } = await since(ref, repository({ 'e.yaml': BAD }))
    expect(stderr).toContain(message)
    expect(stderr.length).toBeLessThan(1000)
    expect(code).toBe(2)
  })
})

describe('--changed-since with submodules', () => {
  function withSubmodule(): string {
    const library = repository({ 'deep/s.yaml': BAD })
    const folder = repository({ 'e.yaml': entry() })
    git(folder, ['submodule', '--quiet', 'add', library, 'lib/sub'])
    git(folder, ['commit', '-q', '-m', 'submodule'])
    return folder
  }

  it('knows what the submodule had in the commit', async () => {
    const folder = withSubmodule()
    for (const path of ['.', 'lib', 'lib/sub', 'lib/sub/deep', 'lib/sub/deep/s.yaml', 'lib/sub/deep/*.yaml']) {
      expect(await since('HEAD', folder, [path])).toMatchObject({ code: 0, files: [] })
    }
    expect(await since('HEAD', join(folder, 'lib'), ['sub/deep'])).toMatchObject({ code: 0, files: [] })
    writeFileSync(join(folder, 'lib/sub/new.yaml'), entry({ name: 'new', host: 'c_d.example.com' }))
    expect(await since('HEAD', folder)).toMatchObject({ code: 1, files: ['lib/sub/new.yaml'] })
  })

  it('reports all of a submodule that the commit does not have', async () => {
    expect(await since('HEAD~1', withSubmodule(), ['lib/sub'])).toMatchObject({
      code: 1,
      files: ['lib/sub/deep/s.yaml'],
    })
  })

  it('passes over a submodule that is not checked out', async () => {
    const folder = withSubmodule()
    git(folder, ['submodule', '--quiet', 'deinit', '-f', 'lib/sub'])
    expect(await since('HEAD', folder)).toMatchObject({ code: 0, files: [] })
  })

  it('refuses a submodule that lacks its commit', async () => {
    const folder = withSubmodule()
    git(folder, ['update-index', '--cacheinfo', `160000,${MISSING},lib/sub`])
    git(folder, ['commit', '-q', '-m', 'elsewhere'])
    const { code, stderr } = await since('HEAD', folder)
    expect(stderr).toContain(`the submodule lib/sub lacks the commit ${MISSING}`)
    expect(code).toBe(2)
  })
})

/** A git that waits for ever before it gives contents, so that a run has a temporary folder until it is stopped. */
const SLOW_GIT = `#!/bin/sh
case "$*" in *--batch*) exec sleep 20 ;; esac
PATH=\${PATH#*:} exec git "$@"
`

describe('the temporary folder of --changed-since', () => {
  it.each(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const)('is gone after %s', async (signal) => {
    const folder = repository({ 'e.yaml': BAD })
    const tools = folderOf({ 'bin/git': SLOW_GIT })
    chmodSync(join(tools, 'bin/git'), 0o755)
    const temporary = join(tools, 'tmp')
    mkdirSync(temporary)
    const env = { ...process.env, TMPDIR: temporary, PATH: `${join(tools, 'bin')}:${process.env.PATH}` }
    const argv = [...PROGRAM.slice(1), 'lint', '.', '--changed-since', 'HEAD']
    const child = spawn(PROGRAM[0], argv, { cwd: folder, env, stdio: 'ignore' })
    const ended = once(child, 'exit')
    while (readdirSync(temporary).length === 0 && child.exitCode === null) await sleep(20)
    expect(readdirSync(temporary)).toHaveLength(1)
    child.kill(signal)
    expect(await ended).toEqual([null, signal])
    expect(readdirSync(temporary)).toEqual([])
  })

  it('is gone after an ordinary end, and must be possible', async () => {
    const folder = repository({ 'e.yaml': BAD })
    const gone = folderOf({})
    rmSync(gone, { recursive: true })
    const { TMPDIR } = process.env
    try {
      process.env.TMPDIR = gone
      const { code, stderr } = await since('HEAD', folder)
      expect(stderr).toContain(`no folder can be made in ${gone}`)
      expect(code).toBe(2)
      mkdirSync(gone)
      await since('HEAD', folder)
      expect(existsSync(gone) && readdirSync(gone)).toEqual([])
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = TMPDIR
      rmSync(gone, { recursive: true, force: true })
    }
  })
})
