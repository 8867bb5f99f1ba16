import { versionLines } from '../../answers/version/table.ts'
import { formatOutput } from '../../formats/output.ts'
import { renderLines } from '../../formats/spans.ts'
import { MASTER } from '../../index.ts'
import { packageVersion } from '../../package-version.ts'
import type { Outcome, Session } from '../session.ts'
import type { VersionOptions } from './options.ts'

/** `vipctl version` */
export async function version(_: readonly string[], options: VersionOptions, session: Session): Promise<Outcome> {
  const { output: format = 'text', short } = options
  const vipctl = packageVersion()
  if (short) return { output: renderLines([[vipctl]], session.paint) }
  const { major, minor } = MASTER
  const versions = { vipctl, istio: `${major}.${minor} development`, node: process.versions.node }
  const forms = { lines: () => versionLines(versions), message: () => versions }
  return { output: await formatOutput(format, forms, session.target) }
}
