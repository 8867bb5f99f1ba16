/** Reads the texts of a mesh. */
import { groupBy } from '../common/collections.ts'
import { parseManifests } from '../pipeline.ts'
import { CONFIG_CLUSTER } from '../resources/intake/intake.ts'
import type { ParsedFile } from '../sources/parse.ts'
import type { Settings } from './settings.ts'

/** The documents of all texts, cluster by cluster, and problems with texts that cannot be read. */
export function parseTexts({ texts, memories }: Settings): ParsedFile {
  const byCluster = groupBy(texts, ({ cluster = CONFIG_CLUSTER }) => cluster)
  const parsed = [...byCluster].map(([cluster, own]) => {
    const files = own.map(({ name, text }) => ({ name, text }))
    return parseManifests(files, cluster, memories.texts)
  })
  return {
    documents: parsed.flatMap(({ documents }) => documents),
    problems: parsed.flatMap(({ problems }) => problems),
  }
}
