/** Atomic file writes: a file is written completely or not at all. */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, appendFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A file to write; its folder exists. */
export interface FileContent {
  /** Absolute. */
  readonly path: string
  /** Pieces of an iterable are computed during writing. */
  readonly content: string | Buffer | Iterable<string>
  /** Permissions; the default of new files when absent. */
  readonly mode?: number
}

/** A name in the same folder, because renaming only works within a file system. */
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`)
}

/**
 * Writes files so that other programs read either the old or the new content. All files are written before the first is
 * renamed, so a full disk changes nothing.
 * @throws errors of `node:fs`
 */
export async function writeAtomically(files: readonly FileContent[]): Promise<void> {
  const written: { readonly temporary: string; readonly path: string }[] = []
  try {
    for (const { path, content, mode } of files) {
      const temporary = temporaryName(path)
      written.push({ temporary, path })
      await writeFile(temporary, content, { flag: 'wx', ...(mode !== undefined && { mode }) })
    }
    for (const { temporary, path } of written) await rename(temporary, path)
  } finally {
    for (const { temporary } of written) await rm(temporary, { force: true })
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'there is no such folder'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system may only be read'],
  ['ENOSPC', 'no space is left there'],
])

/** Why a file cannot be written, as text. @param error from `node:fs` */
export function writeFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return REASONS.get(code ?? '') ?? message
}

/** Adds text to a file that other programs write, too. @throws errors of `node:fs` */
export const appendText = (path: string, text: string): Promise<void> => appendFile(path, text)

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path)
  } catch {
    return undefined
  }
}

/**
 * Checks whether a file can be written, before there is anything to write.
 * @param path absolute
 * @throws errors of `node:fs` when it cannot
 */
export async function checkWritable(path: string): Promise<void> {
  const info = await statOf(path)
  if (info?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
  // The replacement of a file is written next to it; devices and pipes are written to directly.
  await access(!info || info.isFile() ? dirname(path) : path, constants.W_OK)
}

/**
 * Writes a file atomically, or writes to a device or pipe.
 * @param path absolute
 * @param content pieces that are computed during writing
 * @throws errors of `node:fs`
 */
export async function writeOutput(path: string, content: Iterable<string>): Promise<void> {
  const info = await statOf(path)
  if (info && !info.isFile()) await writeFile(path, content)
  // For a link, its target is replaced.
  else await writeAtomically([{ path: info ? await realpath(path) : path, content }])
}
