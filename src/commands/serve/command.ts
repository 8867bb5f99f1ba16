import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type ServeOptions, serveOptions } from './options.ts'

export const serveCommand = (dispatch: Dispatch): Command =>
  defineCommand<ServeOptions>(
    {
      name: 'serve',
      summary: "be the proxy's DNS server",
      description:
        "Answers DNS queries by UDP and TCP as the proxy's DNS server does, from the name table that istiod sends it, " +
        'and forwards all others to the resolvers of /etc/resolv.conf. ' +
        'SIGHUP reads the input again; SIGTERM and Ctrl-C end it after the last answer.',
      options: serveOptions,
      examples: [
        ['vipctl serve -f mesh/ --meta DNS_CAPTURE=true', 'on 127.0.0.1:5353, for a sidecar in namespace default'],
        ['vipctl serve -f mesh/ --watch --log', 'with one line per query, and with later changes of the files'],
        [
          'vipctl serve --proxy web.shop --listen 127.0.0.1:0',
          'as a workload of the current cluster, on any free port',
        ],
        ['vipctl serve -f mesh/ --view 10.1.0.0/16=web.shop', 'other answers for clients in a range'],
        ['vipctl serve -f mesh/ --upstream 10.0.0.2 --metrics 127.0.0.1:9153', 'with a resolver and metrics'],
      ],
      load: async () => (await import('./run.ts')).serve,
    },
    dispatch,
  )
