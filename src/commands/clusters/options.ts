import type { Option } from 'commander'
import { outputOption } from '../command.ts'
import { type InputOptions, manifestOptions } from '../input-options.ts'

export interface ClustersOptions extends InputOptions {
  readonly output?: 'text' | 'json' | 'yaml'
}

export const clustersOptions = (): Option[] => [outputOption(['text', 'json', 'yaml']), ...manifestOptions()]
