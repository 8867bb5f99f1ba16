/** Numbers, durations and percentages (pkg/config/validation/agent/validation.go of the reference). */
import type { PathStep } from '../../../sources/document.ts'
import { type Duration, formatDuration } from '../../schema/duration.ts'
import type { Path, Report } from '../report.ts'

const INTEGER = /^[+-]?[0-9]+$/
const LARGEST_INT = 2n ** 63n - 1n
const SMALLEST_INT = -(2n ** 63n)
/** Integers with at most this many characters always fit. */
const SAFE_LENGTH = 15

/** Parses an integer as Go's strconv.Atoi does; undefined when the text is not one or exceeds 64 bits. */
export function parseInteger(text: string): number | undefined {
  if (!INTEGER.test(text)) return undefined
  if (text.length <= SAFE_LENGTH) return Number(text)
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return value < SMALLEST_INT || value > LARGEST_INT ? undefined : Number(value)
}

const NANOS_PER_MS = 1_000_000

/** A duration must be at least 1ms, in whole milliseconds. An absent one is fine. */
export function checkDuration(report: Report, parent: Path, step: PathStep, value: Duration | undefined): void {
  if (value === undefined) return
  if (value.seconds < 0 || (value.seconds === 0 && value.nanos < NANOS_PER_MS)) {
    report.error(parent, step, 'duration-invalid', `${step} must be at least 1ms, not ${formatDuration(value)}`)
  } else if (value.nanos % NANOS_PER_MS !== 0) {
    const message = `${step} must be in whole milliseconds, not ${formatDuration(value)}`
    report.error(parent, step, 'duration-invalid', message)
  }
}

/** Whole milliseconds, rounded toward zero. */
export function durationMillis(value: Duration): number {
  return value.seconds * 1000 + Math.trunc(value.nanos / NANOS_PER_MS)
}

export function checkPercent(report: Report, parent: Path, step: PathStep, value: number): void {
  if (value < 0 || value > 100) {
    report.error(parent, step, 'percent-range', `${step} must be between 0 and 100, not ${value}`)
  }
}

const SMALLEST_FRACTION = 0.0001

/** A percentage of requests: 0, or 0.0001 to 100. `value` is undefined when absent. */
export function checkFraction(report: Report, parent: Path, step: PathStep, value: number | undefined): void {
  if (value === undefined) return
  if (value < 0 || value > 100 || (value > 0 && value < SMALLEST_FRACTION)) {
    const message = `${step} must be 0, or between ${SMALLEST_FRACTION} and 100, not ${value}`
    report.error(parent, step, 'percent-range', message)
  }
}

export function checkNotNegative(report: Report, parent: Path, step: PathStep, value: number): void {
  if (value < 0) report.error(parent, step, 'number-negative', `${step} must not be negative, but is ${value}`)
}
