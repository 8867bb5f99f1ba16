import type { Command } from 'commander'
import { type Dispatch, defineCommand, option, outputOption } from '../command.ts'
import { inputOptions } from '../input-options.ts'
import { type ProxyConfigOptions, parseBoolean, parsePort, VIEWS } from './options.ts'

const FILTERS = 'Filters (as istioctl has them):'
const OUTPUT = 'Output options:'

export const proxyConfigCommand = (dispatch: Dispatch): Command =>
  defineCommand<ProxyConfigOptions>(
    {
      name: 'proxy-config',
      aliases: ['pc'],
      summary: "print a proxy's listeners, clusters, endpoints or routes as istioctl does",
      description:
        'Prints what `istioctl proxy-config` would print for a proxy that has received everything, without a cluster. ' +
        'The aliases of istioctl work too: listener, l, cluster, c, endpoint, ep, route, r, a.',
      operands: [
        ['<view>', `${VIEWS.slice(0, -1).join(', ')} or ${VIEWS.at(-1)}`],
        ['[proxy]', 'the proxy, as --proxy takes it'],
      ],
      options: [
        option('--address <address>', 'listeners, endpoints: of this address', FILTERS),
        option('--port <port>', 'listeners, clusters, endpoints: of this port', FILTERS).argParser(parsePort),
        option('--type <type>', 'listeners: HTTP, TCP, HTTP+TCP or UNKNOWN', FILTERS),
        option('--fqdn <text>', 'clusters: whose name contains this', FILTERS),
        option('--direction <direction>', 'clusters: inbound or outbound', FILTERS),
        option('--subset <text>', 'clusters: whose subset contains this', FILTERS),
        option('--cluster <name>', 'endpoints: of this cluster', FILTERS),
        option('--status <status>', 'endpoints: healthy, unhealthy or draining', FILTERS),
        option('--name <name>', 'routes: of this name', FILTERS),
        outputOption(['short', 'json', 'yaml']),
        option('--explain', 'add where each row comes from; for one listener or cluster, why it is as it is', OUTPUT),
        option('--with-headers', 'all: a title above each part', OUTPUT),
        option(
          '--verbose [boolean]',
          'filter chains and routes (default), with =false only listeners and route configurations; ' +
            'when it is given, also every warning',
          OUTPUT,
        ).argParser(parseBoolean),
        ...inputOptions(),
      ],
      examples: [
        ['vipctl proxy-config listeners -f mesh/', 'all listeners of a sidecar in namespace default'],
        ['vipctl pc l deploy/web.shop --port 3306 --explain -f mesh/', 'who answers on port 3306, and why'],
        [
          'vipctl pc clusters --fqdn db.example.com --direction outbound -o json -f mesh/',
          'clusters as Envoy gets them',
        ],
        ["vipctl pc ep --cluster 'outbound|80||web.shop.svc.cluster.local' -f mesh/", 'the endpoints of a cluster'],
        ['vipctl pc routes --name 80 -f mesh/', 'the routes of port 80'],
      ],
      load: async () => (await import('./run.ts')).proxyConfig,
    },
    dispatch,
  )
