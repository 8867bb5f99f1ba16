/** What stands in for a version whose behaviour this program does not know. */
import { NEWEST_PATCH, SKIPPED_PATCHES } from './known.ts'
import { compareVersions, type IstioVersion, MASTER, versionText } from './version.ts'

/** The oldest version of which anything is known. */
const OLDEST: IstioVersion = { major: 1, minor: 0, patch: 0 }

/** A version that is known, for one that may not be. */
export interface Offer {
  /** The nearest version that is known: the wanted one itself, unless there is a `reason`. */
  readonly version: IstioVersion
  /** Why it is not the wanted one, as a sentence about it; undefined when it is. */
  readonly reason?: string
  /** Nothing of the wanted one's minor version is known. */
  readonly isFar: boolean
}

function patchProblem({ minor, patch }: IstioVersion): string | undefined {
  const newest = NEWEST_PATCH.get(minor) ?? 0
  if (patch > newest) return `is newer than 1.${minor}.${newest}, the newest patch of 1.${minor} that vipctl knows`
  return SKIPPED_PATCHES.get(minor)?.includes(patch) ? 'was never released' : undefined
}

/** The nearest patch of the same minor version, not above the wanted one. */
function nearestPatch({ major, minor, patch }: IstioVersion): IstioVersion {
  const lower = Math.min(patch, NEWEST_PATCH.get(minor) ?? 0)
  return { major, minor, patch: SKIPPED_PATCHES.get(minor)?.includes(lower) ? lower - 1 : lower }
}

/** The nearest version that is known. Every patch of the release that the main branch becomes is the main branch. */
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
