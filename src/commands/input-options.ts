/** The options that tell every command what to read, and for which proxy. */
import type { Option } from 'commander'
import type { ConfiguredVersion } from '../input/config/version.ts'
import type { ConfiguredRenders, ExcludePattern } from '../input/request.ts'
import type { StatedAt } from '../input/stated.ts'
import { choiceOption, nameOption, option, pathOption } from './command.ts'
import type { OutputOptions } from './session.ts'
import { CLUSTER, INPUT, ISTIO, PROXY } from './shared-options.ts'
import { collect, collectPairs, type Pair, parseTimeout } from './values.ts'

export interface InputOptions extends OutputOptions {
  readonly filename?: readonly string[]
  readonly recursive?: boolean
  /** An environment of the configuration file, whose inputs are read. */
  readonly env?: string
  /** Whether the configuration may name what is outside of its repository. */
  readonly trustConfig?: boolean
  /** Whether the configuration may start programs that render manifests. */
  readonly allowRender?: boolean
  /** Of the configuration alone: what programs add to its inputs. */
  readonly configuredRenders?: ConfiguredRenders
  /** gitignore patterns, relative to the working directory. */
  readonly exclude?: readonly string[]
  /** Patterns of the configuration, which come before the others. */
  readonly excludedByConfig?: readonly ExcludePattern[]
  /** Whether .gitignore is respected. */
  readonly gitignore?: boolean
  /** The files are merged over the current cluster. */
  readonly useKube?: boolean
  /** The files are merged over these. */
  readonly base?: readonly string[]
  /** Remote cluster IDs with paths of their objects. */
  readonly remote?: readonly Pair[]
  readonly clusterId?: string
  readonly namespace?: string
  readonly meshConfig?: string
  readonly istiodEnv?: readonly Pair[]
  readonly istioVersion?: string
  /** What a command has read from the configuration file; undefined if it does not read one itself. */
  readonly configured?: { readonly istio: ConfiguredVersion | undefined; readonly path?: string }
  /** Where the configuration file states values of these options. */
  readonly statedAt?: StatedAt
  /** `NAMESPACE/GROUP` with an address. */
  readonly join?: readonly Pair[]
  /** `all`, `none`, or a comma-separated list of assumptions. */
  readonly assume?: string
  readonly kubeconfig?: string
  readonly context?: readonly string[]
  readonly remoteSecrets?: boolean
  readonly as?: string
  readonly asGroup?: readonly string[]
  /** Milliseconds; 0 for no limit. */
  readonly requestTimeout?: number
  readonly istioNamespace?: string
  readonly revision?: string
}

export interface ProxyOptions extends InputOptions {
  readonly proxy?: string
  readonly node?: string
  readonly meta?: readonly Pair[]
}

/** For completion; comma-separated lists are allowed too. */
const ASSUME_CHOICES = ['all', 'none', 'cluster-ips', 'pods', 'gateways', 'certificates'] as const

const SETTING_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

function checkSetting([name]: Pair): string | undefined {
  return SETTING_NAME.test(name) ? undefined : `${JSON.stringify(name)} is not a valid environment variable name.`
}

function checkJoin([group]: Pair): string | undefined {
  return /^[^/]+\/[^/]+$/.test(group) ? undefined : 'The form is NAMESPACE/GROUP=IP.'
}

