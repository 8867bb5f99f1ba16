import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type ClustersOptions, clustersOptions } from './options.ts'

export const clustersCommand = (dispatch: Dispatch): Command =>
  defineCommand<ClustersOptions>(
    {
      name: 'clusters',
      summary: 'print the clusters and networks of the mesh and their differences',
      description:
        'Prints the clusters that were read, the networks and the gateways into them, and the Services that differ ' +
        'between clusters.',
      options: clustersOptions,
      examples: [
        ['vipctl clusters -f east/ --cluster-id east --remote west=west/', 'two clusters'],
        ['vipctl clusters -f east/ --remote west=west/ -o json', 'with every location'],
      ],
      load: async () => (await import('./run.ts')).clusters,
    },
    dispatch,
  )
