import { allocationMessage } from '../../answers/allocation/message.ts'
import { type DumpMessage, markedDumpMessage } from '../../answers/changes/message.ts'
import { CONFIG_DUMP_LEVELS, streamedConfigDump } from '../../answers/dump/config-dump.ts'
import { envoyMessages, streamedMessages } from '../../answers/dump/resources.ts'
import { validationMessage } from '../../answers/validation/message.ts'
import { UserError } from '../../common/errors.ts'
import { nameTableMessage } from '../../dns/name-table.ts'
import { streamEnvoyResources } from '../../envoy/stream.ts'
import { warningsOf } from '../../findings/finding.ts'
import { unresolvedReferences } from '../../findings/unresolved/index.ts'
import { formatData } from '../../formats/data.ts'
import { loadProxyView } from '../../input/proxy.ts'
import { computeNameTable, type Mesh } from '../../pipeline.ts'
import type { ProxyView } from '../../scope/view.ts'
import { checkMarks } from '../overlay-options.ts'
import type { Outcome, Session } from '../session.ts'
import type { DumpOptions } from './options.ts'

const dumpMessage = ({ registry, snapshot }: Mesh, view: ProxyView): DumpMessage => ({
  allocation: allocationMessage(registry),
  validation: validationMessage(snapshot.verdicts),
  nds: nameTableMessage(computeNameTable(view)),
  ...envoyMessages(view),
})

/** `vipctl dump` */
export async function dump(_: readonly string[], options: DumpOptions, session: Session): Promise<Outcome> {
  const { output: format = 'json', onlyChanges = false } = options
  checkMarks(options)
  if (onlyChanges && format === 'config-dump') {
    throw new UserError('-o config-dump cannot be cut down to changes', 'use -o json or -o yaml')
  }
  const isMarked = format !== 'config-dump'
  const { mesh, proxy, view, before } = await loadProxyView(options, session, { before: isMarked })
  await session.report(warningsOf(unresolvedReferences(view)))
  if (isMarked && before) {
    const was = dumpMessage(before.mesh, before.view)
    const value = markedDumpMessage(was, dumpMessage(mesh, view), mesh.snapshot.changes, onlyChanges)
    return { output: await formatData(format, value) }
  }
  const stream = streamEnvoyResources(view)
  if (format === 'config-dump') {
    return { output: await formatData('json', streamedConfigDump(proxy, stream), CONFIG_DUMP_LEVELS) }
  }
  // Each part is computed when it is written, and forgotten with it.
  const value = {
    get allocation() {
      return allocationMessage(mesh.registry)
    },
    get validation() {
      return validationMessage(mesh.snapshot.verdicts)
    },
    get nds() {
      return nameTableMessage(computeNameTable(view))
    },
    ...streamedMessages(stream),
  }
  return { output: await formatData(format, value) }
}
