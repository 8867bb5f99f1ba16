/** Temporary folders that are removed however the program ends, unless it is killed with SIGKILL. */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../common/errors.ts'
import { writeFailure } from './files/write.ts'
import { isSettled, removeAtEnd, removeNow } from './leftovers.ts'

/** The name is known before the folder exists, because a signal may come between the two. */
function make(): string {
  const folder = join(tmpdir(), `vipctl-${randomUUID()}`)
  removeAtEnd(folder)
  try {
    mkdirSync(folder, { mode: 0o700 })
    return folder
  } catch (error) {
    isSettled(folder)
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
    return await use(await realpath(folder))
  } finally {
    await removeNow(folder)
  }
}
