/** Writes files: each completely or not at all, and all of those that belong together or none. */
import { randomBytes } from 'node:crypto'
import { type BigIntStats, constants, copyFileSync, linkSync, renameSync, rmSync } from 'node:fs'
import {
  access,
  appendFile,
  copyFile,
  type FileHandle,
  mkdir,
  open,
  readFile,
  realpath,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { removeAtEnd, removeNow } from '../leftovers.ts'

/** A file to write. */
export interface FileContent {
  /** Absolute. For a link, its target is replaced. */
  readonly path: string
  /** Pieces of an iterable are computed during writing. */
  readonly content: string | Uint8Array | Iterable<string> | { readonly copyOf: string }
  /** Permissions of a new file, from which the umask takes; an existing file keeps its own. */
  readonly mode?: number
  /** What the file must still hold when it is replaced. */
  readonly expected?: Uint8Array
  /** Whether to make its folder if there is none. */
  readonly makesFolder?: boolean
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'a file is where its folder would be'],
  ['EEXIST', 'a file is where its folder would be'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system may only be read'],
  ['ENOSPC', 'no space is left there'],
  ['EDQUOT', 'no space is left there'],
  ['EFBIG', 'the file would be larger than allowed'],
  ['EBUSY', 'it is in use, perhaps mounted by itself'],
])

/** Why a file cannot be written, as text. @param error from `node:fs` or of this module */
export function writeFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return REASONS.get(code ?? '') ?? message
}

/** A file cannot be written; nothing has changed. The message is the reason. */
export class WriteError extends Error {
  override readonly name = 'WriteError'
  /** As given. */
  readonly path: string

  constructor(path: string, reason: unknown) {
    super(typeof reason === 'string' ? reason : writeFailure(reason))
    this.path = path
  }
}

const PERMISSIONS = 0o7777n
const ANY_WRITE = 0o222n
const ANYONE = 0o666
const OWNER_ONLY = 0o600

/** Facts of a path; undefined when there is nothing. */
async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Why an existing file must not be replaced by a new one. */
function refusalOf({ mode, nlink }: BigIntStats): string | undefined {
  if ((mode & ANY_WRITE) === 0n) return 'it may only be read'
  return nlink > 1n ? `it has ${nlink} hard links, and the others would keep the old content` : undefined
}

const isSame = (a: BigIntStats, b: BigIntStats | undefined): boolean =>
  b !== undefined && a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs

