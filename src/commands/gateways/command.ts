import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type GatewaysOptions, gatewaysOptions } from './options.ts'

export const gatewaysCommand = (dispatch: Dispatch): Command =>
  defineCommand<GatewaysOptions>(
    {
      name: 'gateways',
      aliases: ['gateway', 'gw'],
      summary: 'print what gateways serve, and what they do not',
      description:
        'Prints each server of the Gateways that select a router: its listener, hosts, TLS and VirtualServices; which ' +
        'servers are dropped for others; and the VirtualServices that are not bound to any Gateway, and why. Without ' +
        '--proxy, it covers every router of the input.',
      operands: [
        ['[gateway...]', 'only Gateways with these names: NAME or NAMESPACE/NAME, "*" matches any characters'],
      ],
      options: gatewaysOptions,
      examples: [
        ['vipctl gateways -f mesh/', 'for every router'],
        ['vipctl gateways -f mesh/ --proxy deploy/istio-ingressgateway.istio-system', 'for one of them'],
        ['vipctl gateways public -f mesh/ -o json', 'one Gateway, with everything in full'],
      ],
      load: async () => (await import('./run.ts')).gateways,
    },
    dispatch,
  )
