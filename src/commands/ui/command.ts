import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type UiOptions, uiOptions } from './options.ts'

export const uiCommand = (dispatch: Dispatch): Command =>
  defineCommand<UiOptions>(
    {
      name: 'ui',
      summary: 'look around in a mesh, in the terminal',
      description:
        'Shows hosts and addresses, the name table, listeners, clusters, endpoints, routes, gateways, conflicts, findings ' +
        'and proxies as lists that can be filtered, sorted and opened: what each thing is, where it is written, and why. ' +
        'Files and clusters are followed, and changes are marked. Press ? for the keys.',
      operands: [['[path...]', 'file, directory or glob; the same as -f']],
      options: uiOptions,
      examples: [
        ['vipctl ui manifests/', 'manifests, as a sidecar in namespace default sees them'],
        ['vipctl ui', 'the current cluster'],
        ['vipctl ui --proxy web-7d9f.shop', 'what one pod gets, live'],
        ['vipctl ui -k -f new.yaml --view conflicts', 'the cluster as if files were applied to it'],
      ],
      load: async () => (await import('./run.ts')).ui,
    },
    dispatch,
  )
