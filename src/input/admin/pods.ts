/** Pods that were read to ask them, not as a part of a mesh. */
import type { Pod } from '../../kinds/kubernetes/pod.ts'
import { buildSnapshot } from '../../resources/index.ts'
import type { SourceDocument } from '../../sources/document.ts'
import { withoutCluster } from '../live/document.ts'

/** The pods in documents of one cluster. */
export const podsIn = (documents: readonly SourceDocument[]): readonly Pod[] =>
  buildSnapshot(withoutCluster(documents), {}).clusters[0].pods
