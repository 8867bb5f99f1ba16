import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import type { OutputOptions } from '../session.ts'

export const optionsCommand = (dispatch: Dispatch): Command =>
  defineCommand<OutputOptions>(
    {
      name: 'options',
      summary: 'print the options that most commands share',
      description: 'Prints the options that most commands share: what to read, for which proxy, and how to print it.',
      options: () => [],
      examples: [['vipctl options', 'all of them']],
      load: async () => (await import('./run.ts')).options,
    },
    dispatch,
  )
