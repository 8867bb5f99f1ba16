/** Files over a mesh: which options may be combined. */
import type { Option } from 'commander'
import { UserError } from '../common/errors.ts'
import { hasRenders } from '../input/request.ts'
import { option } from './command.ts'
import type { InputOptions } from './input-options.ts'

/** Options of commands that mark the changes of files. */
export interface MarkOptions {
  readonly onlyChanges?: boolean
}

export const onlyChangesOption = (): Option =>
  option('--only-changes', 'with -k or --base, only what the files change', 'Output options:')

/** Whether files are merged over something. */
const isOverlay = ({ useKube, base, ...options }: InputOptions): boolean =>
  hasFiles(options) && (useKube === true || base !== undefined)

/** An environment has inputs. */
const hasFiles = ({ filename = [], env, configuredRenders }: InputOptions): boolean =>
  filename.length > 0 || env !== undefined || hasRenders(configuredRenders)

/** @throws UserError when the options contradict each other */
export function checkOverlay(options: InputOptions): void {
  const { useKube, base } = options
  if (useKube && base)
    throw new UserError('-k and --base exclude each other', 'the files can be applied to only one of them')
  if (base && !hasFiles(options)) {
    throw new UserError('--base: no files to apply to it', '-f, --filename PATH names them')
  }
}

/** @throws UserError when there is nothing to mark */
export function checkMarks(options: InputOptions & MarkOptions): void {
  if (options.onlyChanges && !isOverlay(options)) {
    throw new UserError('--only-changes needs files that are applied to a mesh', 'add -k or --base PATH, and -f PATH')
  }
}
