/** Files over a mesh: which options ask for it, and what is said of what the files change. */
import type { Option } from 'commander'
import { countText } from '../answers/changes/marks.ts'
import { option, pathOption } from '../commands/command.ts'
import type { InputOptions } from '../commands/input-options.ts'
import type { Session } from '../commands/session.ts'
import { collect } from '../commands/values.ts'
import { UserError } from '../common/errors.ts'
import { countChanges } from '../findings/changes.ts'
import type { Snapshot } from '../resources/snapshot.ts'

const INPUT = 'Input options:'

/** The options of every command that reads a mesh. */
export const OVERLAY_OPTIONS: readonly (() => Option)[] = [
  () => option('-k, --use-kube', 'lay the files over the current cluster', INPUT),
  () =>
    pathOption(
      option('--base <path>', 'lay the files over these, as if they were applied; repeatable', INPUT).argParser(
        collect,
      ),
    ),
]

/** Options of commands that mark what the files change. */
export interface MarkOptions {
  readonly onlyChanges?: boolean
}

export const onlyChangesOption = (): Option =>
  option('--only-changes', 'with -k or --base, only what the files change', 'Output options:')

/** Whether files are laid over something. */
export const isOverlay = ({ useKube, base, filename }: InputOptions): boolean =>
  (filename ?? []).length > 0 && (useKube === true || base !== undefined)

/** @throws UserError when the options contradict each other */
export function checkOverlay(options: InputOptions): void {
  const { useKube, base, filename } = options
  if (useKube && base) throw new UserError('-k and --base exclude each other', 'the files lie over one of the two')
  if (base && (filename ?? []).length === 0) {
    throw new UserError('--base: no files to lay over it', '-f, --filename PATH names them')
  }
}

/** @throws UserError when nothing can be marked */
export function checkMarks(options: InputOptions & MarkOptions): void {
  if (options.onlyChanges && !isOverlay(options)) {
    throw new UserError('--only-changes: there are no files over a mesh', 'add -k or --base PATH, and -f PATH')
  }
}

/** Says how many objects the files add and change. */
export async function sayObjectChanges({ changes }: Snapshot, session: Session): Promise<void> {
  const text = countText(countChanges(changes))
  await session.note(changes.length === 0 ? 'the files change no object' : `objects that the files change: ${text}`)
}
