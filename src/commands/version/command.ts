import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type VersionOptions, versionOptions } from './options.ts'

export const versionCommand = (dispatch: Dispatch): Command =>
  defineCommand<VersionOptions>(
    {
      name: 'version',
      summary: 'print versions',
      description:
        'Prints the version of vipctl, the Istio releases whose behaviour it has exactly, the istiods that it was compared ' +
        'with, and the version of Node.',
      options: versionOptions,
      examples: [
        ['vipctl version', 'all versions'],
        ['vipctl version -o json', 'the same for programs'],
      ],
      load: async () => (await import('./run.ts')).version,
    },
    dispatch,
  )
