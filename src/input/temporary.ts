/** Temporary folders that are removed however the program ends, unless it is killed with SIGKILL. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../common/errors.ts'
import { writeFailure } from './files/write.ts'

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const

const folders = new Set<string>()

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  folders.clear()
}

/** A handled signal no longer ends the program, so it is sent again without the handler. */
function endBy(signal: NodeJS.Signals): void {
  removeAll()
  unwatch()
  process.kill(process.pid, signal)
}

function watch(): void {
  process.on('exit', removeAll)
  for (const signal of SIGNALS) process.on(signal, endBy)
}

function unwatch(): void {
  process.off('exit', removeAll)
  for (const signal of SIGNALS) process.off(signal, endBy)
}

/** Without a pause in which a signal could come before the folder is known. */
function make(): string {
  try {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vipctl-')))
    folders.add(folder)
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
  if (folders.size === 0) watch()
  const folder = make()
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    folders.delete(folder)
    if (folders.size === 0) unwatch()
  }
}
