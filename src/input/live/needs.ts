/** What each command reads of a live cluster, and why. `vipctl rbac` prints roles from the same table. */
import { KUBERNETES_GATEWAY, type LiveKind, liveKind } from './index.ts'

/**
 * How much a command reads: `addresses` what automatic addresses depend on, `names` what the name table does as well,
 * `configuration` what Envoy's resources do, `proxies` what says which proxies there are, `everything` all of that.
 */
export type Reads = 'addresses' | 'names' | 'configuration' | 'proxies' | 'everything'

export interface Need {
  readonly kind: LiveKind
  /** What the answer may miss without it. */
  readonly misses: string
  /** Read of remote clusters too; Istio's own kinds count in the config cluster alone. */
  readonly everyCluster: boolean
  /** Nothing is computed from it; that there are such objects has to be said. */
  readonly unmodelled: boolean
  readonly reads: ReadonlySet<Reads>
}

/** Who reads it, besides `everything`. */
const ALL: readonly Reads[] = ['addresses', 'names', 'configuration', 'proxies']
const NAMES: readonly Reads[] = ['names', 'configuration', 'proxies']
const VISIBLE: readonly Reads[] = ['names', 'configuration']
const CONFIGURATION: readonly Reads[] = ['configuration']

function need(kind: LiveKind, reads: readonly Reads[], misses: string, options: Partial<Need> = {}): Need {
  const all = new Set<Reads>([...reads, 'everything'])
  return { kind, misses, everyCluster: false, unmodelled: false, reads: all, ...options }
}

const kube = (name: string, reads: readonly Reads[], misses: string): Need =>
  need(liveKind(name), reads, misses, { everyCluster: true })

const istio = (name: string, reads: readonly Reads[], misses: string): Need => need(liveKind(name), reads, misses)

const unmodelled = (kind: LiveKind, reads: readonly Reads[], everyCluster = false): Need =>
  need(kind, reads, '', { unmodelled: true, everyCluster })

/** EndpointSlices stand for Endpoints too: the API server mirrors what is written by hand. */
const MODELLED: readonly Need[] = [
  kube('Namespace', ALL, 'which namespaces istiod looks at, and the network of the cluster'),
  kube('Service', ALL, 'hosts of Services'),
  istio('ServiceEntry', ALL, 'hosts of ServiceEntries, and their addresses'),
  kube('Pod', NAMES, 'proxies, workloads behind ServiceEntries, and labels of endpoints'),
  kube('EndpointSlice', VISIBLE, 'endpoints, and the names of pods of headless Services'),
  kube('Node', CONFIGURATION, 'localities of endpoints, and addresses of gateways behind node ports'),
  istio('WorkloadEntry', NAMES, 'endpoints outside of Kubernetes'),
  istio('WorkloadGroup', NAMES, 'virtual machines that join a group'),
  istio('Sidecar', VISIBLE, 'which hosts a proxy sees'),
  istio('VirtualService', VISIBLE, 'routes, and which hosts a proxy sees'),
  istio('DestinationRule', CONFIGURATION, 'subsets, TLS and load balancing'),
  istio('Gateway', ['configuration', 'proxies'], 'listeners of gateways, and which proxies are gateways'),
  istio('PeerAuthentication', CONFIGURATION, 'where mutual TLS is required'),
  // A selector that matches no pod may mean one of these, which has none at the moment.
  ...['StatefulSet', 'DaemonSet', 'Rollout'].map((name) => kube(name, [], 'workloads that have no pod now')),
]

const UNMODELLED: readonly Need[] = [
  unmodelled(liveKind('ProxyConfig'), VISIBLE),
  unmodelled(liveKind('ServiceExport'), VISIBLE, true),
  unmodelled(liveKind('ServiceImport'), VISIBLE, true),
  ...[
    'EnvoyFilter',
    'AuthorizationPolicy',
    'RequestAuthentication',
    'Telemetry',
    'WasmPlugin',
    'TrafficExtension',
    'HTTPRoute',
    'GRPCRoute',
    'TLSRoute',
    'TCPRoute',
    'UDPRoute',
    'ListenerSet',
    'BackendTLSPolicy',
    'XListenerSet',
    'XBackendTrafficPolicy',
    'XBackend',
    'InferencePool',
    'Ingress',
  ].map((name) => unmodelled(liveKind(name), CONFIGURATION)),
  unmodelled(KUBERNETES_GATEWAY, CONFIGURATION),
]

/** Deployments are read where they are needed: to list proxies all of them, to find one those of its namespace. */
export const DEPLOYMENTS: Need = kube('Deployment', ['proxies'], 'Deployments by which proxies are named')

export const needsOf = (reads: Reads): readonly Need[] =>
  [...MODELLED, ...UNMODELLED, DEPLOYMENTS].filter((each) => each.reads.has(reads))

/** How much the commands read. */
export const READS_BY_COMMAND: ReadonlyMap<string, Reads> = new Map([
  ['dig', 'names'],
  ['nametable', 'names'],
  ['allocate', 'names'],
  ['proxy-config', 'configuration'],
  ['conflicts', 'configuration'],
  ['gateways', 'configuration'],
  ['clusters', 'configuration'],
  ['proxies', 'proxies'],
  ['dump', 'configuration'],
  ['lint', 'everything'],
  ['snapshot', 'everything'],
])

/** Istiod's own objects, all in its namespace. */
export const ISTIOD = {
  configMap: liveKind('ConfigMap'),
  deployment: liveKind('Deployment'),
  secret: liveKind('Secret'),
  selector: 'app=istiod',
} as const
