import { versionMessage } from '../../answers/version/message.ts'
import { versionLines } from '../../answers/version/table.ts'
import { formatOutput } from '../../formats/output.ts'
import { renderLines } from '../../formats/spans.ts'
import { packageVersion } from '../../own-program.ts'
import type { Outcome, Session } from '../session.ts'
import type { VersionOptions } from './options.ts'

/** `vipctl version` */
export async function version(_: readonly string[], options: VersionOptions, session: Session): Promise<Outcome> {
  const { output: format = 'text', short } = options
  const vipctl = packageVersion()
  if (short) return { output: renderLines([[vipctl]], session.paint) }
  const message = versionMessage({ vipctl, node: process.versions.node })
  const forms = { lines: (width: number | undefined) => versionLines(message, width), message: () => message }
  return { output: await formatOutput(format, forms, session.target) }
}
