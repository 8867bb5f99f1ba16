import type { LintReport } from '../../answers/shapes/lint.ts'
import type { ListedProxy } from '../../answers/shapes/proxies.ts'
import type { IstioRelease } from '../../answers/shapes/release.ts'
import type { Proxy } from './proxy.ts'
import type { Problem, Source } from './source.ts'

/** The addresses of one host of a ServiceEntry. `why` is the rule that applied. */
export interface HostAddresses extends Source {
  readonly host: string
  /** The namespace and name of the ServiceEntry. */
  readonly namespace: string
  readonly name: string
  /** IPv4 before IPv6; an entry's own addresses in their order. */
  readonly addresses: readonly string[]
  /**
   * Where the addresses come from: the entry's status, what istiod would write there, the rules of older releases
   * (`hashed`, `ordered`), the entry's own `spec.addresses`, or nothing.
   */
  readonly source: 'status' | 'simulated' | 'hashed' | 'ordered' | 'own' | 'none'
  /** Manifests do not state the creation times that decide which host gets which address, so that names decided. */
  readonly orderAssumed: boolean
}

/** Names one proxy. Without any of these, it is a sidecar in the namespace of the mesh's options. */
export interface ProxyChoice {
  /** A workload of the input: `[[CLUSTER/]TYPE/]NAME[.NAMESPACE]`, such as `deploy/web.shop`. */
  readonly name?: string | undefined
  /** The namespace of a sidecar, or of a workload whose name does not state one. */
  readonly namespace?: string | undefined
  /** Labels of a sidecar that is not in the input. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** The node that Envoy sends when it connects: `{ id, cluster, metadata, locality }`. */
  readonly node?: unknown
  /** Metadata that overrides the proxy's own, such as `{ DNS_CAPTURE: 'true' }`. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  /** Search domains of the workload's resolver, which override the usual ones. */
  readonly search?: readonly string[] | undefined
}

/** How to lint. */
export interface LintSettings {
  /** Whether sidecars capture DNS; `mesh`, the default, follows the mesh configuration. */
  readonly dnsCapture?: boolean | 'mesh' | 'both' | undefined
  /** Severities by rule or pattern of rules, such as `{ 'headless-*': 'off' }`. */
  readonly rules?: Readonly<Record<string, 'error' | 'warning' | 'info' | 'off'>> | undefined
  /** The version to upgrade from; without it, rules about upgrades find nothing. */
  readonly fromVersion?: string | undefined
  /** Hosts and namespaces that exist outside of the input; both may be patterns. */
  readonly knownHosts?: readonly string[] | undefined
  readonly knownNamespaces?: readonly string[] | undefined
  /** Whether references to objects that the input does not have are always findings. */
  readonly strict?: boolean | undefined
  /** Which fixes are looked for: `auto`, the default, leaves them out in large meshes, where it takes long. */
  readonly fixes?: 'auto' | 'all' | 'none' | undefined
}

/** A mesh. Answers are computed when they are first asked for. */
export interface Mesh {
  readonly istio: IstioRelease
  readonly problems: readonly Problem[]
  /** The hosts of all ServiceEntries with their addresses: what `vipctl allocate` prints. */
  allocate(): readonly HostAddresses[]
  /** The proxies of the input: what `vipctl proxies` prints. */
  proxies(): readonly ListedProxy[]
  /**
   * One proxy.
   * @throws UserError when the input does not have it, or when its node is invalid
   */
  proxy(choice?: ProxyChoice): Proxy
  /**
   * What `vipctl lint` finds, as a sidecar of each namespace sees the mesh.
   * @throws UserError for a rule or version that does not exist
   */
  lint(settings?: LintSettings): LintReport
}
