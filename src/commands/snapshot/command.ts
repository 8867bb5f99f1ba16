import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type SnapshotOptions, snapshotOptions } from './options.ts'

export const snapshotCommand = (dispatch: Dispatch): Command =>
  defineCommand<SnapshotOptions>(
    {
      name: 'snapshot',
      summary: 'write the objects that were read, for use with -f',
      description:
        'Writes the objects of the current cluster that affect any answer, so every command gives the same answers from ' +
        'the file. Data of Secrets, and environments of containers other than the proxies and istiod, are left out. ' +
        'Finally it prints the options to read it with.',
      options: snapshotOptions,
      examples: [
        ['vipctl snapshot > mesh.yaml', 'the current cluster'],
        ['vipctl snapshot --context east --context west --out-dir case/', 'two clusters'],
        ['vipctl dump $(vipctl snapshot --out-dir case/)', 'written and read again'],
        ['vipctl snapshot -k -f change.yaml > mesh.yaml', 'the cluster as it would be with a file applied'],
      ],
      load: async () => (await import('./run.ts')).snapshot,
    },
    dispatch,
  )
