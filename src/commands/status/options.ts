import type { Option } from 'commander'
import { option, outputOption } from '../command.ts'
import { type InputOptions, manifestOptions } from '../input-options.ts'

export interface StatusOptions extends InputOptions {
  readonly output?: 'text' | 'json' | 'yaml' | 'patch'
  readonly allNamespaces?: boolean
}

export const statusOptions = (): Option[] => [
  option('-A, --all-namespaces', 'all namespaces (default, unless -n names one)', 'Query options:'),
  outputOption(['text', 'json', 'yaml', 'patch']),
  ...manifestOptions(),
]
