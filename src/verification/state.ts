/** What a proxy has, as far as a dump tells. */
import type { JsonValue } from '../sources/document.ts'
import type { JsonMapping } from '../sources/mapping.ts'

/** The kinds of resources that are compared, as xDS calls them. */
export const VERIFIED_KINDS = ['lds', 'rds', 'cds', 'eds', 'nds'] as const
export type VerifiedKind = (typeof VERIFIED_KINDS)[number]

/** An update that Envoy did not accept. */
export interface Refusal {
  readonly kind: VerifiedKind
  readonly name: string
  /** In Envoy's words. */
  readonly reason: string
  /** What was refused; undefined if the dump does not have it. */
  readonly resource: JsonMapping | undefined
  /** Time of the attempt, as the dump writes it; '' if unknown. */
  readonly at: string
}

/** One resource of a proxy, with the field names of protobuf's JSON. */
export interface HeldResource {
  readonly name: string
  /** In use. Undefined if the proxy has only a newer version that is not ready. */
  readonly active: JsonMapping | undefined
  /** A newer version that waits for something else, such as a secret. */
  readonly warming: JsonMapping | undefined
  /** From the bootstrap, not from istiod. */
  readonly isStatic: boolean
  /** When Envoy took the active version, as the dump writes it; '' if unknown. */
  readonly updated: string
}

/** A host of a cluster, as /clusters tells it. */
export interface HostState {
  /** Flags by which Envoy itself treats it as unhealthy, such as `failed_outlier_check`. */
  readonly ejectedFor: readonly string[]
}

export interface ProxyState {
  /** The node of the bootstrap; undefined if the dump does not have one. */
  readonly node: JsonValue | undefined
  /** Resources by name. A kind that the dump does not have is absent. */
  readonly resources: ReadonlyMap<VerifiedKind, ReadonlyMap<string, HeldResource>>
  readonly refused: readonly Refusal[]
  /** Names of filters that listeners get by extension configuration discovery. */
  readonly extensions: readonly string[]
  /** Hosts by cluster and address; undefined if /clusters was not read. */
  readonly hosts?: ReadonlyMap<string, ReadonlyMap<string, HostState>>
  /** The endpoints are those of /clusters, which has less about them than a dump. */
  readonly hostsOnly?: true
}