const INPUT_OPTIONS: readonly (() => Option)[] = [
  () =>
    pathOption(
      option('-f, --filename <path>', 'file, directory, glob, or - for stdin; repeatable', INPUT).argParser(collect),
    ),
  () => option('-R, --recursive', 'also read subfolders', INPUT),
  () =>
    option('--exclude <glob>', 'files and folders to leave out, in .gitignore syntax; repeatable', INPUT).argParser(
      collect,
    ),
  () => option('--no-gitignore', 'with -R, also read what .gitignore excludes', INPUT),
  () => option('--env <name>', 'environment of .vipctl.yaml whose inputs to read', INPUT),
  () => option('--allow-render', 'let .vipctl.yaml start the programs that its key `render` names', INPUT),
  () => option('--trust-config', 'let .vipctl.yaml name files outside of its repository', INPUT),
  () => option('-k, --use-kube', 'treat the files as applied to the current cluster', INPUT),
  () =>
    pathOption(option('--base <path>', 'treat the files as applied to these; repeatable', INPUT).argParser(collect)),
  () =>
    option('--remote <id=path>', "a remote cluster's Kubernetes objects; repeatable", INPUT).argParser(
      collectPairs('ID=PATH', ([, path]) => (path === '' ? 'The path is empty.' : undefined)),
    ),
  () => option('--cluster-id <id>', 'ID of the local cluster (default: Kubernetes)', INPUT),
  () =>
    nameOption(
      option(
        '-n, --namespace <ns>',
        'namespace of objects and proxies without one (default: default, or that of the context)',
        INPUT,
      ),
      'namespaces',
    ),
  () =>
    option('--join <namespace/group=ip>', 'a machine that joins a WorkloadGroup; repeatable', INPUT).argParser(
      collectPairs('NAMESPACE/GROUP=IP', checkJoin),
    ),
  () =>
    choiceOption(
      option(
        '--assume <what>',
        'what to assume about the cluster: all, none, cluster-ips, pods, gateways, certificates (default: all, for objects that no cluster has stored)',
        INPUT,
      ),
      ASSUME_CHOICES,
    ).argParser((text) => text),
  () => pathOption(option('-c, --kubeconfig <file>', 'kubeconfig instead of KUBECONFIG and ~/.kube/config', CLUSTER)),
  () =>
    option('--context <name>', 'context to read; repeatable, the first is the config cluster', CLUSTER).argParser(
      collect,
    ),
  () => option('--remote-secrets', "also read the clusters of istiod's remote secrets", CLUSTER),
  () => option('--as <user>', 'user to impersonate', CLUSTER),
  () => option('--as-group <group>', 'group to impersonate; repeatable', CLUSTER).argParser(collect),
  () =>
    option(
      '--request-timeout <duration>',
      'limit for one request, such as 30s or 1m (default: none)',
      CLUSTER,
    ).argParser(parseTimeout),
  () => option('-i, --istioNamespace <ns>', 'namespace of istiod (default: istio-system)', ISTIO),
  () =>
    option(
      '--revision <rev>',
      'revision, or revision tag, of the istiod that applies (default: the one that the proxy belongs to)',
      ISTIO,
    ),
  () =>
    pathOption(
      option(
        '--mesh-config <file>',
        'mesh configuration, also in Helm values or an IstioOperator (default: that of the input)',
        ISTIO,
      ),
    ),
  () =>
    option('--istiod-env <key=value>', 'environment of istiod; repeatable', ISTIO).argParser(
      collectPairs('KEY=VALUE', checkSetting),
    ),
  () =>
    option(
      '--istio-version <version>',
      'Istio version: 1.27, 1.27.9, latest or master (default: that of istiod in the input)',
      ISTIO,
    ),
]

const PROXY_OPTIONS: readonly (() => Option)[] = [
  () =>
    nameOption(
      option(
        '--proxy <proxy>',
        '[TYPE/]NAME[.NAMESPACE] of a Pod, Deployment or other workload (default: a synthetic sidecar)',
        PROXY,
      ),
      'proxies',
    ),
  () => pathOption(option('--node <file>', 'Envoy node {id, metadata, locality} as JSON or YAML', PROXY)),
  () =>
    option('--meta <key=value>', 'node metadata, such as DNS_CAPTURE=true; repeatable', PROXY).argParser(
      collectPairs('KEY=VALUE'),
    ),
]

/** The options of commands that read manifests but need no proxy. */
export const manifestOptions = (): Option[] => INPUT_OPTIONS.map((make) => make())

/** The options of commands about a proxy. */
export const inputOptions = (): Option[] => [...INPUT_OPTIONS, ...PROXY_OPTIONS].map((make) => make())
