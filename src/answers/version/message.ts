/** Versions as data: what `version -o json` prints. */
import {
  CHECKED_RELEASES,
  type CheckedRelease,
  EXACT_ADDRESSES,
  EXACT_RELEASES,
  MASTER_BECOMES,
} from '../../releases/checked.ts'
import { LATEST, versionText } from '../../releases/version.ts'

export interface IstioVersions {
  /** The newest release, which applies when nothing states another. */
  readonly latest: string
  /** The release that the main branch becomes. */
  readonly master: string
  /** Minor versions, oldest first, and `master`: everything is exact. */
  readonly exact: readonly string[]
  /** Older minor versions: only the automatic addresses are exact. */
  readonly exactAddresses: readonly string[]
  /** The istiods whose output was compared, with the number of resources. */
  readonly checked: readonly CheckedRelease[]
}

export interface VersionMessage {
  readonly vipctl: string
  readonly istio: IstioVersions
  readonly node: string
}

/** @param versions of vipctl and of Node.js */
export function versionMessage(versions: Omit<VersionMessage, 'istio'>): VersionMessage {
  const istio = {
    latest: versionText(LATEST),
    master: MASTER_BECOMES,
    exact: EXACT_RELEASES,
    exactAddresses: EXACT_ADDRESSES,
    checked: CHECKED_RELEASES,
  }
  return { vipctl: versions.vipctl, istio, node: versions.node }
}
