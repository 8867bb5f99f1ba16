import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type StatusOptions, statusOptions } from './options.ts'

export const statusCommand = (dispatch: Dispatch): Command =>
  defineCommand<StatusOptions>(
    {
      name: 'status',
      summary: 'print the conditions that istiod sets on objects of the Gateway API',
      description:
        'Prints the status that istiod would write to GatewayClasses, Gateways, ListenerSets, routes and policies of the ' +
        'Kubernetes Gateway API, with the reason of each condition in words and the line that causes it. Where an object ' +
        'has a stored status, it says which conditions are not as computed.',
      operands: [['[object...]', 'only these objects: KIND/NAME, such as httproute/web or gateway/public.edge']],
      options: statusOptions,
      examples: [
        ['vipctl status -f mesh/', 'all objects'],
        ['vipctl status httproute/web -n shop -f mesh/', 'one route'],
        ['vipctl status gateway/public.edge -f mesh/ -o yaml', 'in the shape of the object'],
      ],
      load: async () => (await import('./run.ts')).status,
    },
    dispatch,
  )
