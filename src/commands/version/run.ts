import { formatData } from '../../formats/data.ts'
import { renderLines } from '../../formats/spans.ts'
import { packageVersion } from '../../package-version.ts'
import { MASTER } from '../../releases/version.ts'
import type { Outcome, Session } from '../session.ts'
import type { VersionOptions } from './options.ts'

/** `vipctl version` */
export async function version(_: readonly string[], options: VersionOptions, session: Session): Promise<Outcome> {
  const vipctl = packageVersion()
  const { major, minor } = MASTER
  const istio = `${major}.${minor} development`
  const node = process.versions.node
  if (options.short) return { output: renderLines([[vipctl]], session.paint) }
  const { output: format = 'text' } = options
  if (format !== 'text') return { output: await formatData(format, { vipctl, istio, node }) }
  const lines = [[`vipctl  ${vipctl}`], [`istio   ${istio} (the reference)`], [`node    ${node}`]]
  return { output: renderLines(lines, session.paint) }
}
