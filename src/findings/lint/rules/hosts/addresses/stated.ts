import { keepingPart } from '../../../../../common/changes/parts.ts'
import type { ServiceEntryResource } from '../../../../../kinds/index.ts'
import type { Snapshot } from '../../../../../resources/snapshot.ts'

const withAddresses = keepingPart(({ spec }: ServiceEntryResource) => spec.addresses.length > 0)

/** The entries that state addresses. */
export const entriesWithAddresses = ({ istio, memory }: Snapshot): readonly ServiceEntryResource[] =>
  withAddresses(memory, '', istio.serviceEntries)
