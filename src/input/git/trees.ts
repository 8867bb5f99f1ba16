/** The files of a commit that an input may refer to, those of submodules included. */
import { realpath } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { DEFAULT_LIMITS } from '../../sources/index.ts'
import { isInside } from '../files/paths.ts'
import { isRepository } from '../files/repository.ts'
import { Git, missingContent, type TreeEntry } from './git.ts'

/** Manifests, and files that decide which of them are read. */
const MANIFEST = /\.(?:yaml|yml|json)$|(?:^|\/)(?:Kustomization|\.gitignore|\.vipctlignore)$/i
const IGNORE_FILES = ['.gitignore', '.vipctlignore'] as const
/** With more paths than a command line can take, the whole tree is listed. */
const MOST_PATHS = 500

/** A commit of a repository. */
interface Commit {
  readonly git: Git
  /** The repository's top folder in the working tree. */
  readonly top: string
  readonly commit: string
}

/** Wanted files and links of a repository or submodule. */
export interface Tree {
  readonly git: Git
  readonly commit: string
  /** The submodule's folder; '' for the repository itself. */
  readonly folder: string
  readonly files: readonly TreeEntry[]
}

/** The folders above a path that are in the repository, the nearest first, without the top. */
function foldersAbove(path: string): readonly string[] {
  const folders: string[] = []
  for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder)) folders.push(folder)
  return folders
}

/** What git has to list for paths: the paths, the files above them that decide what is read, and submodules above them. */
function listedFor(paths: readonly string[], top: string): readonly string[] {
  const above = [...new Set(paths.flatMap(foldersAbove))]
  const folders = paths.some((path) => path !== '') ? [...above, ''] : above
  const ignoreFiles = folders.flatMap((folder) => IGNORE_FILES.map((name) => join(folder, name)))
  // The commit lists a submodule, not what is in it.
  return [...paths, ...ignoreFiles, ...above.filter((folder) => isRepository(join(top, folder)))]
}

/** Names that git refuses to check out, because they lead out of the working tree or into the repository. */
const isRefusedPart = (part: string): boolean => part === '' || part === '.' || part === '..' || part === '.git'

/** @throws UserError for what is not in any working tree, and for content that git does not have */
function checkEntry(entry: TreeEntry, label: string): void {
  const { path, kind, size } = entry
  if (path.split('/').some(isRefusedPart)) {
    throw new UserError(`${label}: the commit has a file that git would not check out: ${path}`)
  }
  if (kind !== 'submodule' && size === undefined) throw missingContent(label, entry)
}

/** What of the folders that are named is wanted: programs that render may read any file. */
export type Wanted = 'manifests' | 'everything'

/** The entries of a commit that the input may refer to, and the submodules among them. */
function wanted(
  entries: readonly TreeEntry[],
  paths: readonly string[],
  what: Wanted,
  label: string,
): readonly TreeEntry[] {
  const named = new Set(paths)
  const isKind = (path: string): boolean => what === 'everything' || MANIFEST.test(path)
  const isBelow = (path: string): boolean => named.has('') || foldersAbove(path).some((folder) => named.has(folder))
  const isWanted = ({ path, kind }: TreeEntry): boolean =>
    named.has(path) || (isBelow(path) && (kind === 'submodule' || isKind(path)))
  const found = entries.filter(isWanted)
  for (const entry of found) checkEntry(entry, label)
  return found.filter(({ size = 0 }) => size <= DEFAULT_LIMITS.fileBytes)
}

/** The paths in a submodule that lie in it or contain it; '' for all of it. */
function pathsIn(folder: string, paths: readonly string[]): readonly string[] {
  if (paths.some((path) => isInside(join('/', path), join('/', folder)))) return ['']
  return paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => relative(folder, path))
}

/** Whether a folder is the top of another working tree, and no link. @param path without links above the folder */
const isCheckedOut = async (path: string): Promise<boolean> => isRepository(path) && (await realpath(path)) === path

/**
 * The wanted files of a commit, then those of its submodules, in the state that the commit names. A submodule that is not
 * checked out has no files in the working tree either, so it is left out.
 * @param paths of the input, relative to the top; '' for all
 * @throws UserError for a tree that git would not check out, for content that git does not have, and for a submodule
 *   that does not have the commit
 */
export async function* treesOf(
  { git, top, commit }: Commit,
  { paths, what }: { readonly paths: readonly string[]; readonly what: Wanted },
  env: Readonly<Record<string, string | undefined>>,
  folder = '',
): AsyncIterable<Tree> {
  const listed = listedFor(paths, top)
  const entries = await git.entries(commit, listed.length > MOST_PATHS || listed.includes('') ? [] : listed)
  const found = wanted(entries, listed, what, git.words.label)
  yield { git, commit, folder, files: found.filter(({ kind }) => kind !== 'submodule') }
  for (const { path, object, kind } of found) {
    if (kind !== 'submodule' || !(await isCheckedOut(join(top, path)))) continue
    const own = new Git(join(top, path), env, git.words)
    if (!(await own.has(object))) {
      const name = join(folder, path)
      throw new UserError(
        `${git.words.label}: the submodule ${name} lacks the commit ${object}`,
        `fetch it: git -C ${name} fetch`,
      )
    }
    const inside = pathsIn(path, paths)
    yield* treesOf({ git: own, top: join(top, path), commit: object }, { paths: inside, what }, env, join(folder, path))
  }
}
