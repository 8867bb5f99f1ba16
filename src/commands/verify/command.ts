import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type VerifyOptions, verifyOptions } from './options.ts'

export const verifyCommand = (dispatch: Dispatch): Command =>
  defineCommand<VerifyOptions>(
    {
      name: 'verify',
      summary: 'compare what proxies have with what they should have',
      description:
        'Compares the configuration of running proxies with what istiod computes for them from the manifests or the ' +
        'cluster: listeners, routes, clusters, endpoints and names. Prints what is missing, extra, different, or was ' +
        'refused by Envoy, and why, as far as it can be told. Asks the proxies of the current cluster by port-forward, or ' +
        'reads dumps of them. Exit code 1 means that something differs.',
      operands: [
        ['[pod...]', 'only these pods, by NAME or NAME.NAMESPACE or a pattern such as "web-*.shop" (default: all)'],
      ],
      options: verifyOptions,
      examples: [
        ['vipctl verify web-7d9f-abc.shop', 'one proxy of the current cluster'],
        ['vipctl verify -n shop', 'all proxies of a namespace'],
        ["vipctl verify 'web-*' -n shop -f mesh/", 'whether proxies have what these manifests give'],
        ['vipctl verify --config-dump dump.json -f mesh/', 'one proxy, from a file'],
        ['vipctl verify --config-dump dump.json --clusters clusters.txt -f mesh/', 'explains unhealthy endpoints'],
        ['vipctl verify --config-dump dump.json -f mesh/ --before mesh.old/', 'finds what is only late'],
        ['vipctl verify --bug-report bug-report.tar.gz', 'all proxies of a report, with the objects in it'],
        ['vipctl verify --bug-report bug-report.tar.gz -f mesh/ -o markdown', 'with other manifests'],
      ],
      load: async () => (await import('./run.ts')).verify,
    },
    dispatch,
  )
