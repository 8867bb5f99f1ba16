/** Which findings make a run fail. */
import { SEVERITIES, type Severity } from './rule.ts'

/** The lowest severity that makes a run fail. */
export const FAIL_ON = [...SEVERITIES, 'never'] as const
export type FailOn = (typeof FAIL_ON)[number]

/**
 * The severities that make a run fail.
 * @param warnings the number of warnings
 * @param maxWarnings the number of warnings that may pass; unlimited when absent
 */
export function failingSeverities(
  warnings: number,
  failOn: FailOn = 'error',
  maxWarnings: number = Number.POSITIVE_INFINITY,
): ReadonlySet<Severity> {
  const failing = new Set(failOn === 'never' ? [] : SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1))
  if (warnings > maxWarnings) failing.add('warning')
  return failing
}
