/** Tells when files change. They are looked at again and again: events of file systems miss what lies on a network. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ExcludeRequest, STDIN } from '../request.ts'
import { discover } from './discover.ts'
import { Exclusions } from './layout/exclusions.ts'

/** Milliseconds between two looks. */
const PAUSE = 500

export interface FollowedFiles {
  /** Files, folders and glob patterns. */
  readonly paths: readonly string[]
  readonly cwd: string
  /** Whether folders are looked at with their subfolders. */
  readonly recursive: boolean
  readonly exclude: ExcludeRequest
}

/** Names, sizes and times of change of all files, as one text. */
async function stateOf({ paths, cwd, recursive, exclude }: FollowedFiles): Promise<string> {
  const options = { cwd, recursive, exclusions: await Exclusions.of(exclude, cwd) }
  const found = await Promise.all(paths.filter((path) => path !== STDIN).map((path) => discover(path, options)))
  const lines = found.flatMap(({ files }) =>
    files.map(({ path }) => {
      const info = statSync(resolve(cwd, path), { throwIfNoEntry: false })
      return `${path}\0${info?.size}\0${info?.mtimeMs}`
    }),
  )
  return lines.join('\n')
}

/**
 * Calls `changed` after each change of files, and when files come or go.
 * @param signal ends it
 */
export async function followFiles(followed: FollowedFiles, changed: () => void, signal: AbortSignal): Promise<void> {
  let before = await stateOf(followed)
  while (!signal.aborted) {
    try {
      await sleep(PAUSE, undefined, { signal })
    } catch {
      return
    }
    const now = await stateOf(followed)
    if (now !== before) changed()
    before = now
  }
}
