import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type SandboxOptions, sandboxOptions } from './options.ts'

export const sandboxCommand = (dispatch: Dispatch): Command =>
  defineCommand<SandboxOptions>(
    {
      name: 'sandbox',
      summary: 'run a command behind a real Envoy with the computed configuration',
      description:
        'Runs a command as if it ran in the pod of a proxy: names resolve by the computed name table, connections go ' +
        'through a real Envoy with the computed listeners, clusters, endpoints and routes, and each endpoint is an ' +
        'echo server that answers in JSON who it is and what it received. Nothing leaves the machine, and no cluster ' +
        'is changed. It needs Linux and namespaces; --bind is the lesser form without them.',
      operands: [['[command...]', 'the command with its arguments, after --; a shell if there is none']],
      options: sandboxOptions,
      examples: [
        ['vipctl sandbox -f mesh/ -- curl -s http://reviews:9080/v2', 'a request of a workload in namespace default'],
        ['vipctl sandbox -f mesh/ --proxy deploy/web.shop', 'a shell in the pod of a workload'],
        [
          "vipctl sandbox -f mesh/ --expect 'outbound|9080||reviews.default.svc.cluster.local' -- curl reviews:9080",
          'a check with an exit code',
        ],
        ['vipctl sandbox -f mesh/ --bind', 'listeners on loopback ports, without namespaces, until Ctrl-C'],
      ],
      load: async () => (await import('./run.ts')).sandbox,
    },
    dispatch,
  )
