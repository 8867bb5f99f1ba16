/** The folder with the files of a commit. */
import { existsSync } from 'node:fs'
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { fixedPart, isInside } from '../files/paths.ts'
import { REPOSITORY } from '../files/repository.ts'
import { writeFailure } from '../files/write.ts'
import type { TreeEntry } from './git.ts'

const EXECUTABLE = 0o777

/** The real path of a file or folder that may not exist: the nearest existing folder, and the rest. */
async function realOrAbsent(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(await realOrAbsent(folder), relative(folder, path))
  }
}

/** Copies of the files of a commit, and the paths of the same input among them. */
export class Checkout {
  readonly #cwd: string
  readonly #top: string
  readonly #folder: string
  readonly #label: string

  /**
   * @param cwd the real path; @param top the repository's top; @param folder receives the files
   * @param label how messages name the commit
   */
  constructor(cwd: string, top: string, folder: string, label: string) {
    this.#cwd = cwd
    this.#top = top
    this.#folder = folder
    this.#label = label
  }

  /** The top of the repository. */
  get top(): string {
    return this.#top
  }

  /** The working directory among the copies. */
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

  /**
   * Writes a file.
   * @param folder the submodule that it is in; '' for the repository itself
   * @throws UserError when it cannot be written, or when the tree has another entry of the name
   */
  put(folder: string, entry: TreeEntry, content: Buffer): Promise<void> {
    const mode = entry.isExecutable ? EXECUTABLE : undefined
    return this.#make(folder, entry, (path) => writeFile(path, content, { flag: 'wx', mode }))
  }

  /**
   * Makes a link to a file that has been written.
   * @throws as `put`
   */
  link(folder: string, entry: TreeEntry, file: TreeEntry): Promise<void> {
    return this.#make(folder, entry, (path) => symlink(this.#pathOf(folder, file), path))
  }

  #pathOf(folder: string, { path, bytes }: TreeEntry): Buffer {
    // Names may have other separators on Windows.
    if (!isInside(this.#folder, join(this.#folder, folder, path)))
      throw new UserError(`${path} leads out of the commit`)
    return Buffer.concat([Buffer.from(`${join(this.#folder, folder)}/`), bytes])
  }

  async #make(folder: string, entry: TreeEntry, write: (path: Buffer) => Promise<void>): Promise<void> {
    const path = this.#pathOf(folder, entry)
    try {
      await mkdir(path.subarray(0, path.lastIndexOf('/')), { recursive: true })
      await write(path)
    } catch (error) {
      const name = join(folder, entry.path)
      throw new UserError(`${this.#label}: ${name} of the commit cannot be written: ${reasonOf(error)}`)
    }
  }

  /** Ignore files above the top of a repository, or of a submodule, must not apply. */
  async close(folder: string): Promise<void> {
    await mkdir(join(this.#folder, folder, REPOSITORY), { recursive: true })
  }
}

/** A working tree cannot have two entries of one name, but a crafted tree can. */
const CLASHES: ReadonlySet<string | undefined> = new Set(['EEXIST', 'EISDIR', 'ENOTDIR'])

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENAMETOOLONG') return 'the name is too long'
  return CLASHES.has(code) ? 'the commit has two entries of that name' : writeFailure(error)
}
