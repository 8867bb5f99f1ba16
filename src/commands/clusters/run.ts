import {
  CLUSTER_HEADERS,
  clusterRow,
  clustersMessage,
  DIFFERENCE_HEADERS,
  differenceRows,
  NETWORK_HEADERS,
  networkRow,
} from '../../answers/clusters/message.ts'
import { clustersReport, notModelledClusters } from '../../findings/clusters/index.ts'
import { formatData } from '../../formats/data.ts'
import { type Line, renderLines, styled } from '../../formats/spans.ts'
import { tableLines } from '../../formats/table.ts'
import { loadSnapshot } from '../../input/load.ts'
import { buildRegistry } from '../../registry/build.ts'
import type { Outcome, Session } from '../session.ts'
import type { ClustersOptions } from './options.ts'

const named = ([name = '', ...cells]: readonly string[]): Line => [styled('name', name), ...cells]

/** Tables one below the other; empty ones are left out. */
function* tables(
  all: readonly (readonly [headers: readonly string[], rows: readonly (readonly string[])[]])[],
  width: number | undefined,
): Iterable<Line> {
  for (const [index, [headers, rows]] of all.filter(([, rows]) => rows.length > 0).entries()) {
    if (index > 0) yield []
    yield* tableLines(headers, rows.map(named), width)
  }
}

/** `vipctl clusters` */
export async function clusters(
  _operands: readonly string[],
  options: ClustersOptions,
  session: Session,
): Promise<Outcome> {
  const registry = buildRegistry(await loadSnapshot(options, session))
  await session.report(notModelledClusters(registry))
  const report = clustersReport(registry)
  const { output: format = 'text' } = options
  if (format !== 'text') return { output: await formatData(format, clustersMessage(report)) }
  const { stdout } = session.io
  const lines = tables(
    [
      [CLUSTER_HEADERS, report.clusters.map(clusterRow)],
      [NETWORK_HEADERS, report.networks.map(networkRow)],
      [DIFFERENCE_HEADERS, report.differences.flatMap(differenceRows)],
    ],
    stdout.isTTY ? stdout.columns : undefined,
  )
  return { output: renderLines(lines, session.paint) }
}
