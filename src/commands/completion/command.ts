import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import type { OutputOptions } from '../session.ts'

export const completionCommand = (dispatch: Dispatch): Command =>
  defineCommand<OutputOptions>(
    {
      name: 'completion',
      summary: 'print a completion script for a shell',
      description: 'Prints a script that completes commands, options, their values and file names in a shell.',
      operands: [['<shell>', 'bash, zsh or fish']],
      options: () => [],
      examples: [
        ['source <(vipctl completion bash)', 'for this bash; in ~/.bashrc for all'],
        ['vipctl completion zsh > ~/.zfunc/_vipctl', 'for zsh, with ~/.zfunc in fpath'],
        ['vipctl completion fish > ~/.config/fish/completions/vipctl.fish', 'for fish'],
      ],
      load: async () => (await import('./run.ts')).completion,
    },
    dispatch,
  )
