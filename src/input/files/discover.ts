import { type Dirent, existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { nearest } from '../../common/nearest.ts'
import type { SourceProblem } from '../../sources/document.ts'

/** A file to read. */
export interface FoundFile {
  /** As it is named in messages. */
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** In bytes; 0 for what has no size before it is read, as a pipe. */
  readonly size: number
  /** Whether the user named it, rather than the folder that it is in. */
  readonly explicit: boolean
}

export interface Discovery {
  readonly files: readonly FoundFile[]
  readonly problems: readonly SourceProblem[]
}

const MANIFEST = /\.(?:yaml|yml|json)$/i
const EXTENSIONS = '.yaml, .yml or .json'
const SKIPPED_FOLDER = 'node_modules'

const isHidden = (name: string): boolean => name.startsWith('.')

const isVisibleManifest = (name: string): boolean => !isHidden(name) && MANIFEST.test(name)

/** Sorts by the bytes of the names, as ls and Go do. */
function byBytes<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: Buffer.from(nameOf(item)) }))
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ item }) => item)
}

/** Why a file operation failed, without Node's code and path. */
export function failureText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const known: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ELOOP: 'the symbolic links form a loop',
    ENOENT: 'no such file or folder',
    ENOTDIR: 'a part of the path is not a folder',
    ENAMETOOLONG: 'the name is too long',
    EISDIR: 'it is a folder',
  }
  return (code !== undefined && known[code]) || message
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** A path as the user would write it, inside a folder that the user wrote. */
function joinName(folder: string, name: string): string {
  return folder === '.' || folder === '' ? name : folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

const withoutTrailingSlash = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') || '/' : path)

const problem = (file: string, message: string, hint?: string): SourceProblem =>
  hint === undefined ? { severity: 'error', message, at: { file } } : { severity: 'error', message, at: { file }, hint }

/** A look for manifests that nobody asked for, to give a hint, goes through no more folders than this. */
const HINT_FOLDERS = 1_000

/** One walk through a folder. */
class FolderWalk {
  readonly files: FoundFile[] = []
  readonly problems: SourceProblem[] = []
  readonly #recursive: boolean
  readonly #mostFolders: number
  readonly #entered = new Set<string>()

  constructor(recursive: boolean, mostFolders = Number.POSITIVE_INFINITY) {
    this.#recursive = recursive
    this.#mostFolders = mostFolders
  }

  walk(path: string, name: string): void {
    // Through links a folder may be met again, above all from inside itself.
    const real = realpathSync(path)
    if (this.#entered.has(real) || this.#entered.size >= this.#mostFolders) return
    this.#entered.add(real)
    for (const entry of byBytes(readdirSync(path, { withFileTypes: true }), ({ name }) => name)) {
      if (!isHidden(entry.name)) this.#attempt(entry, resolve(path, entry.name), joinName(name, entry.name))
    }
  }

  #attempt(entry: Dirent, path: string, name: string): void {
    if (entry.isFile() && !MANIFEST.test(entry.name)) return
    try {
      this.#visit(path, name)
    } catch (error) {
      if (MANIFEST.test(name) || entry.isDirectory())
        this.problems.push(problem(name, `cannot be read: ${failureText(error)}`))
    }
  }

  #visit(path: string, name: string): void {
    const info = statSync(path)
    if (info.isDirectory()) {
      if (this.#recursive && basename(path) !== SKIPPED_FOLDER) this.walk(path, name)
    } else if (MANIFEST.test(name)) this.files.push({ name, path, size: info.size, explicit: false })
  }
}

function hasManifests(path: string): boolean {
  const walk = new FolderWalk(true, HINT_FOLDERS)
  try {
    walk.walk(path, '')
  } catch {
    return false
  }
  return walk.files.length > 0
}

function discoverFolder(path: string, name: string, recursive: boolean): Discovery {
  const walk = new FolderWalk(recursive)
  walk.walk(path, name)
  if (walk.files.length > 0 || walk.problems.length > 0) return walk
  const hint = !recursive && hasManifests(path) ? 'Its subfolders have some: add -R to read them too.' : undefined
  return { files: [], problems: [problem(name, `holds no ${EXTENSIONS} files`, hint)] }
}

/** The path of what was probably meant: the first part that does not exist, respelt. */
function didYouMean(written: string, cwd: string): string | undefined {
  let name = withoutTrailingSlash(written)
  let rest = ''
  while (dirname(name) !== name && !existsSync(resolve(cwd, dirname(name)))) {
    rest = `/${basename(name)}${rest}`
    name = dirname(name)
  }
  const folder = dirname(name)
  const respelt = nearest(basename(name), listNames(resolve(cwd, folder)))
  if (respelt === undefined) return undefined
  const guess = joinName(name.includes('/') ? folder : '', respelt)
  return existsSync(resolve(cwd, guess + rest)) ? guess + rest : guess
}

function missing(written: string, cwd: string): Discovery {
  const guess = didYouMean(written, cwd)
  const hint = guess === undefined ? undefined : `Did you mean ${guess}?`
  return { files: [], problems: [problem(written, 'does not exist', hint)] }
}

const WILDCARD = /[*?[{]/

/** The folder that a pattern starts from: what stands before its first part with a wildcard. */
function fixedFolder(pattern: string): string {
  const parts = pattern.split('/')
  const first = parts.findIndex((part) => WILDCARD.test(part))
  const fixed = parts.slice(0, first).join('/')
  return fixed === '' && pattern.startsWith('/') ? '/' : fixed || '.'
}

function unmatched(pattern: string, cwd: string): Discovery {
  const folder = fixedFolder(pattern)
  if (!existsSync(resolve(cwd, folder))) {
    const guess = didYouMean(folder, cwd)
    const hint = `The folder ${folder} does not exist.${guess === undefined ? '' : ` Did you mean ${guess}?`}`
    return { files: [], problems: [problem(pattern, 'matches no file', hint)] }
  }
  const manifest = byBytes(listNames(resolve(cwd, folder)), (name) => name).find(isVisibleManifest)
  const hint = manifest === undefined ? undefined : `The folder has, for example, ${joinName(folder, manifest)}.`
  return { files: [], problems: [problem(pattern, 'matches no file', hint)] }
}

/** Patterns whose last part names no extension, such as `dir/*`, mean the manifests among what they match. */
function keepManifests(pattern: string, names: readonly string[]): readonly string[] {
  return basename(pattern).includes('.') ? names : names.filter((name) => MANIFEST.test(name))
}

async function discoverGlob(pattern: string, cwd: string): Promise<Discovery> {
  // Loaded only here: most runs name files and folders, and must start fast.
  const { globSync } = await import('tinyglobby')
  const ignore = pattern.includes(SKIPPED_FOLDER) ? [] : [`**/${SKIPPED_FOLDER}/**`]
  const matched = globSync(pattern, { cwd, onlyFiles: true, expandDirectories: false, dot: false, ignore })
  const names = byBytes(keepManifests(pattern, matched), (name) => name)
  if (names.length === 0) return unmatched(pattern, cwd)
  const files = names.map((name) => {
    const path = resolve(cwd, name)
    return { name, path, size: statSync(path, { throwIfNoEntry: false })?.size ?? 0, explicit: false }
  })
  return { files, problems: [] }
}

async function discoverExisting(written: string, cwd: string, recursive: boolean): Promise<Discovery> {
  const path = resolve(cwd, written)
  const info = statSync(path, { throwIfNoEntry: false })
  if (info === undefined) return WILDCARD.test(written) ? discoverGlob(written, cwd) : missing(written, cwd)
  if (info.isDirectory()) return discoverFolder(path, withoutTrailingSlash(written), recursive)
  return { files: [{ name: written, path, size: info.isFile() ? info.size : 0, explicit: true }], problems: [] }
}

/**
 * The files that a path means: itself, the manifests of a folder, or what a glob pattern matches, in the byte order of
 * the names. Hidden files and folders and `node_modules` are left out of folders and patterns.
 * @param written the path as the user wrote it
 * Never rejects: whatever is wrong is a problem.
 */
export async function discover(
  written: string,
  options: { readonly cwd: string; readonly recursive: boolean },
): Promise<Discovery> {
  try {
    return await discoverExisting(written, options.cwd, options.recursive)
  } catch (error) {
    return { files: [], problems: [problem(written, `cannot be read: ${failureText(error)}`)] }
  }
}

/** A path that is equal for equal files, however they were named. */
export function identityOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
