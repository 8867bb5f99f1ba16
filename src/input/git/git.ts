/** Reads a commit with git: its ID, its files and their content. No shell is involved. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import { PieceReader } from './pieces.ts'
import { type CommitWords, shownRef } from './words.ts'

/** An entry of a commit. */
export interface TreeEntry {
  /** Relative to the top of the repository. */
  readonly path: string
  /** The path's bytes, which need not be UTF-8. */
  readonly bytes: Buffer
  readonly object: string
  readonly kind: 'file' | 'link' | 'submodule'
  readonly isExecutable: boolean
  /** undefined for a submodule, and if git does not have the content. */
  readonly size: number | undefined
}

/** The content of a file, with its ID. */
export interface Blob {
  readonly object: string
  readonly content: Buffer
}

interface Finished {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * Hooks set the first ones for the index instead of the working directory; git finds the repository without them. The
 * others exclude GIT_LITERAL_PATHSPECS.
 */
const DROPPED_VARIABLES: ReadonlySet<string> = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
])

type Environment = Readonly<Record<string, string | undefined>>

function environment(env: Environment): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !DROPPED_VARIABLES.has(name))
  const own = {
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    // `:x.yaml` and `[a].yaml` are names.
    GIT_LITERAL_PATHSPECS: '1',
  }
  return { ...Object.fromEntries(kept), ...own }
}

/** Errors of git, and this program's messages for them. */
const FAILURES: readonly (readonly [says: RegExp, message: string, hint: string])[] = [
  [/not a git repository/, 'the working directory is in no git repository', 'run it inside the repository'],
  [/must be run in a work tree/, 'the repository has no working tree', 'run it in a clone that is checked out'],
  [
    /dubious ownership/,
    'git does not trust the repository: it belongs to another user',
    'git config --global --add safe.directory FOLDER',
  ],
]

function failure(label: string, stderr: string, what: string): UserError {
  const known = FAILURES.find(([says]) => says.test(stderr))
  if (known) return new UserError(`${label}: ${known[1]}`, known[2])
  const [first = ''] = stderr.trim().split('\n')
  return new UserError(`${label}: git cannot ${what}: ${first.slice(0, 300)}`)
}

const KINDS: ReadonlyMap<string, TreeEntry['kind']> = new Map([
  ['100644', 'file'],
  ['100755', 'file'],
  // Written by early versions of git.
  ['100664', 'file'],
  ['120000', 'link'],
  ['160000', 'submodule'],
])

/** Parses a line of `git ls-tree -l`: mode, type, object and size, then a tab and the path. */
function entryOf(line: Buffer): TreeEntry | undefined {
  const tab = line.indexOf(9)
  const [mode = '', , object = '', size = ''] = line.subarray(0, Math.max(tab, 0)).toString().split(/ +/)
  const kind = KINDS.get(mode)
  if (!kind) return undefined
  const bytes = line.subarray(tab + 1)
  const isExecutable = mode === '100755'
  // Instead of a size, git writes `BAD` if it does not have the content, and `-` for a submodule.
  return {
    path: bytes.toString(),
    bytes,
    object,
    kind,
    isExecutable,
    size: /^\d+$/.test(size) ? Number(size) : undefined,
  }
}

function linesOf(text: Buffer): readonly Buffer[] {
  const lines: Buffer[] = []
  let start = 0
  for (let end = text.indexOf(0); end >= 0; end = text.indexOf(0, start)) {
    lines.push(text.subarray(start, end))
    start = end + 1
  }
  return lines
}

export class Git {
  readonly #cwd: string
  readonly #env: Record<string, string | undefined>
  /** How messages name the commit. */
  readonly words: CommitWords

  constructor(cwd: string, env: Environment, words: CommitWords) {
    this.#cwd = cwd
    this.#env = environment(env)
    this.words = words
  }

