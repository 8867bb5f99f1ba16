/** Durations as kubectl and istioctl print them (k8s.io/apimachinery/pkg/util/duration, HumanDuration). */

const SECOND = 1
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

interface Step {
  /** Applies to shorter durations. */
  readonly below: number
  readonly unit: readonly [seconds: number, name: string]
  /** A second unit for what remains. */
  readonly rest?: readonly [seconds: number, name: string]
}

const STEPS: readonly Step[] = [
  { below: 2 * MINUTE, unit: [SECOND, 's'] },
  { below: 10 * MINUTE, unit: [MINUTE, 'm'], rest: [SECOND, 's'] },
  { below: 3 * HOUR, unit: [MINUTE, 'm'] },
  { below: 8 * HOUR, unit: [HOUR, 'h'], rest: [MINUTE, 'm'] },
  { below: 2 * DAY, unit: [HOUR, 'h'] },
  { below: 8 * DAY, unit: [DAY, 'd'], rest: [HOUR, 'h'] },
  { below: 2 * YEAR, unit: [DAY, 'd'] },
  { below: 8 * YEAR, unit: [YEAR, 'y'], rest: [DAY, 'd'] },
]
const LONG: Step = { below: Number.POSITIVE_INFINITY, unit: [YEAR, 'y'] }

/**
 * A duration such as `45s`, `3m20s` or `27h`; `0s` if it is negative.
 * @param ms milliseconds
 */
export function humanDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const { unit, rest } = STEPS.find(({ below }) => seconds < below) ?? LONG
  const whole = `${Math.floor(seconds / unit[0])}${unit[1]}`
  const remaining = rest ? Math.floor((seconds % unit[0]) / rest[0]) : 0
  return rest && remaining > 0 ? `${whole}${remaining}${rest[1]}` : whole
}
