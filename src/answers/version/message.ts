/** Versions as data: what `version -o json` prints. */

export interface VersionMessage {
  readonly vipctl: string
  /** The Istio whose behaviour the program has. */
  readonly istio: string
  readonly node: string
}
