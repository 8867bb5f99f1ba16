/** Runs before and after all tests: they have a temporary folder of their own, in which vipctl must leave nothing. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'vipctl-tests-'))
  process.env.TMPDIR = folder
  return () => {
    const left = readdirSync(folder).filter((name) => name.startsWith('vipctl-'))
    rmSync(folder, { recursive: true, force: true })
    // With a filter, vitest does not run the hooks of files without any matching test.
    if (left.length === 0 || process.argv.includes('-t')) return
    console.error(`error: tests left ${left.length} temporary folders: ${left.slice(0, 5).join(', ')}`)
    process.exitCode = 1
  }
}
