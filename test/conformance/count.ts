/** Counts the golden resources of a release, without computing any. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPARED_KINDS, type ComparedKind } from '../../src/comparison/index.ts'
import type { JsonValue } from '../../src/sources/document.ts'
import { type ConformanceCase, readCase } from './cases.ts'
import { type ReleaseGolden, releaseGolden } from './release-goldens.ts'
import { score } from './score.ts'
import { allCases } from './sets.ts'

const OF_MESH: ReadonlySet<ComparedKind> = new Set(['allocation', 'validation', 'conditions'])

const readJson = (path: string) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined)

/** A message of a kind without resources. */
const empty = (kind: ComparedKind): JsonValue =>
  kind === 'nds' ? { table: {} } : kind === 'allocation' || kind === 'conditions' ? {} : []

function countCase({ folder, proxies }: ConformanceCase, golden: ReleaseGolden): number {
  const expected = join(folder, 'expected')
  const unstable = readJson(join(expected, 'unstable.json')) ?? {}
  let count = 0
  for (const kind of COMPARED_KINDS) {
    const names = OF_MESH.has(kind) ? [kind] : proxies.map(({ name }) => `${name}/${kind}`)
    for (const name of names) {
      const want = readJson(join(expected, `${name}.json`))
      if (want === undefined) continue
      const skip = new Set<string>([...(unstable[name] ?? []), ...(golden.unstable[name] ?? [])])
      const { matched, differences } = score(kind, want, empty(kind), skip, golden.deltas[name])
      count += matched + differences.length
    }
  }
  return count
}

/** @param goldens the folder with the golden files of releases */
export function countResources(goldens: string, release: string): number {
  let count = 0
  for (const { folder, name } of allCases()) {
    const golden = releaseGolden(goldens, release, name)
    if (golden) count += countCase(readCase(folder, name, release), golden)
  }
  return count
}
