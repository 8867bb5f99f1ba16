/** Files and folders that are removed however the program ends, unless it is killed with SIGKILL. */
import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const

const paths = new Set<string>()

function removeAll(): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true })
  paths.clear()
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

/** Removes a path, which need not exist yet, if the program ends before `isSettled` is called for it. */
export function removeAtEnd(path: string): void {
  if (paths.size === 0) watch()
  paths.add(path)
}

/** Forgets a path that is gone, or that is no longer temporary. */
export function isSettled(path: string): void {
  if (paths.delete(path) && paths.size === 0) unwatch()
}

/** Removes a path before the program ends. */
export async function removeNow(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  isSettled(path)
}
