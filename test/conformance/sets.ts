/** The sets of conformance cases: where their meshes and the golden files of releases are. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ArchiveName, unpackedArchive } from './archives.ts'
import { type CaseFolder, caseNames } from './cases.ts'

/** Cases about one subject. */
export interface CaseSet {
  readonly name: string
  /** The folders of cases made by hand, and of random ones. */
  readonly folders: () => readonly string[]
  /** The folder with the golden files of releases; undefined when the set has none. */
  readonly goldens: () => string | undefined
}

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url))

/**
 * @param folder of fixtures/, with the cases made by hand
 * @param random the archive of random cases
 * @param releases the archive with the golden files of releases
 */
function stored(name: string, folder: string, random: ArchiveName, releases?: ArchiveName): CaseSet {
  return {
    name,
    folders: () => [join(FIXTURES, folder), unpackedArchive(random)],
    goldens: () => releases && unpackedArchive(releases),
  }
}

/** Services, entries, routes, gateways, and what else most meshes consist of. */
const MESHES = stored('meshes', 'conformance', 'cases', 'releases')

/** Every set in the repository. */
const CASE_SETS: readonly CaseSet[] = [
  MESHES,
  stored('policies', 'conformance-policies', 'policy-cases', 'policy-releases'),
  stored('gateway-api', 'conformance-gateway-api', 'gateway-api-cases'),
]

/** A set in a folder of its own: the cases in `cases`, or in the folder itself, and the golden files in `releases`. */
function setIn(folder: string): CaseSet {
  const inner = join(folder, 'cases')
  const goldens = join(folder, 'releases')
  return {
    name: folder,
    folders: () => [existsSync(inner) ? inner : folder],
    goldens: () => (existsSync(goldens) ? goldens : undefined),
  }
}

/**
 * The sets with these names.
 * @param names `all`, or names of sets and folders, separated by commas
 * @throws Error when there is neither such a set nor such a folder
 */
export function setsNamed(names: string): readonly CaseSet[] {
  if (names === 'all') return CASE_SETS
  return names.split(',').map((name) => {
    const known = CASE_SETS.find((set) => set.name === name)
    if (known) return known
    if (existsSync(name)) return setIn(name)
    throw new Error(
      `no set and no folder is called ${name}; the sets are ${CASE_SETS.map((set) => set.name).join(', ')}`,
    )
  })
}

/** The cases of a set, by name. */
export function casesOf(set: CaseSet, only = /./): readonly CaseFolder[] {
  return set
    .folders()
    .flatMap((folder) => caseNames(folder, only).map((name) => ({ folder, name })))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Every case of the set about meshes in general, made by hand and random, by name. */
export const allCases = (only = /./): readonly CaseFolder[] => casesOf(MESHES, only)
