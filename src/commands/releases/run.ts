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
import { type Loaded, load } from '../../input/load.ts'
import { versionWithWarning } from '../release.ts'
import { inputRequest } from '../request.ts'
import type { Outcome, Session } from '../session.ts'
import type { ReleasesOptions } from './options.ts'

const BUDGET_MS = 30_000

/** Whether the options name an input; otherwise nothing is read, not even the current cluster. */
const hasInput = ({ filename = [], useKube, base, context }: ReleasesOptions): boolean =>
  filename.length > 0 || useKube === true || base !== undefined || context !== undefined

/** @param version to read the input as; undefined for its own */
async function loadInput(
  options: ReleasesOptions,
  version: IstioVersion | undefined,
  session: Session,
): Promise<Loaded | undefined> {
  if (!hasInput(options)) return undefined
  const request = await inputRequest(options, session)
  return load(version ? { ...request, istiod: { ...request.istiod, istioVersion: version } } : request, session)
}

/** The release of the input's istiod, or of the configuration file. */
function releaseOfInput({ snapshot: { release } }: Loaded): IstioVersion {
  if (release.origin.kind !== 'assumed') return release.version
  throw new UserError(
    'releases: from which release? The input does not state one',
    'vipctl releases 1.26 -f PATH names it',
  )
}

/** How the changes affect the input. */
function inputConcerns(difference: ReleaseDifference, loaded: Loaded, budget: number): InputConcerns {
  const { from, to } = difference
  const end = performance.now() + budget
  const concerns = concernsOf(difference, {
    compute: (version, assumed) => computeMesh(loaded.under({ istioVersion: version, assumed })).scope,
    hasTime: () => budget === 0 || performance.now() < end,
  })
  const snapshots = [loaded.under({ istioVersion: from }), loaded.under({ istioVersion: to })] as const
  return { ...concerns, stated: statedReadings(difference, snapshots) }
}

async function answerOf(
  from: IstioVersion | undefined,
  to: IstioVersion,
  options: ReleasesOptions,
  session: Session,
): Promise<ReleasesAnswer | undefined> {
  const loaded = await loadInput(options, from && to, session)
  const first = from ?? (loaded && releaseOfInput(loaded))
  if (!first) return undefined
  const difference = releaseDifference(first, to)
  return { difference, input: loaded && inputConcerns(difference, loaded, options.budget ?? BUDGET_MS) }
}

function knownForms() {
  return { lines: knownReleaseLines, message: () => ({ releases: knownReleases() }) }
}

function answerForms(answer: ReleasesAnswer) {
  return {
    lines: (width: number | undefined) => releasesLines(answer, width),
    message: () => releasesMessage(answer),
  }
}

/** `vipctl releases` */
export async function releases(
  operands: readonly string[],
  options: ReleasesOptions,
  session: Session,
): Promise<Outcome> {
  const [fromText, toText, ...rest] = operands
  if (rest.length > 0) {
    throw new UserError(`releases: too many operands: ${rest.join(' ')}`, 'from and to, such as 1.26 1.28')
  }
  const from = fromText === undefined ? undefined : await versionWithWarning(fromText, 'releases', session)
  const to = toText === undefined ? LATEST : await versionWithWarning(toText, 'releases', session)
  const answer = await answerOf(from, to, options, session)
  const { output: format = 'text' } = options
  return { output: await formatOutput(format, answer ? answerForms(answer) : knownForms(), session.target) }
}
