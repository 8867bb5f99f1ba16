import { markedDumpMessage } from '../../answers/dump/changes.ts'
import { CONFIG_DUMP_LEVELS, streamedConfigDump } from '../../answers/dump/config-dump.ts'
import { dumpMessage, streamedDump } from '../../answers/dump/message.ts'
import { UserError } from '../../common/errors.ts'
import { formatData } from '../../formats/data.ts'
import { streamEnvoyResources, unresolvedReferences, warningsOf } from '../../index.ts'
import { loadView } from '../../input/proxy.ts'
import { checkMarks } from '../overlay-options.ts'
import { viewRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import { withoutObjects } from '../without.ts'
import type { DumpOptions } from './options.ts'

/** `vipctl dump` */
export async function dump(_: readonly string[], options: DumpOptions, session: Session): Promise<Outcome> {
  const { output: format = 'json', onlyChanges = false } = options
  checkMarks(options)
  if (onlyChanges && format === 'config-dump') {
    throw new UserError('-o config-dump cannot be cut down to changes', 'use -o json or -o yaml')
  }
  const isMarked = format !== 'config-dump'
  const loaded = await loadView(await viewRequest(options, session), session, {
    before: isMarked,
  })
  const { proxy, before } = loaded
  const { mesh, view } = withoutObjects(loaded, options)
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
  return { output: await formatData(format, streamedDump(mesh, view, stream)) }
}
