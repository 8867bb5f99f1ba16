/** Which updates istiod has sent to a proxy, and which of them the proxy has accepted. */

/**
 * In istioctl's words: `SYNCED` is accepted, `STALE` is not answered yet, `NOT SENT` means that istiod had nothing to
 * send, `ERROR` is refused by the proxy, `IGNORED` means that the proxy does not ask for it.
 */
export type SyncState = 'SYNCED' | 'STALE' | 'NOT SENT' | 'ERROR' | 'IGNORED'

/** The state of the resources of one type. */
export interface TypeSync {
  readonly state: SyncState
  /** When istiod sent the last update, in RFC 3339; undefined if it sent none or the answer does not tell. */
  readonly sent: string | undefined
  /** Why the proxy refused the last update; '' if it did not. */
  readonly error: string
}

/** A proxy that is connected to an istiod. */
export interface ConnectedProxy {
  /** `POD.NAMESPACE` */
  readonly name: string
  readonly clusterId: string
  /** `sidecar`, `router`, `waypoint` or `ztunnel`; '' if the answer does not tell. */
  readonly type: string
  /** The proxy's version of Istio; '' if it does not tell. */
  readonly version: string
  /** The pod of istiod; '' if the answer does not tell. */
  readonly istiod: string
  /** By type: `CDS`, `LDS`, `EDS`, `RDS`, `ECDS`, `NDS` and so on, or a URL. Without types that it does not ask for. */
  readonly types: ReadonlyMap<string, TypeSync>
}

const IGNORED: TypeSync = { state: 'IGNORED', sent: undefined, error: '' }

/** The state of a type. */
export const syncOf = ({ types }: ConnectedProxy, type: string): TypeSync => types.get(type) ?? IGNORED

/** The namespace of a proxy. The names of pods may have dots, those of namespaces may not. */
export const namespaceOfProxy = ({ name }: ConnectedProxy): string => name.slice(name.lastIndexOf('.') + 1)

/** Whether a proxy has all that istiod has sent to it. */
export const isInSync = ({ types }: ConnectedProxy): boolean =>
  [...types.values()].every(({ state }) => state !== 'STALE' && state !== 'ERROR')
