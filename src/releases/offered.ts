/** The replacement for a version whose behaviour vipctl does not know. */
import { NEWEST_PATCH, SKIPPED_PATCHES } from './known.ts'
import { compareVersions, type IstioVersion, MASTER, versionText } from './version.ts'

/** The oldest version that vipctl knows. */
const OLDEST: IstioVersion = { major: 1, minor: 0, patch: 0 }

/** A known version in place of one that may not be known. */
export interface Offer {
  /** The nearest known version: the requested one, unless there is a `reason`. */
  readonly version: IstioVersion
  /** Why it is not the requested one, as a sentence about that one; undefined if it is. */
  readonly reason?: string
  /** Whether vipctl does not know the minor version of the requested one. */
  readonly isFar: boolean
}

function patchProblem({ minor, patch }: IstioVersion): string | undefined {
  const newest = NEWEST_PATCH.get(minor) ?? 0
  if (patch > newest) return `is newer than 1.${minor}.${newest}, the newest patch of 1.${minor} that vipctl knows`
  return SKIPPED_PATCHES.get(minor)?.includes(patch) ? 'was never released' : undefined
}

/** The nearest patch of the same minor version, not newer than the requested one. */
function nearestPatch({ major, minor, patch }: IstioVersion): IstioVersion {
  const lower = Math.min(patch, NEWEST_PATCH.get(minor) ?? 0)
  return { major, minor, patch: SKIPPED_PATCHES.get(minor)?.includes(lower) ? lower - 1 : lower }
}

/** The nearest known version. Every patch of the release that the main branch becomes is the main branch. */
export function offerFor(wanted: IstioVersion): Offer {
  if (compareVersions(wanted, OLDEST) < 0) {
    return { version: OLDEST, reason: `is older than ${versionText(OLDEST)}`, isFar: true }
  }
  const { major, minor } = wanted
  if (major > MASTER.major || minor > MASTER.minor) {
    return { version: MASTER, reason: `is newer than 1.${MASTER.minor}, the version of master`, isFar: true }
  }
  if (minor === MASTER.minor) return { version: MASTER, isFar: false }
  const reason = patchProblem(wanted)
  return { version: nearestPatch(wanted), isFar: false, ...(reason && { reason }) }
}
