/**
 * Patterns of file names on the command line and in `.vipctl.yaml`: `*` and `?` within a name, `[a-z]`, `{a,b}`, and
 * `**` for any number of folders. Names are matched in linear time, because a pattern and the names may come from a
 * hostile repository. Hidden files and folders match only what begins with a dot.
 */
import type { Stats } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { ANY_FOLDERS, type NameTest, shellPattern } from '../../common/globs.ts'
import { type Entry, entriesOf, statOf } from './names.ts'
import { SKIPPED_FOLDER } from './walk.ts'

/** A file that matches a pattern, or something else that is not a folder. */
export interface MatchedFile {
  /** Relative to the working directory. */
  readonly name: string
  /** Absolute. */
  readonly path: string
  readonly info: Stats
}

/** Alternatives of several braces multiply. */
const MOST_ALTERNATIVES = 1_000

/** The offsets of the braces and commas of the first alternatives; undefined without any. */
function firstBraces(pattern: string): readonly number[] | undefined {
  let depth = 0
  let places: number[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]
    if (character === '\\') at++
    else if (character === '{' && depth++ === 0) places = [at]
    else if (character === ',' && depth === 1) places.push(at)
    else if (character === '}' && depth > 0 && --depth === 0) {
      if (places.length > 1) return [...places, at]
    }
  }
  return undefined
}

/** The patterns without braces. @throws UserError when there are too many */
function alternativesOf(pattern: string): readonly string[] {
  const done: string[] = []
  const pending = [pattern]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const places = firstBraces(next)
    const [open = 0, ...ends] = places ?? []
    if (!places) done.push(next)
    let from = open + 1
    for (const end of ends) {
      pending.push(next.slice(0, open) + next.slice(from, end) + next.slice((ends.at(-1) as number) + 1))
      from = end + 1
    }
    if (done.length + pending.length > MOST_ALTERNATIVES) {
      throw new UserError(`its braces have more than ${MOST_ALTERNATIVES} alternatives`)
    }
  }
  return done
}

const WILDCARD = /[*?[\\]/

interface Step {
  readonly isAnyFolders: boolean
  /** Whether it leads through links to folders. Wildcards do not, so that links cannot multiply what is searched. */
  readonly followsLinks: boolean
  readonly matches: NameTest
}

function stepOf(part: string): Step {
  const test = shellPattern(part)
  const takesHidden = part.startsWith('.') || part.startsWith('\\.')
  return {
    isAnyFolders: part === ANY_FOLDERS,
    followsLinks: !WILDCARD.test(part),
    matches: takesHidden ? test : (name) => !name.startsWith('.') && test(name),
  }
}

/** A search for the files that match one pattern without braces. */
class Search {
  readonly #steps: readonly Step[]
  readonly #cwd: string
  readonly #skips: boolean
  readonly #found: Map<string, MatchedFile>

  constructor(parts: readonly string[], cwd: string, found: Map<string, MatchedFile>) {
    this.#steps = parts.map(stepOf)
    this.#cwd = cwd
    this.#skips = !parts.includes(SKIPPED_FOLDER)
    this.#found = found
  }

  run(folder: string): void {
    this.#visit(folder, this.#closed(new Set([0])))
  }

  /** Adds the positions after each `**`, which may stand for no folder at all. */
  #closed(positions: ReadonlySet<number>): ReadonlySet<number> {
    const all = new Set(positions)
    for (const position of all) if (this.#steps[position]?.isAnyFolders) all.add(position + 1)
    return all
  }

  #visit(folder: string, positions: ReadonlySet<number>): void {
    if (positions.size === 0) return
    let entries: readonly Entry[]
    try {
      entries = entriesOf(folder)
    } catch {
      return
    }
    for (const entry of entries)
      if (!this.#skips || entry.name !== SKIPPED_FOLDER) this.#enter(folder, entry, positions)
  }

  #enter(folder: string, { name, kind }: Entry, positions: ReadonlySet<number>): void {
    const next = new Set<number>()
    const inside = new Set<number>()
    for (const position of positions) {
      const step = this.#steps[position]
      if (step?.isAnyFolders && !name.startsWith('.')) inside.add(position)
      else if (step && !step.isAnyFolders && step.matches(name)) next.add(position + 1)
    }
    if (next.size + inside.size === 0) return
    const path = join(folder, name)
    const info = kind === 'folder' ? undefined : this.#infoOf(path)
    if (kind === 'folder') this.#visit(path, this.#closed(new Set([...next, ...inside])))
    else if (info?.isDirectory()) this.#visit(path, this.#closed(this.#throughLink(next)))
    else if (info && (next.has(this.#steps.length) || this.#endsIn(inside))) this.#add(path, info)
  }

  #throughLink(positions: ReadonlySet<number>): ReadonlySet<number> {
    return new Set([...positions].filter((position) => this.#steps[position - 1]?.followsLinks))
  }

  /** Whether a pattern ends with `**`, which is every file. */
  #endsIn(positions: ReadonlySet<number>): boolean {
    return positions.has(this.#steps.length - 1)
  }

  #infoOf(path: string): Stats | undefined {
    try {
      return statOf(path)
    } catch {
      return undefined
    }
  }

  #add(path: string, info: Stats): void {
    const name = relative(this.#cwd, path)
    this.#found.set(name, { name, path, info })
  }
}

/**
 * The files that match a pattern.
 * @throws UserError when the pattern has too many alternatives
 */
export function filesMatching(pattern: string, cwd: string): Iterable<MatchedFile> {
  const found = new Map<string, MatchedFile>()
  for (const alternative of alternativesOf(pattern)) {
    const parts = alternative.split('/').filter((part) => part !== '' && part !== '.')
    const wild = parts.findIndex((part) => WILDCARD.test(part))
    const fixed = wild < 0 ? parts.slice(0, -1) : parts.slice(0, wild)
    const start = resolve(cwd, alternative.startsWith('/') ? '/' : '.', ...fixed)
    new Search(parts.slice(fixed.length), cwd, found).run(start)
  }
  return found.values()
}
