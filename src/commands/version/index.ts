import type { Command } from 'commander'
import { type Dispatch, defineCommand, option, outputOption } from '../command.ts'
import type { OutputOptions } from '../session.ts'

export interface VersionOptions extends OutputOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  readonly short?: boolean
}

export const versionCommand = (dispatch: Dispatch): Command =>
  defineCommand<VersionOptions>(
    {
      name: 'version',
      summary: 'print versions',
      description: 'Prints the version of vipctl, the Istio version whose behaviour it has, and the version of Node.',
      options: [option('--short', "vipctl's version alone", 'Output options:'), outputOption(['text', 'json', 'yaml'])],
      examples: [
        ['vipctl version', 'all versions'],
        ['vipctl version -o json', 'the same for programs'],
      ],
      load: async () => (await import('./run.ts')).version,
    },
    dispatch,
  )
