import type { Option } from 'commander'
import { outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'
import { type MarkOptions, onlyChangesOption } from '../overlay-options.ts'
import { type WithoutOptions, withoutOption } from '../without.ts'

export interface DumpOptions extends ProxyOptions, MarkOptions, WithoutOptions {
  readonly output?: 'json' | 'yaml' | 'config-dump'
}

export const dumpOptions = (): Option[] => [
  withoutOption(),
  outputOption(['json', 'yaml', 'config-dump']),
  onlyChangesOption(),
  ...inputOptions(),
]
