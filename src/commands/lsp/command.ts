import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type LspOptions, lspOptions } from './options.ts'

export const lspCommand = (dispatch: Dispatch): Command =>
  defineCommand<LspOptions>(
    {
      name: 'lsp',
      summary: 'tell an editor what it needs while manifests are written',
      description:
        'A language server for editors. It checks the manifests of the workspace as vipctl lint does, with the ' +
        'unsaved changes of open files, and offers fixes, hovers, definitions, references, symbols and lenses. Editors ' +
        'start it themselves and talk to it by the Language Server Protocol over standard input and output. ' +
        '.vipctl.yaml applies.',
      options: lspOptions,
      examples: [
        ['vipctl lsp', 'what an editor starts'],
        ['vipctl lsp --istio-version 1.27', 'for another Istio than the newest one'],
        ['vipctl lsp --env prod', 'with the inputs of one environment of .vipctl.yaml'],
      ],
      load: async () => (await import('./run.ts')).lsp,
    },
    dispatch,
  )
