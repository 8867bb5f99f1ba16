import type { Option } from 'commander'
import { option, outputOption } from '../command.ts'
import { type InputOptions, manifestOptions } from '../input-options.ts'
import { parseTimeout } from '../values.ts'

export interface ReleasesOptions extends InputOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  /** Milliseconds; 0 for no limit. */
  readonly budget?: number
}

export const releasesOptions = (): Option[] => [
  option(
    '--budget <duration>',
    'how long to compute what concerns the input (default: 30s, 0 for no limit)',
    'Query options:',
  ).argParser(parseTimeout),
  outputOption(['text', 'json', 'yaml']),
  // Operands set the releases.
  ...manifestOptions().filter(({ long }) => long !== '--istio-version'),
]
