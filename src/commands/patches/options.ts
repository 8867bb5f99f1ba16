import type { Option } from 'commander'
import { outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'

export interface PatchesOptions extends ProxyOptions {
  readonly output?: 'text' | 'json' | 'yaml'
}

export const patchesOptions = (): Option[] => [outputOption(['text', 'json', 'yaml']), ...inputOptions()]
