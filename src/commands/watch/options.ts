/** `--watch`: prints an answer for a live cluster, then its changes. */
import type { Option } from 'commander'
import { UserError } from '../../common/errors.ts'
import { option } from '../command.ts'
import type { InputOptions } from '../input-options.ts'

export interface WatchOptions {
  readonly watch?: boolean
}

export const watchOption = (): Option =>
  option('-w, --watch', 'also print later changes of the cluster, until interrupted', 'Output options:')

/** @throws UserError when there is no cluster to watch */
export function checkWatch({ watch, filename, base, useKube }: InputOptions & WatchOptions): void {
  if (!watch) return
  if ((filename ?? []).length > 0 || base || useKube) {
    throw new UserError('--watch watches the current cluster, without files', 'leave out -f, -k and --base')
  }
}
