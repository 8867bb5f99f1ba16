import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type ReleasesOptions, releasesOptions } from './options.ts'

export const releasesCommand = (dispatch: Dispatch): Command =>
  defineCommand<ReleasesOptions>(
    {
      name: 'releases',
      summary: 'print what changes between two releases of Istio',
      description:
        'Prints what istiod does differently in two releases, and what an upgrade means for users. With -f or -k, changes ' +
        'that affect the input come first, with the objects that they affect. Without operands it prints the releases that ' +
        'vipctl knows.',
      operands: [
        ['[from]', 'the installed release, such as 1.26 or 1.26.4 (default: that of the input)'],
        ['[to]', 'the release to upgrade to (default: the newest)'],
      ],
      options: releasesOptions,
      examples: [
        ['vipctl releases', 'the releases that vipctl knows'],
        ['vipctl releases 1.26 1.28', 'what changes from the newest 1.26 to the newest 1.28'],
        ['vipctl releases 1.26.4 -f mesh/', 'what an upgrade to the newest release changes for a mesh'],
        ['vipctl releases 1.28 1.27 -o json', 'a downgrade, for programs'],
      ],
      load: async () => (await import('./run.ts')).releases,
    },
    dispatch,
  )
