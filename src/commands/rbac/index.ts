import type { Command } from 'commander'
import { type Dispatch, defineCommand, option, outputOption } from '../command.ts'
import type { OutputOptions } from '../session.ts'
import { collect } from '../values.ts'

export interface RbacOptions extends OutputOptions {
  readonly output?: 'yaml' | 'json'
  readonly namespace?: readonly string[]
  readonly watch?: boolean
  readonly remoteSecrets?: boolean
  readonly istioNamespace?: string
  readonly revision?: string
}

const ROLE = 'Role options:'

export const rbacCommand = (dispatch: Dispatch): Command =>
  defineCommand<RbacOptions>(
    {
      name: 'rbac',
      summary: 'print the role that reading a live cluster needs',
      description:
        'Prints what a command asks an API server for as a ClusterRole, and a Role for the objects of istiod; with ' +
        '--namespace, Roles that allow to read single namespaces. No rule allows anything but reading. Without a ' +
        'command, the roles are enough for all of them.',
      operands: [['[command]', 'a command that reads clusters, such as dig']],
      options: [
        option('-n, --namespace <ns>', 'a namespace to be read instead of all; repeatable', ROLE).argParser(collect),
        option('--watch', 'also what --watch needs', ROLE),
        option('--remote-secrets', 'also what --remote-secrets needs', ROLE),
        option('-i, --istioNamespace <ns>', 'namespace of istiod (default: istio-system)', ROLE),
        option('--revision <rev>', 'revision of istiod whose mesh configuration is read', ROLE),
        outputOption(['yaml', 'json']),
      ],
      examples: [
        ['vipctl rbac | kubectl apply -f -', 'everything, in the whole cluster'],
        ['vipctl rbac dig -n shop -n cars', 'what dig needs, of two namespaces'],
        ['kubectl create clusterrolebinding vipctl --clusterrole=vipctl --user=NAME', 'give the ClusterRole to a user'],
      ],
      load: async () => (await import('./run.ts')).rbac,
    },
    dispatch,
  )
