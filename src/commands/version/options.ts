import type { Option } from 'commander'
import { option, outputOption } from '../command.ts'
import type { OutputOptions } from '../session.ts'

export interface VersionOptions extends OutputOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  readonly short?: boolean
}

export const versionOptions = (): Option[] => [
  option('--short', 'only the version of vipctl', 'Output options:'),
  outputOption(['text', 'json', 'yaml']),
]
