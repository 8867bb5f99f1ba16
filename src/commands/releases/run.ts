import { knownReleaseLines, knownReleases } from '../../answers/releases/known.ts'
import { type InputConcerns, type ReleasesAnswer, releasesMessage } from '../../answers/releases/message.ts'
import { releasesLines } from '../../answers/releases/text.ts'
import { UserError } from '../../common/errors.ts'
import { formatOutput } from '../../formats/output.ts'
import {
  computeMesh,
  concernsOf,
  type IstioVersion,
  LATEST,
  type ReleaseDifference,
  releaseDifference,
  statedReadings,
} from '../../index.ts'
import { load } from '../../input/load.ts'
import { istioVersion } from '../release.ts'
import { inputRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { ReleasesOptions } from './options.ts'

const BUDGET_MS = 30_000

/** Whether the options name an input; otherwise nothing is read, not even the current cluster. */
const hasInput = ({ filename = [], useKube, base, context }: ReleasesOptions): boolean =>
  filename.length > 0 || useKube === true || base !== undefined || context !== undefined

/** How the changes affect the input. */
async function inputConcerns(
  difference: ReleaseDifference,
  options: ReleasesOptions,
  session: Session,
): Promise<InputConcerns> {
  const request = await inputRequest(options, session)
  const { from, to } = difference
  const loaded = await load({ ...request, istiod: { ...request.istiod, istioVersion: to } }, session)
  const { budget = BUDGET_MS } = options
  const end = performance.now() + budget
  const concerns = concernsOf(difference, {
    compute: (version, assumed) => computeMesh(loaded.under({ istioVersion: version, assumed })).scope,
    hasTime: () => budget === 0 || performance.now() < end,
  })
  const snapshots = [loaded.under({ istioVersion: from }), loaded.snapshot] as const
  return { ...concerns, stated: statedReadings(difference, snapshots) }
}

async function answerOf(
  [from, to]: readonly [from: IstioVersion, to: IstioVersion],
  options: ReleasesOptions,
  session: Session,
): Promise<ReleasesAnswer> {
  const difference = releaseDifference(from, to)
  return { difference, input: hasInput(options) ? await inputConcerns(difference, options, session) : undefined }
}

/** `vipctl releases` */
export async function releases(
  operands: readonly string[],
  options: ReleasesOptions,
  session: Session,
): Promise<Outcome> {
  const [fromText, toText, ...rest] = operands
  if (rest.length > 0)
    throw new UserError(`releases: too many operands: ${rest.join(' ')}`, 'from and to, such as 1.26 1.28')
  const from = istioVersion(fromText, 'releases')
  const { output: format = 'text' } = options
  if (!from) {
    if (hasInput(options)) throw new UserError('releases: from which release?', 'such as vipctl releases 1.26 -f mesh/')
    const forms = { lines: knownReleaseLines, message: () => ({ releases: knownReleases() }) }
    return { output: await formatOutput(format, forms, session.target) }
  }
  const answer = await answerOf([from, istioVersion(toText, 'releases') ?? LATEST], options, session)
  const forms = {
    lines: (width: number | undefined) => releasesLines(answer, width),
    message: () => releasesMessage(answer),
  }
  return { output: await formatOutput(format, forms, session.target) }
}
