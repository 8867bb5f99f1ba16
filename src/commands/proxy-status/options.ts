import type { Option } from 'commander'
import { option, outputOption, pathOption } from '../command.ts'
import { type InputOptions, manifestOptions } from '../input-options.ts'

export interface ProxyStatusOptions extends InputOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  readonly allNamespaces?: boolean
  readonly syncz?: string
}

/** Those of the shared options that say where istiod is. */
const TAKEN: ReadonlySet<string | undefined> = new Set([
  '--namespace',
  '--kubeconfig',
  '--context',
  '--remote-secrets',
  '--as',
  '--as-group',
  '--request-timeout',
  '--istioNamespace',
  '--revision',
])

const QUERY = 'Query options:'

export const proxyStatusOptions = (): Option[] => [
  option('-A, --all-namespaces', 'all namespaces (default, unless -n names one)', QUERY),
  pathOption(option('--syncz <file>', 'a saved answer instead of that of the cluster, or - for stdin', QUERY)),
  outputOption(['text', 'json', 'yaml']),
  ...manifestOptions().filter(({ long }) => TAKEN.has(long ?? undefined)),
]