  get #label(): string {
    return this.words.label
  }

  #start(args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn('git', args, { cwd: this.#cwd, env: this.#env, shell: false })
  }

  #run(args: readonly string[]): Promise<Finished> {
    return new Promise((resolve, reject) => {
      const child = this.#start(args)
      const stdout: Buffer[] = []
      const stderr: Buffer[] = []
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
      child.on('error', (error: NodeJS.ErrnoException) => reject(startFailure(this.#label, error)))
      child.on('close', (code) =>
        resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
      )
      child.stdin.on('error', () => undefined)
      child.stdin.end()
    })
  }

  async #text(args: readonly string[], what: string): Promise<string> {
    const { code, stdout, stderr } = await this.#run(args)
    if (code !== 0) throw failure(this.#label, stderr, what)
    return stdout.toString().replace(/\n$/, '')
  }

  /** The top folder of the working directory's repository. */
  async top(): Promise<string> {
    return this.#text(['rev-parse', '--show-toplevel'], 'find the repository')
  }

  /** @param ref a commit, branch or tag; followed by `...`, the point where the current branch left it */
  async commit(ref: string): Promise<string> {
    const isMergeBase = ref.endsWith('...')
    const name = isMergeBase ? ref.slice(0, -'...'.length) : ref
    const commit = await this.#resolve(name)
    if (!isMergeBase) return commit
    const { code, stdout } = await this.#run(['merge-base', commit, 'HEAD'])
    if (code === 0) return stdout.toString().trim()
    throw new UserError(
      `${this.words.of(ref)}: the current branch has nothing in common with ${shownRef(name)}`,
      await this.#depthHint(),
    )
  }

  async #resolve(ref: string): Promise<string> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]
    const { code, stdout, stderr } = await this.#run(args)
    if (code === 0) return stdout.toString().trim()
    if (stderr.trim() !== '') throw failure(this.#label, stderr, `find ${shownRef(ref)}`)
    throw new UserError(`${this.words.of(ref)}: there is no such commit, branch or tag`, await this.#refHint(ref))
  }

  async #refHint(ref: string): Promise<string> {
    const { stdout } = await this.#run(['for-each-ref', '--format=%(refname:short)', '--count=10000'])
    const close = nearest(ref, stdout.toString().split('\n'))
    return close ? `did you mean ${close}?` : await this.#depthHint()
  }

  async #depthHint(): Promise<string> {
    const { stdout } = await this.#run(['rev-parse', '--is-shallow-repository'])
    return stdout.toString().trim() === 'true'
      ? 'the clone is shallow: fetch the history first (git fetch --unshallow, or fetch-depth: 0 in GitHub Actions)'
      : 'git fetch gets the branches of a remote; they are called origin/NAME'
  }

  /**
   * The files, links and submodules of a commit.
   * @param paths files and folders to include, from the top; all when empty
   */
  async entries(commit: string, paths: readonly string[]): Promise<readonly TreeEntry[]> {
    const args = ['ls-tree', '-r', '-z', '-l', '--full-tree', commit, '--', ...paths]
    const { code, stdout, stderr } = await this.#run(args)
    if (code !== 0) throw failure(this.#label, stderr, 'list the files of the commit')
    return linesOf(stdout).flatMap((line) => entryOf(line) ?? [])
  }

  /** Whether the repository has a commit with this ID. */
  async has(commit: string): Promise<boolean> {
    const { code } = await this.#run(['cat-file', '-e', `${commit}^{commit}`])
    return code === 0
  }

  /** The content of files, in order. @throws UserError for content that git does not have */
  async *contents(files: readonly TreeEntry[]): AsyncIterable<readonly [file: TreeEntry, content: Buffer]> {
    const requests = files.map(({ object }) => Buffer.from(object))
    let index = 0
    for await (const blob of this.#batch([], requests)) {
      const file = files[index++] as TreeEntry
      if (blob === undefined) throw missingContent(this.#label, file)
      yield [file, blob.content]
    }
  }

  /** What links of a commit lead to, in order; undefined unless it is a file of the same commit. */
  async *targets(
    commit: string,
    links: readonly TreeEntry[],
  ): AsyncIterable<readonly [link: TreeEntry, target: Blob | undefined]> {
    // A request is a line.
    const asked = links.filter(({ bytes }) => !bytes.includes(10))
    const requests = asked.map(({ bytes }) => Buffer.concat([Buffer.from(`${commit}:`), bytes]))
    let index = 0
    for await (const blob of this.#batch(['--follow-symlinks'], requests)) {
      yield [asked[index++] as TreeEntry, blob]
    }
    for (const link of links) if (link.bytes.includes(10)) yield [link, undefined]
  }

  /** The answers of `git cat-file --batch`: files, or undefined for anything else. */
  async *#batch(options: readonly string[], requests: readonly Buffer[]): AsyncIterable<Blob | undefined> {
    if (requests.length === 0) return
    const child = this.#start(['cat-file', '--batch', ...options])
    const failed = new Promise<never>((_, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) => reject(startFailure(this.#label, error)))
    })
    failed.catch(() => undefined)
    // A process that has ended accepts no requests; its output says why.
    child.stdin.on('error', () => undefined)
    child.stdin.end(Buffer.concat(requests.flatMap((request) => [request, NEWLINE])))
    const reader = new PieceReader(child.stdout, this.#label)
    try {
      for (const _ of requests) {
        const header = await Promise.race([reader.line(), failed])
        const size = / (\d+)$/.exec(header)?.[1]
        const content = size === undefined ? undefined : await reader.bytes(Number(size))
        if (content) await reader.bytes(1)
        const object = /^([\da-f]+) blob \d+$/.exec(header)?.[1]
        yield object !== undefined && content ? { object, content } : undefined
      }
    } finally {
      child.kill()
    }
  }
}

const NEWLINE = Buffer.from('\n')

export const missingContent = (label: string, { path }: TreeEntry): UserError =>
  new UserError(`${label}: git has no content of ${path}`, 'fetch the whole repository first')

function startFailure(label: string, { code, message }: NodeJS.ErrnoException): UserError {
  if (code === 'ENOENT') return new UserError(`${label}: git is not installed`, 'it is needed to read the commit')
  if (code === 'E2BIG') return new UserError(`${label}: too many inputs`, 'name folders instead of files')
  return new UserError(`${label}: git cannot be started: ${message}`)
}
