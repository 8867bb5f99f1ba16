/** Everything of one proxy as data: what `dump` prints. */
import { buildNameTable, nameTableMessage } from '../../dns/name-table.ts'
import type { ResourceStream } from '../../envoy/stream.ts'
import type { Mesh } from '../../pipeline.ts'
import type { ProxyView } from '../../scope/view.ts'
import { type AllocationMessage, allocationMessage } from '../allocation/message.ts'
import { type VerdictMessage, validationMessage } from '../validation/message.ts'
import { type EnvoyMessages, envoyMessages, streamedMessages } from './resources.ts'

export type NameTableMessage = ReturnType<typeof nameTableMessage>

export interface DumpMessage extends EnvoyMessages {
  readonly allocation: AllocationMessage
  readonly validation: readonly VerdictMessage[]
  readonly nds: NameTableMessage
}

/** The whole message at once, for those who compare it. */
export const dumpMessage = ({ registry, snapshot }: Mesh, view: ProxyView): DumpMessage => ({
  allocation: allocationMessage(registry),
  validation: validationMessage(snapshot.verdicts),
  nds: nameTableMessage(buildNameTable(view)),
  ...envoyMessages(view),
})

/** The same message, each part of which is computed when it is written, and forgotten with it. */
export const streamedDump = ({ registry, snapshot }: Mesh, view: ProxyView, stream: ResourceStream): object => ({
  get allocation() {
    return allocationMessage(registry)
  },
  get validation() {
    return validationMessage(snapshot.verdicts)
  },
  get nds() {
    return nameTableMessage(buildNameTable(view))
  },
  ...streamedMessages(stream),
})
