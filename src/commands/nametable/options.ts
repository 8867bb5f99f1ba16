import type { Option } from 'commander'
import { option, outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { type MarkOptions, onlyChangesOption } from '../overlay-options.ts'
import { type WatchOptions, watchOption } from '../watch/options.ts'

export interface NametableOptions extends ProxyOptions, MarkOptions, WatchOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  readonly from?: string
}

export const nametableOptions = (): Option[] => [
  option('--from <ns>', 'only hosts of Services and ServiceEntries of this namespace', 'Query options:'),
  outputOption(['text', 'json', 'yaml']),
  onlyChangesOption(),
  watchOption(),
  ...inputOptions(),
]
