/** Files that are there as a whole or not at all. */
import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
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
