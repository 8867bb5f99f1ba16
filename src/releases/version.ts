/** Istio's versions: how they are written and ordered. */
import { NEWEST_PATCH } from './known.ts'

/** A version of Istio including its patch. */
export interface IstioVersion {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

/** The reference's main branch, which becomes the next release. */
export const MASTER: IstioVersion = { major: 1, minor: 32, patch: 0 }

/** The newest release. */
export const LATEST: IstioVersion = newestPatch(1, Math.max(...NEWEST_PATCH.keys()))

const BY_NAME: ReadonlyMap<string, IstioVersion> = new Map([
  ['master', MASTER],
  ['latest', LATEST],
])

/** The versions that have names. */
export const VERSION_NAMES: readonly string[] = [...BY_NAME.keys()]

const PATTERN = /^(?:release-|v)?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?(?:[.+_-]|$)/

/** The newest patch of a minor version, or patch 0 if the minor version is unknown. */
function newestPatch(major: number, minor: number): IstioVersion {
  return { major, minor, patch: (major === 1 ? NEWEST_PATCH.get(minor) : undefined) ?? 0 }
}

/** A version as a user names it: `latest`, `master`, or as `parseIstioVersion` reads it. */
export function versionNamed(text: string): IstioVersion | undefined {
  return BY_NAME.get(text) ?? parseIstioVersion(text)
}

/**
 * @param text `1.24`, `1.24.3`, `v1.24`, `release-1.24`, with any suffix (`1.24.3-distroless`, `1.24.3-asm.1`);
 * without a patch, the newest patch of the minor version
 * @returns undefined when the text is not a version
 */
export function parseIstioVersion(text: string): IstioVersion | undefined {
  const match = PATTERN.exec(text)
  if (!match) return undefined
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return match[3] === undefined ? newestPatch(major, minor) : { major, minor, patch: Number(match[3]) }
}

/** Negative when `a` is the older one. */
export function compareVersions(a: IstioVersion, b: IstioVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch
}

/** `1.27.9` */
export const versionNumber = ({ major, minor, patch }: IstioVersion): string => `${major}.${minor}.${patch}`

/** `1.27.9`; the main branch is `master`. */
export function versionText(version: IstioVersion): string {
  return compareVersions(version, MASTER) === 0 ? 'master' : versionNumber(version)
}
