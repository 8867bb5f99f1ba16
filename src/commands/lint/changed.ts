/** The same input as of a commit, so that only what a change brings need be reported. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { findingsNotIn } from '../../findings/lint/compare.ts'
import type { LintFinding } from '../../findings/lint/index.ts'
import { DEFAULT_LIMITS } from '../../sources/index.ts'
import { quietSession, type Session } from '../session.ts'
import { Git, type TreeFile } from './changed-git.ts'
import type { ConfigurableOptions } from './config-options.ts'

const FLAG = '--changed-since'
const STDIN = '-'
const MANIFEST = /\.(?:yaml|yml|json)$/i
const WILDCARD = /[*?[{]/
/** More paths than these do not go onto a command line; the whole tree is listed then. */
const MOST_PATHS = 500
/** It cannot be taken for an option, and no name of a commit has spaces or control characters. */
const REF = /^[^-\s\p{Cc}][^\s\p{Cc}]*$/u

/** How to read the input as of the commit. */
export interface BaseInput<O> {
  readonly options: O
  /** Its working directory is the same one in the commit; it says nothing. */
  readonly session: Session
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

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

  async put({ path }: TreeFile, content: Buffer): Promise<void> {
    const target = join(this.#folder, path)
    // A tree that was made by hand may name anything.
    if (!isInside(this.#folder, target)) return
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
}

function inputPaths({ filename, base, remote, meshConfig, node }: ConfigurableOptions): readonly string[] {
  const single = [meshConfig, node].filter((path) => path !== undefined)
  return [...(filename ?? []), ...(base ?? []), ...(remote ?? []).map(([, path]) => path), ...single]
}

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

async function translatedOptions<O extends ConfigurableOptions>(
  options: O,
  checkout: Checkout,
  session: Session,
): Promise<O> {
  const all = async (paths: readonly string[] = []): Promise<readonly string[]> => {
    const translated = await Promise.all(paths.map((path) => checkout.translated(path)))
    return translated.filter((path) => path !== undefined)
  }
  const remote: (readonly [string, string])[] = []
  for (const [id, path] of options.remote ?? []) {
    const translated = await checkout.translated(path)
    if (translated !== undefined) remote.push([id, translated])
  }
  const single = async (path: string | undefined) => (path === undefined ? undefined : await checkout.translated(path))
  return {
    ...options,
    filename: await all(options.filename),
    ...(options.base && { base: await all(options.base) }),
    remote,
    meshConfig: await single(options.meshConfig),
    // Whose view counts is no part of the mesh: the node of today does where the commit has none.
    node: (await single(options.node)) ?? (options.node && resolve(session.io.cwd, options.node)),
  }
}

async function fill(checkout: Checkout, git: Git, commit: string, options: ConfigurableOptions, session: Session) {
  const paths: string[] = []
  for (const path of inputPaths(options)) {
    const inside = await checkout.inRepository(path)
    if (inside !== undefined) paths.push(inside)
    else await session.note(`${FLAG}: ${path} lies outside of the repository: it counts as it is for both sides`)
  }
  const isAll = paths.length > MOST_PATHS || paths.includes('')
  const files = paths.length === 0 ? [] : wanted(await git.files(commit, isAll ? [] : paths), paths)
  const links = files.filter(({ isLink }) => isLink).length
  if (links > 0) await session.note(`${FLAG}: ${links} symbolic links of the commit are not followed`)
  const plain = files.filter(({ isLink }) => !isLink)
  for await (const [file, content] of git.contents(plain)) await checkout.put(file, content)
}

/** Of which the commit has none. */
const isEmpty = ({ filename }: ConfigurableOptions): boolean => (filename ?? []).length === 0

/**
 * Lints the same input as of a commit.
 * @param lintBase reads and lints; what it finds is handed back
 * @returns the findings of the commit; none when it lacks the input
 * @throws UserError when there is no such commit, or when the input is no file
 */
export async function findingsSince<O extends ConfigurableOptions>(
  ref: string,
  options: O,
  session: Session,
  lintBase: (base: BaseInput<O>) => Promise<readonly LintFinding[]>,
): Promise<readonly LintFinding[]> {
  if (!REF.test(ref)) throw new UserError(`${FLAG}: ${JSON.stringify(ref)} is no name of a commit, branch or tag`)
  if (inputPaths(options).includes(STDIN)) {
    throw new UserError(`${FLAG}: standard input has no earlier version`, 'name files, or use --baseline')
  }
  if (isEmpty(options)) {
    throw new UserError(`${FLAG}: a live cluster has no earlier version`, 'name files, or use --baseline')
  }
  const { io } = session
  const cwd = await realpath(io.cwd)
  const git = new Git(cwd, io.env)
  const top = await realpath(await git.top())
  const commit = await git.commit(ref)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'vipctl-')))
  try {
    const checkout = new Checkout(cwd, top, folder)
    await fill(checkout, git, commit, options, session)
    await mkdir(checkout.cwd, { recursive: true })
    const baseOptions = await translatedOptions(options, checkout, session)
    if (isEmpty(baseOptions)) return []
    const base = await quietSession(session, checkout.cwd)
    return await lintOrNothing(ref, { options: baseOptions, session: base }, session, lintBase)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function lintOrNothing<O>(
  ref: string,
  base: BaseInput<O>,
  session: Session,
  lintBase: (base: BaseInput<O>) => Promise<readonly LintFinding[]>,
): Promise<readonly LintFinding[]> {
  try {
    const findings = await lintBase(base)
    if (base.session.failed) {
      await session.note(`${FLAG}: not all of ${ref} can be read: findings of the rest of it count as new`)
    }
    return findings
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    await session.note(`${FLAG}: ${ref} cannot be linted, so that all findings count as new: ${error.message}`)
    return []
  }
}

export interface Changed {
  /** What the commit did not have; equal ones are counted. */
  readonly fresh: readonly LintFinding[]
  /** How many findings of the commit are there no more. */
  readonly gone: number
}

/** Parts the findings that a change brings from those that were there before. */
export function newFindings(now: readonly LintFinding[], before: readonly LintFinding[]): Changed {
  const fresh = findingsNotIn(now, before)
  return { fresh, gone: before.length - (now.length - fresh.length) }
}
