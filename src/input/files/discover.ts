import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { nearest } from '../../common/nearest.ts'
import type { SourceProblem } from '../../sources/document.ts'
import { failureText } from './failure.ts'
import { filesMatching, type MatchedFile } from './glob.ts'
import type { Exclusions } from './layout/exclusions.ts'
import type { Kustomization } from './layout/kustomize.ts'
import { realPath, shownName, specialKind, statOf } from './names.ts'
import { fixedPart, hasWildcard } from './paths.ts'
import {
  byBytes,
  EXTENSIONS,
  FolderWalk,
  type FoundFile,
  fileProblem,
  isManifest,
  isVisibleManifest,
  joinName,
  passedOver,
} from './walk.ts'

export interface Discovery {
  readonly files: readonly FoundFile[]
  readonly problems: readonly SourceProblem[]
  /** Folders with Helm charts, in the user's notation. */
  readonly charts?: readonly string[]
  readonly kustomizations?: readonly Kustomization[]
}

export interface DiscoverOptions {
  readonly cwd: string
  /** Whether folders are read with their subfolders. */
  readonly recursive: boolean
  /** What to exclude; nothing when absent. */
  readonly exclusions?: Exclusions | undefined
  /** Whether to leave out what kustomizations are built from. */
  readonly skipsBuilt?: boolean | undefined
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const withoutTrailingSlash = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') || '/' : path)

/** A search for manifests that only serves a hint visits at most this many folders. */
const HINT_FOLDERS = 1_000

function hasManifests(path: string): boolean {
  const walk = new FolderWalk({ recursive: true, mostFolders: HINT_FOLDERS })
  try {
    walk.walk(path, '')
  } catch {
    return false
  }
  return walk.files.length > 0
}

function discoverFolder(path: string, name: string, options: DiscoverOptions): Discovery {
  const { recursive, exclusions, skipsBuilt } = options
  const walk = new FolderWalk({ recursive, skipsBuilt, rules: exclusions?.at(path, recursive) })
  walk.walk(path, name)
  const { files, problems, hasLeftOut } = walk
  if (files.length > 0 || problems.some(({ severity }) => severity === 'error') || hasLeftOut) return walk
  const hint = !recursive && hasManifests(path) ? 'Its subfolders have some: add -R to read them too.' : undefined
  return { files: [], problems: [...problems, fileProblem(name, `holds no ${EXTENSIONS} files`, hint)] }
}

/** A suggestion for a path: its first missing part, with corrected spelling. */
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
  return { files: [], problems: [fileProblem(written, 'does not exist', hint)] }
}

/** The folder that a pattern starts from: the part before the first wildcard. */
function fixedFolder(pattern: string): string {
  const fixed = fixedPart(pattern)
  return fixed === '' && pattern.startsWith('/') ? '/' : fixed || '.'
}

function unmatched(pattern: string, cwd: string): Discovery {
  const folder = fixedFolder(pattern)
  if (!existsSync(resolve(cwd, folder))) {
    const guess = didYouMean(folder, cwd)
    const hint = `The folder ${folder} does not exist.${guess === undefined ? '' : ` Did you mean ${guess}?`}`
    return { files: [], problems: [fileProblem(pattern, 'matches no file', hint)] }
  }
  const manifest = byBytes(listNames(resolve(cwd, folder)), (name) => name).find(isVisibleManifest)
  const hint = manifest === undefined ? undefined : `The folder has, for example, ${joinName(folder, manifest)}.`
  return { files: [], problems: [fileProblem(pattern, 'matches no file', hint)] }
}

/** A pattern whose last part has no extension, such as `dir/*`, matches manifests only. */
function keepManifests(pattern: string, files: readonly MatchedFile[]): readonly MatchedFile[] {
  return basename(pattern).includes('.') ? files : files.filter(({ name }) => isManifest(name))
}

/** Whether an exclusion of the user applies to a path that the user named; .gitignore does not. */
function isExcluded(path: string, isFolder: boolean, { exclusions }: DiscoverOptions): boolean {
  return exclusions?.at(dirname(path), false).excludes(path, isFolder) ?? false
}

function discoverGlob(pattern: string, options: DiscoverOptions): Discovery {
  const { cwd } = options
  const matched = keepManifests(pattern, [...filesMatching(pattern, cwd)])
  const names = byBytes(matched, ({ name }) => name)
  if (names.length === 0) return unmatched(pattern, cwd)
  return foundFiles(names.filter(({ path }) => !isExcluded(path, false, options)))
}

/** Regular files, and notes about what else has such a name. */
function foundFiles(named: readonly MatchedFile[]): Discovery {
  const files: FoundFile[] = []
  const problems: SourceProblem[] = []
  for (const { name, path, info } of named) {
    const shown = shownName(name)
    if (info.isFile()) files.push({ name: shown, path, size: info.size, explicit: false })
    else problems.push(passedOver(shown, specialKind(info)))
  }
  return { files, problems }
}

function discoverExisting(written: string, options: DiscoverOptions): Discovery {
  const { cwd } = options
  const path = resolve(cwd, written)
  const info = statOf(path)
  if (info === undefined) return hasWildcard(written) ? discoverGlob(written, options) : missing(written, cwd)
  if (isExcluded(path, info.isDirectory(), options)) return { files: [], problems: [excludedNote(written)] }
  if (info.isDirectory()) return discoverFolder(path, withoutTrailingSlash(written), options)
  return { files: [{ name: written, path, size: info.isFile() ? info.size : 0, explicit: true }], problems: [] }
}

const excludedNote = (written: string): SourceProblem => ({
  severity: 'note',
  message: 'left out: an exclusion matches it',
  at: { file: written },
})

/**
 * The files that a path refers to: the file itself, the manifests in a folder, or the matches of a glob pattern, sorted
 * by the bytes of their names. Folders and patterns skip hidden files and folders and `node_modules`.
 * @param written the path as the user wrote it
 * Never throws: errors become problems.
 */
export function discover(written: string, options: DiscoverOptions): Discovery {
  try {
    return discoverExisting(written, options)
  } catch (error) {
    return { files: [], problems: [fileProblem(written, `cannot be read: ${failureText(error)}`)] }
  }
}

/** A path that is equal for equal files, however the user named them. */
export function identityOf(path: string): string {
  try {
    return realPath(path)
  } catch {
    return path
  }
}
