/** Starts a process in namespaces of its own: network, mounts and processes, and users if the user is not root. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { ownCommand } from '../../own-program.ts'
import { SandboxError } from '../error.ts'
import { pathWithSystem, programOn } from '../programs.ts'

/** Programs that set up the namespaces, with the package that has them. */
const PROGRAMS = [
  ['unshare', 'util-linux'],
  ['mount', 'util-linux'],
  ['ip', 'iproute2'],
  ['nft', 'nftables'],
] as const

/** Set in the environment of the inner process. */
export const INSIDE = 'VIPCTL_SANDBOX_INSIDE'

const isRoot = (): boolean => process.getuid?.() === 0

const flags = (): readonly string[] => [
  ...(isRoot() ? [] : ['--user', '--map-root-user']),
  '--net',
  '--mount',
  '--pid',
  '--mount-proc',
  // Ends the inner process together with this one, and the kernel all others with the inner one.
  '--kill-child',
]

function checkPlatform(): void {
  if (process.platform === 'linux') return
  throw new SandboxError(
    `a sandbox needs Linux: ${process.platform} has no network namespaces`,
    '--bind is the lesser form without namespaces; or run vipctl in a Linux container or virtual machine',
  )
}

function checkPrograms(path: string): void {
  const missing = PROGRAMS.filter(([name]) => programOn(path, name) === undefined)
  if (missing.length === 0) return
  const names = missing.map(([name]) => name).join(', ')
  const packages = [...new Set(missing.map(([, owner]) => owner))].join(' ')
  throw new SandboxError(`a sandbox needs ${names}, which this machine lacks`, `on Debian: apt-get install ${packages}`)
}

/** @throws SandboxError when this machine or user cannot have namespaces */
export function checkNamespaces(env: Readonly<Record<string, string | undefined>>): void {
  checkPlatform()
  const path = pathWithSystem(env.PATH)
  checkPrograms(path)
  const { status, stderr } = spawnSync('unshare', [...flags(), 'true'], {
    encoding: 'utf8',
    env: { ...env, PATH: path },
  })
  if (status === 0) return
  const why = stderr.trim().split('\n').at(-1) ?? ''
  throw new SandboxError(
    `this machine does not let ${isRoot() ? 'this container' : 'this user'} make namespaces (${why})`,
    isRoot()
      ? 'a container needs the capability SYS_ADMIN and a seccomp profile that allows unshare; --bind is the lesser form ' +
          'without namespaces'
      : 'run vipctl as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone, ' +
          'kernel.apparmor_restrict_unprivileged_userns); --bind is the lesser form without namespaces',
  )
}

/** Starts this program again in namespaces, with a channel to it. */
export function startInside(env: Readonly<Record<string, string | undefined>>): ChildProcess {
  return spawn('unshare', [...flags(), ...ownCommand(), 'sandbox'], {
    env: { ...env, PATH: pathWithSystem(env.PATH), [INSIDE]: '1' },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
}
