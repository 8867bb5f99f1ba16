/** The plan of an inbound filter chain. */
import type { SidecarResource } from '../../../../kinds/index.ts'
import type { Origin } from '../../../explained.ts'
import type { Extensions } from '../../../extensions/plan/extensions.ts'
import type { InboundMatch } from './matches.ts'
import type { InboundRetries } from './retries.ts'

/** The destination of HTTP on a port. */
export interface InboundDestination {
  readonly cluster: string
  readonly host: string
  readonly servicePort: number
  readonly retries: InboundRetries | undefined
}

export interface InboundChainPlan {
  readonly name: string
  /** 0 for any port. */
  readonly destinationPort: number
  /** undefined for any protocol. */
  readonly match: InboundMatch | undefined
  readonly filters: InboundFilters
  /** The object in the chain's metadata. */
  readonly sidecar: SidecarResource | undefined
  readonly origin: Origin
}

export type InboundFilters =
  | { readonly kind: 'blackhole'; readonly cluster: string }
  | {
      readonly kind: 'http'
      readonly statPrefix: string
      readonly to: InboundDestination
      readonly grpcWeb: boolean
      /** Those of the workload's port; undefined for none. */
      readonly extensions: Extensions | undefined
      readonly http2: boolean
    }
  | {
      readonly kind: 'tcp'
      /** '' if the mesh's pattern refers to a service and there is none. */
      readonly statPrefix: string
      readonly cluster: string
      readonly mongo: boolean
      /** Those of the service's port; undefined for none. */
      readonly extensions: Extensions | undefined
    }
