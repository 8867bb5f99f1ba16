import type { Command } from 'commander'
import { type Dispatch, defineCommand } from '../command.ts'
import { type RbacOptions, rbacOptions } from './options.ts'

export const rbacCommand = (dispatch: Dispatch): Command =>
  defineCommand<RbacOptions>(
    {
      name: 'rbac',
      summary: 'print the roles for reading a live cluster',
      description:
        'Prints a ClusterRole with what a command reads from an API server, and a Role for the objects of istiod; with ' +
        '--namespace, Roles for single namespaces. All rules are read-only, except that verify and proxy-status need ' +
        'port-forward. Without a command, the roles are enough for all other commands.',
      operands: [['[command]', 'a command that reads clusters, such as dig']],
      options: rbacOptions,
      examples: [
        ['vipctl rbac | kubectl apply -f -', 'everything, in the whole cluster'],
        ['vipctl rbac dig -n shop -n cars', 'what dig needs, in two namespaces'],
        ['kubectl create clusterrolebinding vipctl --clusterrole=vipctl --user=NAME', 'give the ClusterRole to a user'],
      ],
      load: async () => (await import('./run.ts')).rbac,
    },
    dispatch,
  )
