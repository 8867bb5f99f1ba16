/** Temporary folders that are removed however the program ends, unless it is killed with SIGKILL. */
import { mkdtempSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../common/errors.ts'
import { writeFailure } from './files/write.ts'
import { isSettled, removeAtEnd } from './leftovers.ts'

/** Without a pause in which a signal could come before the folder is known. */
function make(): string {
  try {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vipctl-')))
    removeAtEnd(folder)
    return folder
  } catch (error) {
    throw new UserError(`no folder can be made in ${tmpdir()}: ${writeFailure(error)}`, 'TMPDIR names another folder')
  }
}

/**
 * Makes a folder for the time that `use` takes.
 * @throws UserError when none can be made, and what `use` throws
 */
export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = make()
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    isSettled(folder)
  }
}
