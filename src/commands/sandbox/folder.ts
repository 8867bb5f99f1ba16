/** The folder of a sandbox: one that is removed, or one that the user keeps. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'
import { Guard } from '../../sandbox/guard.ts'

/** Only the user reads and writes it, since it has keys. */
const PRIVATE = 0o700

export interface SandboxFolder {
  readonly path: string
  /** Removes the folder if it is temporary, however vipctl ends. */
  readonly guard: Guard
}

/** @throws UserError when it cannot be made */
export function openFolder(kept: string | undefined, cwd: string): SandboxFolder {
  try {
    if (kept !== undefined) {
      const path = resolve(cwd, kept)
      mkdirSync(path, { recursive: true })
      return { path: realpathSync(path), guard: new Guard(undefined) }
    }
    const path = join(realpathSync(tmpdir()), `vipctl-sandbox-${randomUUID()}`)
    // The guard comes first: nothing may end vipctl between the two.
    const guard = new Guard(path)
    mkdirSync(path, { mode: PRIVATE })
    return { path, guard }
  } catch (error) {
    throw new UserError(`no folder can be made for the sandbox: ${(error as Error).message}`)
  }
}
