/** What lint looked at, in numbers. */
import { objectLists, type Snapshot } from '../../resources/snapshot.ts'
import type { DocumentPlace } from '../../sources/document.ts'

/** How many objects were read, those that istiod rejects among them. */
export function countObjects({ clusters, istio, verdicts, unmodelled }: Snapshot): number {
  let count = unmodelled.length
  for (const cluster of clusters) for (const list of objectLists(cluster)) count += list.length
  for (const list of Object.values(istio)) count += list.length
  for (const { errors } of verdicts) if (errors.length > 0) count++
  return count
}

/** Names of the files that documents were read from, in their order. */
export function fileNames(documents: readonly DocumentPlace[]): readonly string[] {
  return [...new Set(documents.map(({ file }) => file.name))]
}
