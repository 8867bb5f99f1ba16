/** The folder of a sandbox: one that is removed, or one that the user keeps. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { UserError } from '../../common/errors.ts'

export interface SandboxFolder {
  readonly path: string
  readonly isTemporary: boolean
  /** Removes it if it is temporary. */
  readonly close: () => void
}

/** @throws UserError when it cannot be made */
export function openFolder(kept: string | undefined, cwd: string): SandboxFolder {
  try {
    if (kept !== undefined) {
      const path = resolve(cwd, kept)
      mkdirSync(path, { recursive: true })
      return { path: realpathSync(path), isTemporary: false, close: () => undefined }
    }
    const path = realpathSync(mkdtempSync(join(tmpdir(), 'vipctl-sandbox-')))
    const close = (): void => rmSync(path, { recursive: true, force: true })
    process.on('exit', close)
    return { path, isTemporary: true, close }
  } catch (error) {
    throw new UserError(`no folder can be made for the sandbox: ${(error as Error).message}`)
  }
}
