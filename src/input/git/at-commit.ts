/** Reads the same input at a commit. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { DEFAULT_LIMITS } from '../../sources/index.ts'
import { isInside } from '../files/paths.ts'
import type { Reporter } from '../reporter.ts'
import {
  type ExcludeRequest,
  type InputRequest,
  type MeshRequest,
  pathsOf,
  type RemoteRequest,
  STDIN,
  type ViewRequest,
} from '../request.ts'
import { Git, type TreeFile } from './git.ts'

const FLAG = '--changed-since'
/** Manifests, and files that decide which of them are read. */
const MANIFEST = /\.(?:yaml|yml|json)$|(?:^|\/)(?:Kustomization|\.gitignore|\.vipctlignore)$/i
const IGNORE_FILES = ['.gitignore', '.vipctlignore'] as const
const WILDCARD = /[*?[{]/
/** With more paths than a command line can take, the whole tree is listed. */
const MOST_PATHS = 500
/** Excludes options; commit names have no spaces or control characters. */
const REF = /^[^-\s\p{Cc}][^\s\p{Cc}]*$/u

/** The part before the first wildcard. */
function fixedPart(path: string): string {
  const parts = path.split('/')
  const first = parts.findIndex((part) => WILDCARD.test(part))
  return first < 0 ? path : parts.slice(0, first).join('/')
}

/** The real path of a file or folder that may not exist: the nearest existing folder, and the rest. */
async function realOrAbsent(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(await realOrAbsent(folder), relative(folder, path))
  }
}

/** The folder with the files of a commit. */
class Checkout {
  readonly #cwd: string
  readonly #top: string
  readonly #folder: string

  /** @param cwd the real path; @param top the repository's top; @param folder receives the files */
  constructor(cwd: string, top: string, folder: string) {
    this.#cwd = cwd
    this.#top = top
    this.#folder = folder
  }

  get cwd(): string {
    return join(this.#folder, relative(this.#top, this.#cwd))
  }

  /** The path relative to the repository's top; undefined outside the repository. */
  async inRepository(path: string): Promise<string | undefined> {
    const real = await realOrAbsent(resolve(this.#cwd, fixedPart(path)))
    return isInside(this.#top, real) ? relative(this.#top, real) : undefined
  }

  /** The path of the same input at the commit; undefined when the commit does not have it. */
  async translated(path: string): Promise<string | undefined> {
    const inside = await this.inRepository(path)
    if (inside === undefined) return resolve(this.#cwd, path)
    const fixed = fixedPart(path)
    const target = join(this.#folder, inside)
    if (!existsSync(target)) return undefined
    return isAbsolute(path) ? target + path.slice(fixed.length) : path
  }

  /** The path of a folder at the commit, whether or not it exists there. */
  async folder(path: string): Promise<string> {
    const real = await realOrAbsent(path)
    return isInside(this.#top, real) ? join(this.#folder, relative(this.#top, real)) : path
  }

  async put({ path }: TreeFile, content: Buffer): Promise<void> {
    const target = join(this.#folder, path)
    // A crafted tree may contain any path.
    if (!isInside(this.#folder, target)) return
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
}

const allPaths = ({ input, proxy }: ViewRequest): readonly string[] => [
  ...pathsOf(input),
  ...(proxy.node === undefined ? [] : [proxy.node]),
]

/** The files of the commit that the input may refer to. */
function wanted(files: readonly TreeFile[], paths: readonly string[]): readonly TreeFile[] {
  const named = new Set(paths)
  const isBelow = (path: string): boolean => {
    for (let folder = path; folder !== '.'; folder = dirname(folder)) if (named.has(folder)) return true
    return named.has('')
  }
  return files.filter(
    ({ path, size }) => size <= DEFAULT_LIMITS.fileBytes && (named.has(path) || (MANIFEST.test(path) && isBelow(path))),
  )
}

async function translatedPaths(paths: readonly string[], checkout: Checkout): Promise<readonly string[]> {
  const translated = await Promise.all(paths.map((path) => checkout.translated(path)))
  return translated.filter((path) => path !== undefined)
}

const translatedPath = async (path: string | undefined, checkout: Checkout): Promise<string | undefined> =>
  path === undefined ? undefined : checkout.translated(path)

async function translatedMesh(mesh: MeshRequest, checkout: Checkout): Promise<MeshRequest> {
  return mesh.kind === 'cluster' ? mesh : { ...mesh, paths: await translatedPaths(mesh.paths, checkout) }
}

async function translatedRemotes(
  remotes: readonly RemoteRequest[],
  checkout: Checkout,
): Promise<readonly RemoteRequest[]> {
  const translated = await Promise.all(remotes.map(({ path }) => checkout.translated(path)))
  return remotes.flatMap(({ id }, index) => {
    const path = translated[index]
    return path === undefined ? [] : [{ id, path }]
  })
}

/** Patterns are relative to the same folders at the commit. */
async function translatedExclude(exclude: ExcludeRequest, checkout: Checkout): Promise<ExcludeRequest> {
  const patterns = exclude.patterns.map(async (each) => ({ ...each, folder: await checkout.folder(each.folder) }))
  return { ...exclude, patterns: await Promise.all(patterns) }
}

async function translated({ input, proxy }: ViewRequest, checkout: Checkout): Promise<ViewRequest> {
  const { mesh, over, remotes, istiod } = input
  return {
    input: {
      ...input,
      cwd: checkout.cwd,
      exclude: await translatedExclude(input.exclude, checkout),
      mesh: await translatedMesh(mesh, checkout),
      over: await translatedPaths(over, checkout),
      remotes: await translatedRemotes(remotes, checkout),
      istiod: { ...istiod, meshConfig: await translatedPath(istiod.meshConfig, checkout) },
    },
    proxy: {
      ...proxy,
      // The proxy is not part of the mesh, so today's node is used if the commit has none.
      node: (await translatedPath(proxy.node, checkout)) ?? (proxy.node && resolve(input.cwd, proxy.node)),
    },
  }
}

/** Files above a path that decide what is read. */
function ignoreFilesAbove(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>()
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder)
    if (path !== '') folders.add('')
  }
  return [...folders].flatMap((folder) => IGNORE_FILES.map((name) => join(folder, name)))
}

async function fill(
  checkout: Checkout,
  git: Git,
  commit: string,
  request: ViewRequest,
  reporter: Reporter,
): Promise<void> {
  const paths: string[] = []
  for (const path of allPaths(request)) {
    const inside = await checkout.inRepository(path)
    if (inside !== undefined) paths.push(inside)
    else await reporter.note(`${FLAG}: ${path} is outside the repository: it is the same on both sides`)
  }
  paths.push(...ignoreFilesAbove(paths))
  const isAll = paths.length > MOST_PATHS || paths.includes('')
  const files = paths.length === 0 ? [] : wanted(await git.files(commit, isAll ? [] : paths), paths)
  const links = files.filter(({ isLink }) => isLink).length
  if (links > 0) await reporter.note(`${FLAG}: ${links} symbolic links of the commit are not followed`)
  const plain = files.filter(({ isLink }) => !isLink)
  for await (const [file, content] of git.contents(plain)) await checkout.put(file, content)
}

/** The files that a request compares: those over the mesh, otherwise those of the mesh. */
const filesOf = ({ mesh, over }: InputRequest, isOverlay: boolean): readonly string[] =>
  isOverlay || mesh.kind === 'cluster' ? over : mesh.paths

/** @throws UserError when the input has no earlier version */
function checkInput(ref: string, { input }: ViewRequest, paths: readonly string[], isOverlay: boolean): void {
  if (!REF.test(ref)) throw new UserError(`${FLAG}: ${JSON.stringify(ref)} is not a name of a commit, branch or tag`)
  if (paths.includes(STDIN)) {
    throw new UserError(`${FLAG}: standard input has no earlier version`, 'name files, or use --baseline')
  }
  if (filesOf(input, isOverlay).length === 0) {
    throw new UserError(`${FLAG}: a live cluster has no earlier version`, 'name files, or use --baseline')
  }
}

/**
 * Copies the files of a request at a commit to a temporary folder.
 * @param ref a commit, branch or tag; followed by `...`, the point where the current branch left it
 * @param use receives a request that reads the copies
 * @returns the result of `use`; undefined when the commit does not have the input
 * @throws UserError when the commit does not exist, or when the input is not in files
 */
export async function atCommit<T>(
  ref: string,
  request: ViewRequest,
  reporter: Reporter,
  use: (request: ViewRequest) => Promise<T>,
): Promise<T | undefined> {
  const { input } = request
  const isOverlay = input.over.length > 0
  checkInput(ref, request, allPaths(request), isOverlay)
  const cwd = await realpath(input.cwd)
  const git = new Git(cwd, input.env)
  const top = await realpath(await git.top())
  const commit = await git.commit(ref)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'vipctl-')))
  try {
    const checkout = new Checkout(cwd, top, folder)
    await fill(checkout, git, commit, request, reporter)
    await mkdir(checkout.cwd, { recursive: true })
    // Ignore files above the top of the repository must not apply.
    await mkdir(join(folder, '.git'), { recursive: true })
    const base = await translated(request, checkout)
    return filesOf(base.input, isOverlay).length === 0 ? undefined : await use(base)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
