/** The same input as of a commit. */
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
/** Manifests, and files that say which of them are read. */
const MANIFEST = /\.(?:yaml|yml|json)$|(?:^|\/)(?:Kustomization|\.gitignore|\.vipctlignore)$/i
const IGNORE_FILES = ['.gitignore', '.vipctlignore'] as const
const WILDCARD = /[*?[{]/
/** More paths than these do not go onto a command line; the whole tree is listed then. */
const MOST_PATHS = 500
/** It cannot be taken for an option, and no name of a commit has spaces or control characters. */
const REF = /^[^-\s\p{Cc}][^\s\p{Cc}]*$/u

/** What stands before the first part with a wildcard. */
function fixedPart(path: string): string {
  const parts = path.split('/')
  const first = parts.findIndex((part) => WILDCARD.test(part))
  return first < 0 ? path : parts.slice(0, first).join('/')
}

/** The nearest real folder on a path, with what of the path is not there behind it. */
async function realOrAbsent(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(await realOrAbsent(folder), relative(folder, path))
  }
}

/** Where files of a commit are put. */
class Checkout {
  readonly #cwd: string
  readonly #top: string
  readonly #folder: string

  /** @param cwd real; @param top of the repository; @param folder takes its files */
  constructor(cwd: string, top: string, folder: string) {
    this.#cwd = cwd
    this.#top = top
    this.#folder = folder
  }

  get cwd(): string {
    return join(this.#folder, relative(this.#top, this.#cwd))
  }

  /** From the top of the repository; undefined for what lies outside of it. */
  async inRepository(path: string): Promise<string | undefined> {
    const real = await realOrAbsent(resolve(this.#cwd, fixedPart(path)))
    return isInside(this.#top, real) ? relative(this.#top, real) : undefined
  }

  /** The path by which the same input is read from the commit; undefined when the commit lacks it. */
  async translated(path: string): Promise<string | undefined> {
    const inside = await this.inRepository(path)
    if (inside === undefined) return resolve(this.#cwd, path)
    const fixed = fixedPart(path)
    const target = join(this.#folder, inside)
    if (!existsSync(target)) return undefined
    return isAbsolute(path) ? target + path.slice(fixed.length) : path
  }

  /** Where a folder is in the commit, whether it has it or not. */
  async folder(path: string): Promise<string> {
    const real = await realOrAbsent(path)
    return isInside(this.#top, real) ? join(this.#folder, relative(this.#top, real)) : path
  }

  async put({ path }: TreeFile, content: Buffer): Promise<void> {
    const target = join(this.#folder, path)
    // A tree that was made by hand may name anything.
    if (!isInside(this.#folder, target)) return
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
}

const allPaths = ({ input, proxy }: ViewRequest): readonly string[] => [
  ...pathsOf(input),
  ...(proxy.node === undefined ? [] : [proxy.node]),
]

/** The files of the commit that the input may name. */
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

/** Patterns start in the same folders of the commit. */
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
      // Whose view is taken is not a part of the mesh: the node of today does where the commit has none.
      node: (await translatedPath(proxy.node, checkout)) ?? (proxy.node && resolve(input.cwd, proxy.node)),
    },
  }
}

/** Files above a path that say what of it is read. */
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

/** The files that a request is about: those over the mesh, else those of the mesh. */
const filesOf = ({ mesh, over }: InputRequest, isOverlay: boolean): readonly string[] =>
  isOverlay || mesh.kind === 'cluster' ? over : mesh.paths

/** @throws UserError when there is no earlier version of the input */
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
 * Puts the files that a request names, as a commit has them, into a folder for a while.
 * @param ref a commit, branch or tag; with `...` behind it, where the current branch left it
 * @param use gets the request by which they are read
 * @returns what `use` returns; undefined when the commit lacks the input
 * @throws UserError when there is no such commit, or when the input is not in files
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
    // What lies above the top of the repository has no say in what is ignored.
    await mkdir(join(folder, '.git'), { recursive: true })
    const base = await translated(request, checkout)
    return filesOf(base.input, isOverlay).length === 0 ? undefined : await use(base)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
