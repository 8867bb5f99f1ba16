import type { Option } from 'commander'
import { option, outputOption, pathOption } from '../command.ts'
import { type InputOptions, manifestOptions } from '../input-options.ts'

export interface SnapshotOptions extends InputOptions {
  readonly output?: 'yaml' | 'json'
  readonly outDir?: string
}

export const snapshotOptions = (): Option[] => [
  outputOption(['yaml', 'json']),
  pathOption(
    option('--out-dir <dir>', 'write one file per cluster to this folder, and print the options', 'Output options:'),
  ),
  ...manifestOptions(),
]
