/** Options of `vipctl lint` that exclude each other. */
import { UserError } from '../../common/errors.ts'
import { STDIN } from '../../input/request.ts'
import { checkMarks } from '../overlay-options.ts'
import { istioVersion } from '../release.ts'
import { checkProxyOptions } from '../request.ts'
import type { LintCommandOptions } from './options.ts'

/** @throws UserError when the baseline would be incomplete */
function checkWriteBaseline({ writeBaseline, fix, changedSince, onlyChanges }: LintCommandOptions): void {
  if (writeBaseline === undefined) return
  const others = [fix && '--fix', changedSince !== undefined && '--changed-since', onlyChanges && '--only-changes']
  const other = others.find((flag) => typeof flag === 'string')
  if (other) throw new UserError(`--write-baseline and ${other} exclude each other`, 'a baseline contains all findings')
}

/** @throws UserError for options that exclude each other */
export function checkOptions(options: LintCommandOptions): void {
  checkProxyOptions(options)
  checkMarks(options)
  istioVersion(options.fromVersion, '--from-version')
  if (options.dryRun && !options.fix) throw new UserError('--dry-run needs --fix: it shows what --fix would change')
  if (options.dryRun && (options.output ?? []).some(({ file }) => file === undefined)) {
    throw new UserError('--dry-run prints a diff instead of a report', 'omit -o, or write it to a file')
  }
  checkWriteBaseline(options)
  if (options.fix && !options.dryRun && ((options.filename ?? []).length === 0 || options.useKube)) {
    throw new UserError('--fix: a live cluster is only read', '--dry-run prints the changes instead')
  }
  if (options.fix && !options.dryRun && options.filename?.includes(STDIN)) {
    throw new UserError('--fix: standard input cannot be changed', '--dry-run prints the changes instead')
  }
}

/** @throws UserError for options that work on one input only */
export function checkSeveral(options: LintCommandOptions, isRendered: boolean): void {
  const { fix, writeBaseline, changedSince, useKube, base, live } = options
  const flags = { '--fix': fix, '--write-baseline': writeBaseline, '-k': useKube, '--base': base, '--live': live }
  const [flag] = Object.entries(flags).find(([, value]) => value !== undefined && value !== false) ?? []
  if (flag) {
    throw new UserError(`${flag} works on one input at a time`, 'name one environment with --env, and omit --render')
  }
  if (changedSince !== undefined && isRendered) {
    throw new UserError('--changed-since and --render exclude each other', 'only the current files are rendered')
  }
}
