import type { Option } from 'commander'
import { outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { type MarkOptions, onlyChangesOption } from '../overlay-options.ts'
import { type WatchOptions, watchOption } from '../watch/options.ts'

export interface AllocateOptions extends ProxyOptions, MarkOptions, WatchOptions {
  readonly output?: 'text' | 'json' | 'yaml' | 'patch'
}

export const allocateOptions = (): Option[] => [
  outputOption(['text', 'json', 'yaml', 'patch']),
  onlyChangesOption(),
  watchOption(),
  ...inputOptions(),
]
