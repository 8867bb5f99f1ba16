import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type TraceOptions, traceOptions } from './options.ts'

export const traceCommand = (dispatch: Dispatch): Command =>
  defineCommand<TraceOptions>(
    {
      name: 'trace',
      summary: 'follow one connection or request to its endpoint',
      description:
        'Follows a connection or request from its name to the endpoint: name, capture, listener, filter chain, virtual ' +
        'host, route, cluster, endpoints, and the proxies on the other side. Each step has the rule that decided and ' +
        'the file and line behind it.',
      operands: [['[target]', 'HOST:PORT for TCP, a URL (http, https), or grpc://HOST:PORT/Service/Method']],
      options: traceOptions,
      examples: [
        ['vipctl trace http://reviews:9080/v2 -f mesh/', 'a request of a workload in namespace default'],
        ['vipctl trace orders.db.example.com:3306 --proxy deploy/web.shop -f mesh/', 'a TCP connection of a workload'],
        ["vipctl trace http://reviews:9080/ -H 'end-user: jason' -f mesh/", 'with a header'],
        ['vipctl trace https://shop.example.com/ --from gateway/ingress.istio-system -f mesh/', 'from outside'],
        ['vipctl trace --batch requests.jsonl -o json -f mesh/', 'many requests at once'],
      ],
      load: async () => (await import('./run.ts')).trace,
    },
    dispatch,
  )
