import { clustersMessage } from '../../answers/clusters/message.ts'
import { clustersLines } from '../../answers/clusters/table.ts'
import { type Forms, formatOutput } from '../../formats/output.ts'
import { buildRegistry, clustersReport, notModelledClusters } from '../../index.ts'
import { load } from '../../input/load.ts'
import { inputRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { ClustersOptions } from './options.ts'

/** `vipctl clusters` */
export async function clusters(
  _operands: readonly string[],
  options: ClustersOptions,
  session: Session,
): Promise<Outcome> {
  const { snapshot } = await load(await inputRequest(options, session), session, { reads: 'configuration' })
  const registry = buildRegistry(snapshot)
  await session.report(notModelledClusters(registry))
  const report = clustersReport(registry)
  const { output: format = 'text' } = options
  const forms: Forms = {
    lines: (width, { columns }) => clustersLines(report, width, columns),
    message: () => clustersMessage(report),
    draws: true,
  }
  return { output: await formatOutput(format, forms, session.target) }
}
