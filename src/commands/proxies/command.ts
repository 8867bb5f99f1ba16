import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type ProxiesOptions, proxiesOptions } from './options.ts'

export const proxiesCommand = (dispatch: Dispatch): Command =>
  defineCommand<ProxiesOptions>(
    {
      name: 'proxies',
      summary: 'print the proxies of the mesh',
      description:
        'Prints the sidecars and routers of the mesh with the settings that their configuration depends on. Injected pods ' +
        'state these themselves; for manifests, vipctl predicts injection; machines have a WorkloadEntry. Other commands ' +
        'accept the names with --proxy.',
      operands: [['[glob...]', 'only proxies whose NAME.NAMESPACE matches one of these, such as "web-*.shop"']],
      options: proxiesOptions,
      examples: [
        ['vipctl proxies -f mesh/', 'all proxies'],
        ['vipctl proxies -n shop -f mesh/', 'those of a namespace'],
        ["vipctl proxies 'web-*.shop' -f mesh/ -o json", 'some, with all details'],
      ],
      load: async () => (await import('./run.ts')).proxies,
    },
    dispatch,
  )
