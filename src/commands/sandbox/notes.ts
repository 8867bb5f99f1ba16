/** What vipctl says about a running sandbox, and how it ends. */
import { cleanLines } from '../../formats/clean.ts'
import type { Sandbox } from '../../sandbox/outside/sandbox.ts'
import type { Outcome, Session } from '../session.ts'
import type { Arrivals } from './expect.ts'

const MOST_NAMES = 8

function someOf(names: readonly string[]): string {
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  return `${names.slice(0, MOST_NAMES).join(', ')}${more}`
}

/** Lists what stock Envoy lacks. */
export async function noteRemoved(removed: readonly string[], session: Session): Promise<void> {
  if (removed.length > 0) await session.note(`left out, because stock Envoy lacks it: ${someOf(removed)}`)
}

export async function warnOfComplaints(running: Pick<Sandbox, 'complaints'>, session: Session): Promise<void> {
  for (const text of running.complaints()) await session.warn(`Envoy refuses a part of its configuration: ${text}`)
}

/** Envoy's answer does not say whose endpoints are missing. */
export async function noteUnmet(running: Pick<Sandbox, 'unmet'>, session: Session): Promise<void> {
  const unmet = await running.unmet()
  if (unmet.length === 0) return
  await session.note(
    `no endpoint in the input for what was asked for: ${someOf(unmet)}`,
    'give vipctl the Pods, workloads or EndpointSlices behind it too',
  )
}

/** @param code of the command, which has ended */
export async function programOutcome(
  running: Pick<Sandbox, 'used'>,
  code: number,
  arrivals: Arrivals,
  expected: readonly string[] | undefined,
  { io }: Session,
): Promise<Outcome> {
  const problem = expected && code === 0 ? arrivals.problemWith(expected, await running.used()) : undefined
  if (problem !== undefined) await io.stderr.write(cleanLines(`error: ${problem}\n`))
  return { output: [], exitCode: problem === undefined ? code : 1 }
}
