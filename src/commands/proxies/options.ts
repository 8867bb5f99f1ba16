import type { Option } from 'commander'
import { option, outputOption } from '../command.ts'
import { type InputOptions, manifestOptions } from '../input-options.ts'

export interface ProxiesOptions extends InputOptions {
  readonly output?: 'text' | 'json' | 'yaml' | 'name'
  readonly allNamespaces?: boolean
}

export const proxiesOptions = (): Option[] => [
  option('-A, --all-namespaces', 'all namespaces (default, unless -n names one)', 'Query options:'),
  outputOption(['text', 'json', 'yaml', 'name']),
  ...manifestOptions(),
]
