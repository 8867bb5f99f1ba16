/** What is exact, and what it was compared with. */
import { NEWEST_PATCH } from './known.ts'
import { LATEST, MASTER } from './version.ts'

/** The oldest minor version of which everything is exact. */
export const OLDEST_EXACT = 24

/** The oldest minor version whose automatic addresses are exact. */
const OLDEST_ADDRESSES = 8

/** An istiod whose output was compared with that of vipctl. */
export interface CheckedRelease {
  /** `1.30.3` or `master` */
  readonly version: string
  /** How many resources of its meshes were compared; all were equal. */
  readonly resources: number
}

/** Oldest first. A test counts the golden files of `npm run conformance -- --release all`. */
export const CHECKED_RELEASES: readonly CheckedRelease[] = [
  { version: '1.24.6', resources: 19_743 },
  { version: '1.25.5', resources: 4_439 },
  { version: '1.26.8', resources: 19_336 },
  { version: '1.27.9', resources: 4_439 },
  { version: '1.28.10', resources: 19_341 },
  { version: '1.29.6', resources: 4_447 },
  { version: '1.30.3', resources: 19_344 },
  { version: '1.31.0-rc.0', resources: 3_513 },
  { version: 'master', resources: 36_850 },
]

const minorsFrom = (first: number, last: number): readonly string[] =>
  [...NEWEST_PATCH.keys()].filter((minor) => minor >= first && minor <= last).map((minor) => `1.${minor}`)

/** Minor versions of which everything is exact, oldest first, and `master`. */
export const EXACT_RELEASES: readonly string[] = [...minorsFrom(OLDEST_EXACT, LATEST.minor), 'master']

/** Older minor versions of which only the automatic addresses are exact. */
export const EXACT_ADDRESSES: readonly string[] = minorsFrom(OLDEST_ADDRESSES, OLDEST_EXACT - 1)

/** `1.32`, which the main branch becomes. */
export const MASTER_BECOMES = `${MASTER.major}.${MASTER.minor}`
