/** Detects changes of files by polling, because file system events miss network file systems. */
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { allRenderedFrom } from '../render/state.ts'
import { type ExcludeRequest, type RenderRequest, STDIN } from '../request.ts'
import { discover } from './discover.ts'
import { Exclusions } from './layout/exclusions.ts'
import { stateOfFile } from './names.ts'

/** Milliseconds between two checks. */
const PAUSE = 500

export interface FollowedFiles {
  /** Files, folders and glob patterns. */
  readonly paths: readonly string[]
  readonly cwd: string
  /** Whether folders are read with their subfolders. */
  readonly recursive: boolean
  readonly exclude: ExcludeRequest
  /** What programs make of other files. */
  readonly renders?: RenderRequest | undefined
  /** What states some of this; absolute. */
  readonly configuration?: { readonly path: string } | undefined
}

/** A text of the names, sizes and modification times of all files. */
export function fileState({ paths, cwd, recursive, exclude, renders, configuration }: FollowedFiles): string {
  const options = { cwd, recursive, exclusions: new Exclusions(exclude, cwd) }
  const found = paths.filter((path) => path !== STDIN).map((path) => discover(path, options))
  const files = found.flatMap((each) => each.files.map(({ path }) => resolve(cwd, path)))
  const states = [...files, ...(configuration ? [configuration.path] : [])].map(stateOfFile)
  return [...states, ...(renders ? [allRenderedFrom(renders)] : [])].join('\n')
}

/**
 * Calls `changed` after each change of files, including new and deleted ones.
 * @param followed the files at the time
 * @param signal stops it
 */
export async function followFiles(
  followed: () => FollowedFiles,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  let before = fileState(followed())
  while (!signal.aborted) {
    try {
      await sleep(PAUSE, undefined, { signal })
    } catch {
      return
    }
    const now = fileState(followed())
    if (now !== before) changed()
    before = now
  }
}
