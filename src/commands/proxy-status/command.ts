import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type ProxyStatusOptions, proxyStatusOptions } from './options.ts'

export const proxyStatusCommand = (dispatch: Dispatch): Command =>
  defineCommand<ProxyStatusOptions>(
    {
      name: 'proxy-status',
      aliases: ['ps'],
      summary: 'print which updates of istiod the proxies have accepted',
      description:
        'Asks every istiod of the current cluster, by port-forward, which updates it has sent to its proxies and which of ' +
        'them they have accepted, as "istioctl proxy-status" does. With --computed it also compares what the proxies have with ' +
        'what istiod computes. With --syncz it reads a saved answer, with --bug-report those of a report. The exit code is ' +
        '1 if a proxy has refused an update, has not accepted the last one yet, or differs from what is computed.',
      operands: [['[glob...]', 'only proxies whose NAME or NAME.NAMESPACE matches one of these, such as "web-*.shop"']],
      options: proxyStatusOptions,
      examples: [
        ['vipctl proxy-status', 'all proxies of the current cluster'],
        ["vipctl ps -n shop 'web-*'", 'some of a namespace'],
        ['vipctl ps -n shop --computed', 'and whether they have what they should have'],
        ['vipctl ps --revision canary', 'those of one revision of istiod'],
        ['istioctl proxy-status -o json | vipctl ps --syncz -', 'what another tool has asked'],
      ],
      load: async () => (await import('./run.ts')).proxyStatus,
    },
    dispatch,
  )
