import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type PatchesOptions, patchesOptions } from './options.ts'

export const patchesCommand = (dispatch: Dispatch): Command =>
  defineCommand<PatchesOptions>(
    {
      name: 'patches',
      summary: 'print what the patches of EnvoyFilters change, or that they match nothing',
      description:
        'Lists EnvoyFilters with what each patch changes in the listeners, clusters and routes of every proxy of the ' +
        'input, as a diff; or says that it matches nothing, and why. With --proxy or --node, it looks at one proxy.',
      operands: [
        ['[filter...]', 'only EnvoyFilters with these names: NAME or NAMESPACE/NAME, "*" matches any characters'],
      ],
      options: patchesOptions,
      examples: [
        ['vipctl patches -f mesh/', 'all EnvoyFilters, for every proxy'],
        ['vipctl patches compress -f mesh/ --proxy deploy/web.shop', 'one of them, for one proxy'],
        ['vipctl patches -f mesh/ -o json', 'the changes in full'],
      ],
      load: async () => (await import('./run.ts')).patches,
    },
    dispatch,
  )
