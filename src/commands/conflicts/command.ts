import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type ConflictsOptions, conflictsOptions } from './options.ts'

export const conflictsCommand = (dispatch: Dispatch): Command =>
  defineCommand<ConflictsOptions>(
    {
      name: 'conflicts',
      summary: 'print which services take ports from others',
      description:
        'Prints the listeners of a proxy in which one service excludes others: the winner, the losers, the rule, and ' +
        'fixes that were proven by computing again with them applied. Then it prints other ports that have a cluster but ' +
        'no listener or route. Exits with code 1 if there are conflicts.',
      operands: [['[path...]', 'file, directory or glob; the same as -f']],
      options: conflictsOptions,
      examples: [
        ['vipctl conflicts manifests/', 'for a sidecar in namespace default'],
        ['vipctl conflicts -A', 'in the current cluster, for sidecars in every namespace'],
        ['vipctl conflicts manifests/ --proxy deploy/web.shop', 'for a Deployment'],
        ['vipctl conflicts manifests/ --port 3306', 'only who shares port 3306'],
        ['vipctl conflicts manifests/ --fix port --fix-out fixed/', 'move ports, and write the manifests'],
        ['vipctl conflicts manifests/ -o json', 'with every fix in full'],
      ],
      load: async () => (await import('./run.ts')).conflicts,
    },
    dispatch,
  )
