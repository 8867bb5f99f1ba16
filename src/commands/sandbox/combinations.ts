/** Options of `vipctl sandbox` that exclude each other. */
import { UserError } from '../../common/errors.ts'
import type { SandboxOptions } from './options.ts'

function checkBind({ check, watch, withGateways, resolve }: SandboxOptions): void {
  const others = [
    [check, '--check', '--check needs the redirect of connections'],
    [watch, '--watch', 'end vipctl and start it again to use a new configuration'],
    [withGateways, '--with-gateways', 'the proxies on the other side need addresses of their own'],
    [resolve, '--resolve', 'names are not redirected with --bind'],
  ] as const
  for (const [given, name, why] of others) {
    if (given) throw new UserError(`--bind and ${name} exclude each other`, why)
  }
}

/** @throws UserError for options that do not go together */
export function checkOptions(operands: readonly string[], options: SandboxOptions): void {
  const { bind, check, expect, output, watch, withGateways } = options
  if (bind) checkBind(options)
  if (bind && expect && operands.length === 0) {
    throw new UserError('--bind with --expect needs a command', 'give it after --')
  }
  if (check && operands.length > 0) throw new UserError('--check sends requests by itself: give no command with it')
  if (check && expect) throw new UserError('--check and --expect exclude each other', '--expect is about a command')
  if (check && withGateways) {
    throw new UserError('--check and --with-gateways exclude each other', "--check ends behind the client's own proxy")
  }
  if (check && watch) throw new UserError('--check and --watch exclude each other', '--watch is about a command')
  if (!check && output !== undefined) throw new UserError('-o is for --check', 'a command prints what it prints')
}
