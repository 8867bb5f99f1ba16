import type { Command } from 'commander'
import { SUBCOMMANDS } from '../../answers/proxy-config/subcommands.ts'
import { type Dispatch, defineCommand } from '../command.ts'
import { type ProxyConfigOptions, proxyConfigOptions } from './options.ts'

export const proxyConfigCommand = (dispatch: Dispatch): Command =>
  defineCommand<ProxyConfigOptions>(
    {
      name: 'proxy-config',
      aliases: ['pc'],
      summary: "print a proxy's listeners, clusters, endpoints, routes or extensions as istioctl does",
      description:
        'Prints what `istioctl proxy-config` would print for a proxy that has received everything, without a cluster. ' +
        'The aliases of istioctl work too: listener, l, cluster, c, endpoint, ep, route, r, a.',
      operands: [
        ['<view>', `${SUBCOMMANDS.slice(0, -1).join(', ')} or ${SUBCOMMANDS.at(-1)}`],
        ['[proxy]', 'the proxy, in the form of --proxy'],
      ],
      options: proxyConfigOptions,
      examples: [
        ['vipctl proxy-config listeners -f mesh/', 'all listeners of a sidecar in namespace default'],
        ['vipctl pc l deploy/web.shop --port 3306 --explain -f mesh/', 'who answers on port 3306, and why'],
        [
          'vipctl pc clusters --fqdn db.example.com --direction outbound -o json -f mesh/',
          'clusters as Envoy receives them',
        ],
        ["vipctl pc ep --cluster 'outbound|80||web.shop.svc.cluster.local' -f mesh/", 'the endpoints of a cluster'],
        ['vipctl pc routes --name 80 -f mesh/', 'the routes of port 80'],
        ['vipctl pc ecds deploy/web.shop -f mesh/', 'the Wasm code that the proxy asks for by name'],
      ],
      load: async () => (await import('./run.ts')).proxyConfig,
    },
    dispatch,
  )
