/** The releases that the program knows: what `vipctl releases` prints. */
import { type Line, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { releaseDifference } from '../../releases/difference.ts'
import { NEWEST_PATCH } from '../../releases/known.ts'
import { type IstioVersion, MASTER, versionText } from '../../releases/version.ts'

/** Since this minor version everything is computed as the release does it; before, automatic addresses alone. */
const FIRST_EXACT = 24

export interface KnownRelease {
  /** `1.27`, `master` */
  readonly release: string
  /** The newest patch that is known; of master, the release that it becomes. */
  readonly newest: string
  /** What is computed as this release does it: everything, or automatic addresses and else what 1.24 does. */
  readonly computed: 'everything' | 'addresses'
  /** How many behaviours differ from the newest patch of the release before; undefined for the first. */
  readonly behaviours: number | undefined
  /** How many fields and variables are read by only one of these two. */
  readonly readings: number | undefined
}

function known(version: IstioVersion, before: IstioVersion | undefined): KnownRelease {
  const difference = before && releaseDifference(before, version)
  return {
    release: version === MASTER ? versionText(MASTER) : `${version.major}.${version.minor}`,
    newest: `${version.major}.${version.minor}.${version.patch}`,
    computed: version.minor >= FIRST_EXACT ? 'everything' : 'addresses',
    behaviours: difference?.behaviours.length,
    readings: difference && difference.fields.length + difference.variables.length,
  }
}

/** The newest first. */
export function knownReleases(): readonly KnownRelease[] {
  const minors = [...NEWEST_PATCH].map(([minor, patch]): IstioVersion => ({ major: 1, minor, patch }))
  const versions = [...minors, MASTER]
  return versions.map((version, index) => known(version, versions[index - 1])).reverse()
}

const HEADERS = ['RELEASE', 'NEWEST', 'COMPUTED', 'BEHAVIOURS', 'FIELDS AND VARIABLES'] as const

/** @param width of the terminal; undefined when it is not one */
export function knownReleaseLines(width: number | undefined): Iterable<Line> {
  const rows = knownReleases().map(({ release, newest, computed, behaviours, readings }) => [
    styled('name', release),
    newest,
    computed,
    String(behaviours ?? '-'),
    String(readings ?? '-'),
  ])
  return tableLines(HEADERS, rows, width)
}
