/** The releases that the program knows, for `vipctl releases`. */
import { type Line, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { releaseDifference } from '../../releases/difference.ts'
import { NEWEST_PATCH } from '../../releases/known.ts'
import { type IstioVersion, MASTER, versionText } from '../../releases/version.ts'

/** From this minor version on everything follows the release; before, only automatic addresses do. */
const FIRST_EXACT = 24

export interface KnownRelease {
  /** `1.27`, `master` */
  readonly release: string
  /** The newest known patch; for master, the release that it will become. */
  readonly newest: string
  /** What follows this release: everything, or only automatic addresses, with everything else as in 1.24. */
  readonly computed: 'everything' | 'addresses'
  /** How many behaviours differ from the newest patch of the previous release; undefined for the first. */
  readonly behaviours: number | undefined
  /** How many fields and variables are read by only one of the two releases. */
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

/** Newest first. */
export function knownReleases(): readonly KnownRelease[] {
  const minors = [...NEWEST_PATCH].map(([minor, patch]): IstioVersion => ({ major: 1, minor, patch }))
  const versions = [...minors, MASTER]
  return versions.map((version, index) => known(version, versions[index - 1])).reverse()
}

const HEADERS = ['RELEASE', 'NEWEST', 'COMPUTED', 'BEHAVIOURS', 'FIELDS AND VARIABLES'] as const

/** @param width that of the terminal; undefined for none */
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
