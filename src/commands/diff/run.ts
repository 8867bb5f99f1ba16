import type { DifferenceAnswer, Level } from '../../answers/difference/answer.ts'
import { UserError } from '../../common/errors.ts'
import type { Outcome, Session } from '../session.ts'
import { compareInputs } from './inputs.ts'
import type { DiffOptions } from './options.ts'
import { outputOf } from './outputs.ts'
import { compareVersions } from './versions.ts'

function levelOf({ summary = false, resources = false }: DiffOptions): Level {
  if (summary && resources) throw new UserError('--summary and --resources exclude each other')
  return summary ? 'summary' : resources ? 'resources' : 'effects'
}

/** Whether the exit code tells that there is something. */
function isFinding({ difference }: DifferenceAnswer, { exitCode = false, failOn }: DiffOptions): boolean {
  const { effects, groups } = difference
  if (exitCode && (effects.length > 0 || groups.length > 0)) return true
  return failOn !== undefined && effects.some(({ effect }) => failOn.has(effect.kind))
}

/** `vipctl diff` */
export async function diff(operands: readonly string[], options: DiffOptions, session: Session): Promise<Outcome> {
  const level = levelOf(options)
  const ofVersions = options.fromVersion !== undefined || options.toVersion !== undefined
  const compare = ofVersions ? compareVersions : compareInputs
  const answer = { ...(await compare(operands, options, session)), level }
  return { output: await outputOf(answer, options, session), findings: isFinding(answer, options) }
}
