/** In which versions something is part of Istio. */
import { compareVersions, type IstioVersion, parseIstioVersion } from './version.ts'

export interface Lifetime {
  /**
   * The first version of each release line that has it, oldest first. A change that was backported to 1.27 and 1.28
   * has an entry for each, and one for the first release that had it from the start, after which every version has
   * it. Absent: all versions have it.
   */
  readonly since?: readonly string[]
  /** The first versions that no longer have it, in the same way. Absent: it was never removed. */
  readonly until?: readonly string[]
}

function reaches(version: IstioVersion, starts: readonly string[]): boolean {
  const versions = starts.map((text) => parseIstioVersion(text) as IstioVersion)
  const last = versions.at(-1)
  if (!last || compareVersions(version, last) >= 0) return true
  return versions.some((start) => start.minor === version.minor && compareVersions(version, start) >= 0)
}

export function lives({ since, until }: Lifetime, version: IstioVersion): boolean {
  return (since === undefined || reaches(version, since)) && (until === undefined || !reaches(version, until))
}
