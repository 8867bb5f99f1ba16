/** The two operations that merge. */
import type { PatchOperation } from '../../../kinds/messages/envoy-filter.ts'
import type { Lists } from '../../../kinds/protobuf/index.ts'
import type { Patch } from '../plan/patches.ts'

const REPLACING = 'MERGE_AND_REPLACE_LIST'

export const isMerge = ({ operation }: Pick<Patch, 'operation'>): boolean =>
  operation === 'MERGE' || operation === REPLACING

/** What the operation does with lists. */
export const listsOf = (operation: PatchOperation): Lists => (operation === REPLACING ? 'replace' : 'append')
