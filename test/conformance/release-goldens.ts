/** Golden files of releases: the differences from the main branch, case by case. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MASTER } from './cases.ts'
import type { Delta } from './score.ts'

export interface ReleaseGolden {
  /** By `KIND` or `PROXY/KIND`. */
  readonly deltas: { readonly [relative: string]: Delta }
  /** Resources that this release orders at random, in addition to the main branch's. */
  readonly unstable: { readonly [relative: string]: readonly string[] }
}

/**
 * @param folder the golden files of releases; undefined when there are none
 * @returns undefined when the release has no golden file for the case
 */
export function releaseGolden(
  folder: string | undefined,
  release: string,
  caseName: string,
): ReleaseGolden | undefined {
  if (release === MASTER) return { deltas: {}, unstable: {} }
  if (folder === undefined) return undefined
  const path = join(folder, release, `${caseName}.json`)
  if (!existsSync(path)) return undefined
  const { unstable = {}, ...deltas } = JSON.parse(readFileSync(path, 'utf8'))
  return { deltas, unstable }
}

/** The releases that have golden files, oldest first. */
export function goldenReleases(folder: string | undefined): string[] {
  if (folder === undefined) return []
  return readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}
