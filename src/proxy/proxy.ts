import type { Pod } from '../kinds/index.ts'
import type { IstioVersion } from '../releases/version.ts'
import type { ProxyConfig } from '../resources/mesh/mesh-config.ts'
import type { Location } from '../sources/location.ts'

export type IpMode = 'IPv4' | 'IPv6' | 'Dual'

/** A connected proxy as istiod sees it (pilot/pkg/model/context.go). */
export interface Proxy {
  readonly type: 'sidecar' | 'router'
  /** `TYPE~IP~NAME.NAMESPACE~DOMAIN` */
  readonly nodeId: string
  /** `NAME.NAMESPACE` */
  readonly id: string
  /** The namespace whose configuration applies. */
  readonly namespace: string
  /** The last part of the node id, such as `default.svc.cluster.local`. */
  readonly dnsDomain: string
  readonly ips: readonly string[]
  readonly ipMode: IpMode
  readonly clusterId: string
  readonly network: string
  readonly labels: ReadonlyMap<string, string>
  /** region/zone/subzone, or ''. */
  readonly locality: string
  readonly serviceAccount: string
  readonly version: IstioVersion
  readonly dnsCapture: boolean
  readonly dnsAutoAllocate: boolean
  readonly interceptionMode: 'REDIRECT' | 'TPROXY' | 'NONE'
  /** All node metadata; values that are not strings as JSON. */
  readonly metadata: ReadonlyMap<string, string>
  /** The mesh's defaultConfig, overridden by the proxy's own. */
  readonly config: ProxyConfig
  /** The cluster that it says it belongs to, '' for none: the name that tracers give it. */
  readonly serviceCluster: string
  /** Search domains of its resolver, in order. */
  readonly search: readonly string[]
  /** Its Pod, if the input has it. */
  readonly pod: Pod | undefined
  /** How it was found: `pod default/web-1`, `synthetic sidecar`, `node.json`; printed in the header of tables. */
  readonly description: string
  readonly location: Location | undefined
}
