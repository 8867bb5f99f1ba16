/** What is done however the program ends, unless it is killed with SIGKILL: files are removed, other programs ended. */
import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const

const paths = new Set<string>()
const others = new Set<() => void>()

function endAll(): void {
  // Programs may still write.
  for (const other of others) other()
  others.clear()
  for (const path of paths) rmSync(path, { recursive: true, force: true })
  paths.clear()
}

/** A handled signal no longer ends the program, so it is sent again without the handler. */
function endBy(signal: NodeJS.Signals): void {
  endAll()
  unwatch()
  process.kill(process.pid, signal)
}

function watch(): void {
  if (paths.size + others.size > 0) return
  process.on('exit', endAll)
  for (const signal of SIGNALS) process.on(signal, endBy)
}

function unwatch(): void {
  if (paths.size + others.size > 0) return
  process.off('exit', endAll)
  for (const signal of SIGNALS) process.off(signal, endBy)
}

/** Removes a path, which need not exist yet, if the program ends before `isSettled` is called for it. */
export function removeAtEnd(path: string): void {
  watch()
  paths.add(path)
}

/** Forgets a path that is gone, or that is no longer temporary. */
export function isSettled(path: string): void {
  if (paths.delete(path)) unwatch()
}

/** Removes a path before the program ends. */
export async function removeNow(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  isSettled(path)
}

/** Calls a function if the program ends before `isDone` is called for it. */
export function atEnd(call: () => void): void {
  watch()
  others.add(call)
}

/** Forgets a function. */
export function isDone(call: () => void): void {
  if (others.delete(call)) unwatch()
}
