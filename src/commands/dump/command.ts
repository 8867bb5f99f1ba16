import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type DumpOptions, dumpOptions } from './options.ts'

export const dumpCommand = (dispatch: Dispatch): Command =>
  defineCommand<DumpOptions>(
    {
      name: 'dump',
      summary: 'print everything that istiod computes for one proxy',
      description:
        'Prints one object with allocation (automatic addresses), validation (what istiod rejects or warns about), ' +
        'nds (name table), lds (listeners), cds (clusters), eds (endpoints) and rds (routes). With -o config-dump, prints ' +
        "what Envoy's admin interface would answer, which istioctl can read.",
      options: dumpOptions,
      examples: [
        ['vipctl dump --node node.json -f mesh/', 'for an Envoy node'],
        ['vipctl dump --proxy deploy/web.shop -f mesh/ | jq .lds[].name', "a Deployment's listeners by name"],
        ['vipctl dump -o config-dump -f mesh/ > dump.json', 'for istioctl proxy-config listeners -f dump.json'],
      ],
      load: async () => (await import('./run.ts')).dump,
    },
    dispatch,
  )
