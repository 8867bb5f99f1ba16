import type { Option } from 'commander'
import { UserError } from '../../common/errors.ts'
import { option, outputOption, pathOption } from '../command.ts'
import { type InputOptions, manifestOptions } from '../input-options.ts'
import { sharedGroupOf } from '../shared-options.ts'

export interface ProxyStatusOptions extends InputOptions {
  readonly output?: 'text' | 'json' | 'yaml'
  readonly allNamespaces?: boolean
  readonly syncz?: string
  readonly bugReport?: string
  readonly computed?: boolean
}

/** Shared options that say where istiod is, and which proxies to print. The others say what to compute from. */
const ALWAYS: ReadonlySet<string> = new Set([
  'namespace',
  'kubeconfig',
  'context',
  'remoteSecrets',
  'as',
  'asGroup',
  'requestTimeout',
  'istioNamespace',
  'revision',
])

const QUERY = 'Query options:'

export const proxyStatusOptions = (): Option[] => [
  option('-A, --all-namespaces', 'all namespaces (default, unless -n names one)', QUERY),
  option('--computed', 'also ask the proxies what they have, and compare it with what istiod computes', QUERY),
  pathOption(option('--syncz <file>', 'a saved answer instead of that of the cluster, or - for stdin', QUERY)),
  pathOption(option('--bug-report <path>', 'archive or folder of istioctl bug-report instead of the cluster', QUERY)),
  outputOption(['text', 'json', 'yaml']),
  ...manifestOptions(),
]

/** @throws UserError for options that exclude each other or have no effect */
export function checkOptions(options: ProxyStatusOptions): void {
  const { namespace, allNamespaces, syncz, bugReport, computed } = options
  if (syncz !== undefined && bugReport !== undefined) throw new UserError('--syncz and --bug-report exclude each other')
  if (namespace !== undefined && allNamespaces) throw new UserError('-n and -A exclude each other')
  if (computed) {
    if (syncz !== undefined)
      throw new UserError(
        '--computed and --syncz exclude each other',
        'an answer of istiod does not tell what proxies have',
      )
    return
  }
  const given = options as Readonly<Record<string, unknown>>
  for (const item of manifestOptions()) {
    const name = item.attributeName()
    if (ALWAYS.has(name) || sharedGroupOf(item) === undefined || given[name] === undefined) continue
    // The default of an option that turns something off.
    if (item.negate && given[name] === true) continue
    throw new UserError(`${item.long} needs --computed`, 'only what is computed depends on the mesh')
  }
}
