import type { Command } from 'commander'
import { type MarkOptions, onlyChangesOption } from '../../input/overlay.ts'
import { type Dispatch, defineCommand, outputOption } from '../command.ts'
import { inputOptions, type ProxyOptions } from '../input-options.ts'

export interface DumpOptions extends ProxyOptions, MarkOptions {
  readonly output?: 'json' | 'yaml' | 'config-dump'
}

export const dumpCommand = (dispatch: Dispatch): Command =>
  defineCommand<DumpOptions>(
    {
      name: 'dump',
      summary: 'print everything that istiod computes for one proxy',
      description:
        'Prints one object with allocation (automatic addresses), validation (what istiod rejects or warns about), ' +
        'nds (name table), lds (listeners), cds (clusters), eds (endpoints) and rds (routes). With -o config-dump, what ' +
        "Envoy's admin interface would answer, which istioctl reads.",
      options: [outputOption(['json', 'yaml', 'config-dump']), onlyChangesOption(), ...inputOptions()],
      examples: [
        ['vipctl dump --node node.json -f mesh/', 'for an Envoy node'],
        ['vipctl dump --proxy deploy/web.shop -f mesh/ | jq .lds[].name', "a Deployment's listeners by name"],
        ['vipctl dump -o config-dump -f mesh/ > dump.json', 'for istioctl proxy-config listeners -f dump.json'],
      ],
      load: async () => (await import('./run.ts')).dump,
    },
    dispatch,
  )
