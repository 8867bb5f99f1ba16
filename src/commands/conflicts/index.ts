import type { Command } from 'commander'
import { FIX_KINDS } from '../../findings/fixes/kinds.ts'
import { onlyChangesOption } from '../../input/overlay.ts'
import { type Dispatch, defineCommand, option, outputOption, pathOption } from '../command.ts'
import { inputOptions } from '../input-options.ts'
import { watchOption } from '../watch/index.ts'
import { type ConflictsOptions, parseFixKinds } from './options.ts'

const FIXES = 'Fix options:'

export const conflictsCommand = (dispatch: Dispatch): Command =>
  defineCommand<ConflictsOptions>(
    {
      name: 'conflicts',
      summary: 'print which services take the port of which others',
      description:
        'Prints the listeners of a proxy in which one service keeps others out: who wins, who is lost, by which rule, ' +
        'and fixes that were proven by computing again with them applied. Below it, other ports that have a cluster ' +
        'but that no listener or route leads to. Ends with exit code 1 when there are conflicts.',
      operands: [['[path...]', 'file, directory or glob; the same as -f']],
      options: [
        option(
          '--fix <kinds>',
          `fixes to look for, separated by commas: ${FIX_KINDS.join(', ')}; or none`,
          FIXES,
        ).argParser(parseFixKinds),
        pathOption(option('--fix-out <dir>', 'write the manifests with the first fix of each conflict made', FIXES)),
        option('-A, --all-namespaces', 'for a synthetic sidecar of every namespace', 'Proxy options:'),
        outputOption(['text', 'json', 'yaml']),
        onlyChangesOption(),
        watchOption(),
        ...inputOptions(),
      ],
      examples: [
        ['vipctl conflicts manifests/', 'for a sidecar in namespace default'],
        ['vipctl conflicts -A', 'of the current cluster, for sidecars of every namespace'],
        ['vipctl conflicts manifests/ --proxy deploy/web.shop', 'for a Deployment'],
        ['vipctl conflicts manifests/ --fix port --fix-out mended/', 'move ports, and write the manifests'],
        ['vipctl conflicts manifests/ -o json', 'with every fix in full'],
      ],
      load: async () => (await import('./run.ts')).conflicts,
    },
    dispatch,
  )
