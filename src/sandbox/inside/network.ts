/** Sets up the namespaces from within: addresses, routes, rules and files. */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { ipFamily } from '../../common/addresses.ts'
import { pathWithSystem } from '../programs.ts'

/** @throws Error with what the program printed */
function run(program: string, args: readonly string[], input = ''): void {
  const env = { ...process.env, PATH: pathWithSystem(process.env.PATH) }
  const { status, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', env })
  if (status === 0) return
  const [why = ''] = (error?.message ?? stderr.trim()).split('\n')
  throw new Error(`${program} ${args.join(' ')}: ${why}`)
}

/** Lets programs use addresses that no interface has (ip-sysctl.rst of the kernel). */
const NONLOCAL_BIND = '/proc/sys/net/ipv6/ip_nonlocal_bind'

/**
 * Every address becomes one of the machine's own, so that proxies and echo servers can be at the addresses of the mesh,
 * and nothing leaves it.
 * @param addresses of the client's pod, from which its connections come
 */
export function setUpAddresses(addresses: readonly string[]): void {
  run('ip', ['link', 'set', 'lo', 'up'])
  const [ipv4] = addresses.filter((address) => ipFamily(address) === 4)
  const [ipv6] = addresses.filter((address) => ipFamily(address) === 6)
  if (ipv4 !== undefined) {
    run('ip', ['address', 'add', `${ipv4}/32`, 'dev', 'lo'])
    run('ip', ['route', 'add', 'local', 'default', 'dev', 'lo', 'src', ipv4])
  }
  if (ipv6 === undefined || !existsSync(NONLOCAL_BIND)) return
  writeFileSync(NONLOCAL_BIND, '1')
  run('ip', ['-6', 'address', 'add', `${ipv6}/128`, 'dev', 'lo', 'nodad'])
  run('ip', ['-6', 'route', 'add', 'local', 'default', 'dev', 'lo'])
}

/** Replaces all rules at once. */
export const setRules = (script: string): void => run('nft', ['-f', '-'], script)

/** Lets programs see other files in place of some of the machine's; a file that the machine does not have is left out. */
export function mountFiles(files: ReadonlyMap<string, string>): void {
  for (const [path, replacement] of files) if (existsSync(path)) run('mount', ['--bind', replacement, path])
}
