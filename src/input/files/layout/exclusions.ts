/** Exclusions in folders and patterns: from options, the configuration, and ignore files. */
import { dirname, join } from 'node:path'
import type { SourceProblem } from '../../../sources/document.ts'
import type { ExcludePattern, ExcludeRequest } from '../../request.ts'
import { isInside } from '../paths.ts'
import { readRegular } from '../read.ts'
import { REPOSITORY, repositoryOf } from '../repository.ts'
import { IgnoreList } from './gitignore.ts'

const OWN_FILE = '.vipctlignore'
const GIT_FILE = '.gitignore'
/** Patterns that a clone does not share. */
const GIT_EXCLUDE = join(REPOSITORY, 'info', 'exclude')
/** Ignore files have few lines; a larger file is something else. */
const LONGEST_FILE = 1_000_000

/** Characters with a meaning in patterns. */
const SPECIAL = /[\\*?[\]!#]/g

/**
 * Converts a folder's pattern to one from the root of the file system, so that the patterns of all folders form one
 * list in which the last match decides.
 * @returns undefined for blank lines and comments
 */
function fromRoot(line: string, folder: string): string | undefined {
  const text = line.replace(/\r$/, '').replace(/(?<!\\)\s+$/, '')
  if (text === '' || text.startsWith('#')) return undefined
  const isNegated = text.startsWith('!')
  const body = isNegated ? text.slice(1) : text
  const isAnchored = body.slice(0, -1).includes('/')
  const base = folder === '/' ? '' : folder.replace(SPECIAL, '\\$&')
  return `${isNegated ? '!' : ''}${base}/${isAnchored ? '' : '**/'}${body.replace(/^\//, '')}`
}

function patternsOfFile(path: string, folder: string): readonly string[] {
  let text: string
  try {
    text = readRegular(path, LONGEST_FILE).toString('utf8')
  } catch {
    return []
  }
  return text.split('\n').flatMap((line) => fromRoot(line, folder) ?? [])
}

/** Folders from `top` to `folder`, inclusive. */
function foldersBetween(top: string, folder: string): readonly string[] {
  const out = [folder]
  for (let at = folder; at !== top && dirname(at) !== at; ) {
    at = dirname(at)
    out.unshift(at)
  }
  return out
}

/** The top of a folder's repository; without one, the working directory or the folder itself. */
const topOf = (folder: string, cwd: string): string => repositoryOf(folder, isInside(cwd, folder) ? cwd : folder)

interface Patterns {
  /** From .gitignore files; the weakest. */
  readonly git: readonly string[]
  /** From .vipctlignore files. */
  readonly own: readonly string[]
}

/** The exclusions for the entries of one folder. */
export class FolderRules {
  readonly #exclusions: Exclusions
  readonly #patterns: Patterns
  readonly #matcher: IgnoreList

  constructor(exclusions: Exclusions, patterns: Patterns, matcher: IgnoreList) {
    this.#exclusions = exclusions
    this.#patterns = patterns
    this.#matcher = matcher
  }

  /** Whether an entry is excluded. @param path absolute */
  excludes(path: string, isFolder: boolean): boolean {
    this.#exclusions.noteMatches(path, isFolder)
    return this.#matcher.ignores(path, isFolder)
  }

  /** The exclusions in a subfolder, including its own ignore files. */
  inside(folder: string): FolderRules {
    const own = patternsOfFile(join(folder, OWN_FILE), folder)
    const git = this.#exclusions.gitignore ? patternsOfFile(join(folder, GIT_FILE), folder) : []
    if (own.length + git.length === 0) return this
    const patterns = { git: [...this.#patterns.git, ...git], own: [...this.#patterns.own, ...own] }
    return new FolderRules(this.#exclusions, patterns, this.#exclusions.matcherOf(patterns))
  }
}

interface Stated {
  readonly stated: ExcludePattern
  /** The pattern alone, without its negation. */
  readonly matcher: IgnoreList
}

/** The exclusions of one run. Records which of the stated patterns match. */
export class Exclusions {
  readonly #cwd: string
  readonly #stated: readonly string[]
  readonly #unmatched: Set<Stated>
  readonly gitignore: boolean

  /** @param cwd the folder that file names are relative to */
  constructor({ patterns, gitignore }: ExcludeRequest, cwd: string) {
    this.#cwd = cwd
    this.gitignore = gitignore
    this.#stated = patterns.flatMap(({ pattern, folder }) => fromRoot(pattern, folder) ?? [])
    this.#unmatched = new Set(
      patterns.map((stated) => {
        const positive = fromRoot(stated.pattern.replace(/^!/, ''), stated.folder)
        return { stated, matcher: new IgnoreList(positive === undefined ? [] : [positive]) }
      }),
    )
  }

  /** The last match decides: options and configuration override .vipctlignore, which overrides .gitignore. */
  matcherOf({ git, own }: Patterns): IgnoreList {
    return new IgnoreList([...git, ...own, ...this.#stated])
  }

  /** @param path absolute */
  noteMatches(path: string, isFolder: boolean): void {
    for (const each of this.#unmatched) if (each.matcher.ignores(path, isFolder)) this.#unmatched.delete(each)
  }

  /**
   * The exclusions for a folder or file that the user named, with the ignore files above it.
   * @param folder absolute: the folder itself, or that of the file
   * @param isSearched whether .gitignore applies: it does to files found in folders, not to those that the user names
   */
  at(folder: string, isSearched: boolean): FolderRules {
    const top = topOf(folder, this.#cwd)
    const all = foldersBetween(top, folder)
    // A folder's own ignore files are added when the walk enters it.
    const above = isSearched ? all.slice(0, -1) : all
    const own = above.flatMap((each) => patternsOfFile(join(each, OWN_FILE), each))
    const git = isSearched && this.gitignore ? this.#gitAbove(top, folder, above) : []
    const patterns = { git, own }
    return new FolderRules(this, patterns, this.matcherOf(patterns))
  }

  /** The .gitignore patterns above a folder; none if they exclude the folder itself, because the user named it. */
  #gitAbove(top: string, folder: string, above: readonly string[]): readonly string[] {
    const patterns = [
      ...patternsOfFile(join(top, GIT_EXCLUDE), top),
      ...above.flatMap((each) => patternsOfFile(join(each, GIT_FILE), each)),
    ]
    return new IgnoreList(patterns).ignores(folder, true) ? [] : patterns
  }

  /** A note for each stated pattern that has not matched. */
  problems(): readonly SourceProblem[] {
    return [...this.#unmatched].map(({ stated: { pattern, source } }) => ({
      severity: 'note',
      message: `${source}: the exclusion ${JSON.stringify(pattern)} matches nothing`,
    }))
  }
}
