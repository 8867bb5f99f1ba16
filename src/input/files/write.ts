/** Files that are there as a whole or not at all. */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A file to be written; its folder exists. */
export interface FileContent {
  /** Absolute. */
  readonly path: string
  /** Pieces of text are made while they are written. */
  readonly content: string | Buffer | Iterable<string>
  /** Permissions; those of new files when absent. */
  readonly mode?: number
}

/** A name beside the file: renaming works within one file system. */
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`)
}

/**
 * Writes files so that whoever reads one meanwhile finds the old or the new one. All are written before the first one
 * takes its place: a full disk changes nothing.
 * @throws what `node:fs` throws
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

/** Why a file cannot be written, in words. @param error of `node:fs` */
export function writeFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return REASONS.get(code ?? '') ?? message
}

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path)
  } catch {
    return undefined
  }
}

/**
 * Finds out whether a file can be written, before there is anything to write.
 * @param path absolute
 * @throws what `node:fs` throws when it cannot
 */
export async function checkWritable(path: string): Promise<void> {
  const info = await statOf(path)
  if (info?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
  // What takes the place of a file is written beside it; devices and pipes are written to.
  await access(!info || info.isFile() ? dirname(path) : path, constants.W_OK)
}

/**
 * Writes a file as a whole, or to a device or pipe.
 * @param path absolute
 * @param content pieces of text, made while they are written
 * @throws what `node:fs` throws
 */
export async function writeOutput(path: string, content: Iterable<string>): Promise<void> {
  const info = await statOf(path)
  if (info && !info.isFile()) await writeFile(path, content)
  // A link stays one: what it leads to is replaced.
  else await writeAtomically([{ path: info ? await realpath(path) : path, content }])
}
