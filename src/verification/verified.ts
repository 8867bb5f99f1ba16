/** The results of comparing proxies. */
import type { Release } from '../resources/mesh/release.ts'
import type { ProxyView } from '../scope/view.ts'
import type { ExplainedFinding, ExplainedKind } from './explain.ts'
import type { ProxyState, VerifiedKind } from './state.ts'

/** A proxy that was compared. */
export interface VerifiedProxy {
  /** The name of its evidence: `web-1.shop`, or a file. */
  readonly name: string
  readonly view: ProxyView
  readonly release: Release
  /** Without its resources. */
  readonly state: ProxyState
  readonly kinds: readonly ExplainedKind[]
  /** Kinds that are not compared because nothing tells what the proxy has. */
  readonly absent: readonly VerifiedKind[]
}

/** A proxy that could not be compared, and why. */
export interface UnverifiedProxy {
  readonly name: string
  readonly error: { readonly message: string; readonly hint: string | undefined }
  /** It is of a sort that vipctl does not model. */
  readonly notModelled: boolean
}

export type Verified = VerifiedProxy | UnverifiedProxy

export const isVerified = (verified: Verified): verified is VerifiedProxy => !('error' in verified)

/** The resources of a proxy that are not as computed, of all kinds. */
export const findingsOf = ({ kinds }: Pick<VerifiedProxy, 'kinds'>): readonly ExplainedFinding[] =>
  kinds.flatMap(({ findings }) => findings)

/** Whether everything that was compared is as computed. */
export const isEqual = (verified: Verified): boolean => isVerified(verified) && findingsOf(verified).length === 0
