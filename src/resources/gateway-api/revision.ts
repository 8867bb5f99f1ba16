import { LABELS } from '../../common/istio-names.ts'
import type { Resource } from '../../kinds/resource.ts'
import type { Snapshot } from '../snapshot.ts'

const DEFAULT_REVISION = 'default'

/** Whether istiod takes an object for its own: one that states no revision, or istiod's. */
export const isOfRevision = ({ revision = DEFAULT_REVISION }: Pick<Snapshot, 'revision'>) => {
  return ({ meta }: Resource): boolean => (meta.labels.get(LABELS.revision) || revision) === revision
}
