import { nameTableMessage } from '../../dns/name-table.ts'
import { buildEnvoyResources } from '../../envoy/index.ts'
import { danglingReferences } from '../../findings/dangling/index.ts'
import { warningsOf } from '../../findings/finding.ts'
import { computeNameTable } from '../../pipeline.ts'
import { formatData } from '../../render/data.ts'
import { allocationMessage } from '../../views/allocation.ts'
import { CONFIG_DUMP_LEVELS, configDump } from '../../views/config-dump.ts'
import { envoyMessages } from '../../views/envoy.ts'
import { validationMessage } from '../../views/validation.ts'
import { loadProxyView } from '../input/proxy.ts'
import type { Outcome, Session } from '../session.ts'
import type { DumpOptions } from './index.ts'

/** `vipctl dump` */
export async function dump(_: readonly string[], options: DumpOptions, session: Session): Promise<Outcome> {
  const { mesh, proxy, view } = await loadProxyView(options, session)
  await session.report(warningsOf(danglingReferences(view)))
  const { output: format = 'json' } = options
  if (format === 'config-dump') {
    return { output: await formatData('json', configDump(proxy, buildEnvoyResources(view)), CONFIG_DUMP_LEVELS) }
  }
  const { lds, cds, eds, rds } = envoyMessages(view)
  const value = {
    allocation: allocationMessage(mesh.registry),
    validation: validationMessage(mesh.snapshot.verdicts),
    nds: nameTableMessage(computeNameTable(view)),
    lds,
    cds,
    eds,
    rds,
  }
  return { output: await formatData(format, value) }
}
