import type { Place } from './place.ts'

/** A proxy of the input: of a pod, of a workload whose pods injection would give one, or of a machine. */
export interface ListedProxy {
  /** Names the proxy, such as `deployment/web.shop`. */
  readonly proxy: string
  /** The ID of its cluster. */
  readonly cluster: string
  /** The kind of its workload. */
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly type: 'sidecar' | 'router'
  readonly dnsCapture: boolean
  readonly dnsAutoAllocate: boolean
  /** '' for the unnamed network. */
  readonly network: string
  readonly revision: string
  /** Empty when it has no IP yet. */
  readonly ips: readonly string[]
  /** The input does not state the addresses. */
  readonly ipsAssumed?: true
  readonly serviceAccount: string
  /** The evidence for the proxy. */
  readonly knownBy: 'container' | 'injection labels' | 'registered' | 'assumed'
  readonly location: Place
}
