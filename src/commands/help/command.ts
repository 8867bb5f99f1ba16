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
      operands: [['[command]', 'the name of a command, or one of its other names']],
      options: () => [],
      examples: [
        ['vipctl help', 'all commands'],
        ['vipctl help dig', 'the same as vipctl dig --help'],
      ],
      load: async () => (await import('./run.ts')).help,
    },
    dispatch,
  )
