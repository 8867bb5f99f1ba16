import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import type { OutputOptions } from '../session.ts'

export const helpCommand = (dispatch: Dispatch): Command =>
  defineCommand<OutputOptions>(
    {
      name: 'help',
      summary: 'print the help of a command',
      description:
        'Prints the help of a command, or of vipctl. A text that is longer than the terminal is shown in $VIPCTL_PAGER, ' +
        '$PAGER or less -R.',
      operands: [['[command...]', 'a command, by any of its names; a view of it may follow, as in "pc listeners"']],
      options: () => [],
      examples: [
        ['vipctl help', 'all commands'],
        ['vipctl help dig', 'the same as vipctl dig --help'],
        ['vipctl help pc listeners', 'the same as vipctl pc listeners --help'],
      ],
      load: async () => (await import('./run.ts')).help,
    },
    dispatch,
  )
