import type { Option } from 'commander'
import { option, outputOption } from '../command.ts'
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

export const rbacOptions = (): Option[] => [
  option('-n, --namespace <ns>', 'a namespace to read instead of all; repeatable', ROLE).argParser(collect),
  option('--watch', 'also what --watch needs', ROLE),
  option('--remote-secrets', 'also what --remote-secrets needs', ROLE),
  option('-i, --istioNamespace <ns>', 'namespace of istiod (default: istio-system)', ROLE),
  option('--revision <rev>', 'revision of the istiod whose mesh configuration is read', ROLE),
  outputOption(['yaml', 'json']),
]
