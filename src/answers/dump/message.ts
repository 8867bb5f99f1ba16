/** All data about one proxy, for `dump`. */
import { buildNameTable, nameTableMessage } from '../../dns/name-table.ts'
import type { ResourceStream } from '../../envoy/stream.ts'
import type { Mesh } from '../../pipeline.ts'
import type { ProxyView } from '../../scope/view.ts'
import type { JsonMapping } from '../../sources/mapping.ts'
import { type AllocationMessage, allocationMessage } from '../allocation/message.ts'
import { assumedField } from '../assumed.ts'
import { conditionsField } from '../conditions/message.ts'
import { type VerdictMessage, validationMessage } from '../validation/message.ts'
import { type EnvoyMessages, envoyMessages, streamedMessages } from './resources.ts'

export type NameTableMessage = ReturnType<typeof nameTableMessage>

export interface DumpMessage extends EnvoyMessages {
  readonly allocation: AllocationMessage
  readonly validation: readonly VerdictMessage[]
  /** Of objects of the Gateway API; absent if there are none. */
  readonly conditions?: JsonMapping
  readonly nds: NameTableMessage
  /** Addresses that the input leaves to the cluster; absent if there are none. */
  readonly assumed?: object
}

/** The complete message, for comparison. */
export const dumpMessage = ({ registry, snapshot }: Mesh, view: ProxyView): DumpMessage => ({
  allocation: allocationMessage(registry),
  validation: validationMessage(snapshot.verdicts),
  ...conditionsField(registry.statuses),
  nds: nameTableMessage(buildNameTable(view)),
  ...envoyMessages(view),
  ...assumedField(snapshot.assumed),
})

/** The same message; each part is computed when it is written and then released. */
export const streamedDump = ({ registry, snapshot }: Mesh, view: ProxyView, stream: ResourceStream): object => ({
  get allocation() {
    return allocationMessage(registry)
  },
  get validation() {
    return validationMessage(snapshot.verdicts)
  },
  ...conditionsField(registry.statuses),
  get nds() {
    return nameTableMessage(buildNameTable(view))
  },
  ...streamedMessages(stream),
  ...assumedField(snapshot.assumed),
})
