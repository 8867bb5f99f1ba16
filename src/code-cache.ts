/** The user's folder for compiled code. It is private, because compiled code is run like code. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import type { Script } from 'node:vm'

const PRIVATE = 0o700

/** The folder for what programs can compute again, by the conventions of the platform. */
function cachesOf({ XDG_CACHE_HOME, LOCALAPPDATA, HOME }: NodeJS.ProcessEnv, platform: string): string | undefined {
  if (platform === 'win32') return LOCALAPPDATA
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME
  return HOME && join(HOME, platform === 'darwin' ? 'Library/Caches' : '.cache')
}

/**
 * Where compiled code is kept: `NODE_COMPILE_CACHE`, or a folder of the user's caches.
 * @returns undefined if the user has no such folder, or if `NODE_DISABLE_COMPILE_CACHE` is set
 */
export function cacheFolder(env: NodeJS.ProcessEnv, platform: string): string | undefined {
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined
  if (env.NODE_COMPILE_CACHE) return env.NODE_COMPILE_CACHE
  const caches = cachesOf(env, platform)
  return caches && isAbsolute(caches) ? join(caches, 'vipctl', 'compiled') : undefined
}

/**
 * Writes the code that V8 has compiled for scripts.
 * @param scripts by the path to write to, whose folder may not exist. What cannot be written is compiled again next time.
 */
export function keepCode(scripts: ReadonlyMap<string, Script>): void {
  try {
    for (const [path, script] of scripts) {
      mkdirSync(dirname(path), { recursive: true, mode: PRIVATE })
      const unfinished = `${path}.${process.pid}.tmp`
      writeFileSync(unfinished, script.createCachedData())
      renameSync(unfinished, path)
    }
  } catch {
    // A full disk or a read-only home.
  }
}