/** A name in the same folder, because renaming only works within a file system. */
const temporaryName = (path: string): string =>
  join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`)

/** A file whose new content is complete under another name. */
interface Staged {
  readonly file: FileContent
  /** Where links lead. */
  readonly target: string
  readonly temporary: string
  /** undefined for a new file. */
  readonly old: BigIntStats | undefined
  /** The old file under another name, until all are replaced. */
  backup?: string
}

/** Gives a new file the owner and permissions of the one that it replaces. */
async function keepAttributes(handle: FileHandle, old: BigIntStats): Promise<void> {
  const { uid, gid } = await handle.stat({ bigint: true })
  if (uid !== old.uid || gid !== old.gid) {
    await handle.chown(Number(old.uid), Number(old.gid)).catch(() => {
      throw new Error('it belongs to another user or group, which a new file would not')
    })
  }
  // After the change of owner, which removes set-user-ID and set-group-ID.
  await handle.chmod(Number(old.mode & PERMISSIONS))
}

/** Writes all files or none. */
class Transaction {
  readonly #staged: Staged[] = []
  /** Folders that were made, outer ones first. */
  readonly #folders: string[] = []

  async run(files: readonly FileContent[]): Promise<void> {
    try {
      for (const file of files) await this.#at(file, () => this.#stage(file))
      for (const staged of this.#staged) await this.#at(staged.file, () => this.#check(staged))
      this.#replaceAll()
    } catch (error) {
      await this.#clear()
      for (const folder of this.#folders.reverse()) await rmdir(folder).catch(() => undefined)
      throw error
    }
    await this.#clear()
  }

  async #at(file: FileContent, step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      throw error instanceof WriteError ? error : new WriteError(file.path, error)
    }
  }

  async #stage(file: FileContent): Promise<void> {
    const old = await statOf(file.path)
    if (old?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    const refusal = old && refusalOf(old)
    if (refusal) throw new Error(refusal)
    const target = old ? await realpath(file.path) : file.path
    if (old) await access(target, constants.W_OK)
    else if (file.makesFolder) await this.#makeFolder(dirname(target))
    const staged: Staged = { file, target, temporary: temporaryName(target), old }
    this.#staged.push(staged)
    removeAtEnd(staged.temporary)
    await this.#write(staged)
  }

  async #makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true })
    if (first === undefined) return
    const made: string[] = []
    for (let at = folder; at.length >= first.length; at = dirname(at)) made.unshift(at)
    this.#folders.push(...made)
  }

  async #write({ file: { content, mode = ANYONE }, temporary, old }: Staged): Promise<void> {
    const handle = await open(temporary, 'wx', old ? OWNER_ONLY : mode)
    try {
      if (typeof content === 'object' && 'copyOf' in content) await copyFile(content.copyOf, temporary)
      else await writeFile(handle, content)
      if (old) await keepAttributes(handle, old)
      // Some file systems report only now that no space is left.
      await handle.datasync()
    } finally {
      await handle.close()
    }
  }

  /** @throws when the file has changed since it was read or staged */
  async #check({ file: { expected }, target, old }: Staged): Promise<void> {
    const now = await statOf(target)
    const isChanged = old ? !isSame(old, now) : now !== undefined
    if (isChanged || (expected && !(await readFile(target)).equals(expected))) {
      throw new Error('it has changed since it was read')
    }
  }

  /** Without a pause, so that a signal cannot end the program in the middle. */
  #replaceAll(): void {
    const replaced: Staged[] = []
    for (const staged of this.#staged) {
      try {
        if (this.#staged.length > 1) backUp(staged)
        renameSync(staged.temporary, staged.target)
        replaced.push(staged)
      } catch (error) {
        for (const { backup, target } of replaced.reverse()) {
          if (backup === undefined) rmSync(target, { force: true })
          else renameSync(backup, target)
        }
        throw new WriteError(staged.file.path, error)
      }
    }
  }

  /** Removes what is left beside the files. */
  async #clear(): Promise<void> {
    for (const { temporary, backup } of this.#staged) {
      await removeNow(temporary)
      if (backup !== undefined) await removeNow(backup)
    }
  }
}

function backUp(staged: Staged): void {
  const { old, target } = staged
  if (!old) return
  staged.backup = temporaryName(target)
  removeAtEnd(staged.backup)
  try {
    linkSync(target, staged.backup)
  } catch {
    // Not all file systems have hard links.
    copyFileSync(target, staged.backup, constants.COPYFILE_EXCL)
  }
}

/**
 * Writes files so that other programs read either the old or the new content of each. All are written before the first
 * one takes its place, so a full disk changes nothing; if one cannot take its place, the others are put back. Existing
 * files keep their owner and permissions. Folders that were made are removed again after a failure.
 * @throws WriteError
 */
export async function writeAtomically(files: readonly FileContent[]): Promise<void> {
  await new Transaction().run(files)
}

/** Adds text to a file that other programs write, too. @throws errors of `node:fs` */
export const appendText = (path: string, text: string): Promise<void> => appendFile(path, text)

/**
 * Checks whether a file can be written, before there is anything to write.
 * @param path absolute
 * @throws errors with a reason that `writeFailure` gives
 */
export async function checkWritable(path: string): Promise<void> {
  const info = await statOf(path)
  if (info?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
  const refusal = info?.isFile() && refusalOf(info)
  if (refusal) throw new Error(refusal)
  // The replacement of a file is written next to it; devices and pipes are written to directly.
  await access(!info || info.isFile() ? dirname(path) : path, constants.W_OK)
}

/**
 * Writes a file atomically, or writes to a device or pipe.
 * @param path absolute
 * @param content pieces that are computed during writing
 * @throws WriteError, or errors of `node:fs` for a device or pipe
 */
export async function writeOutput(path: string, content: Iterable<string>): Promise<void> {
  const info = await statOf(path)
  if (info && !info.isFile()) await writeFile(path, content)
  else await writeAtomically([{ path, content }])
}
