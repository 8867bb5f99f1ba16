/** google.protobuf.Duration; both parts have the same sign. */
export interface Duration {
  readonly seconds: number
  /** -999,999,999 to 999,999,999 */
  readonly nanos: number
}

const UNIT_NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

const PART = /^([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/
const LARGEST = 2n ** 63n - 1n

/**
 * Parses a duration in Go's notation (`10s`, `1.5s`, `1h30m`, `100ms`, `0`), as the reference's decoder does
 * (golang/protobuf jsonpb parses durations with time.ParseDuration).
 * @returns undefined when the text is not a duration or exceeds 292 years
 */
export function parseDuration(text: string): Duration | undefined {
  let rest = text.replace(/^[-+]/, '')
  if (rest === '0') return { seconds: 0, nanos: 0 }
  if (rest === '' || rest.length > 64) return undefined
  let total = 0n
  while (rest !== '') {
    const match = PART.exec(rest)
    if (!match) return undefined
    const [whole, digits, fraction = '', unit] = match as unknown as [string, string, string | undefined, string]
    if (digits === '' && fraction === '') return undefined
    const nanos = UNIT_NANOS[unit] as bigint
    total += BigInt(digits || 0) * nanos + (BigInt(fraction || 0) * nanos) / 10n ** BigInt(fraction.length)
    rest = rest.slice(whole.length)
  }
  if (total > LARGEST) return undefined
  const sign = text.startsWith('-') ? -1 : 1
  return { seconds: sign * Number(total / 1_000_000_000n) || 0, nanos: sign * Number(total % 1_000_000_000n) || 0 }
}

/** Protobuf's JSON form: whole seconds, or 3, 6 or 9 decimals (`10s`, `0.100s`). */
export function formatDuration(duration: Duration): string {
  const sign = duration.seconds < 0 || duration.nanos < 0 ? '-' : ''
  const seconds = Math.abs(duration.seconds)
  const nanos = Math.abs(duration.nanos)
  if (nanos === 0) return `${sign}${seconds}s`
  const digits = String(nanos).padStart(9, '0')
  const cut = nanos % 1_000_000 === 0 ? 3 : nanos % 1_000 === 0 ? 6 : 9
  return `${sign}${seconds}.${digits.slice(0, cut)}s`
}

/** Nanoseconds, for comparison; exact up to 104 days. */
export function durationNanos(duration: Duration): number {
  return duration.seconds * 1e9 + duration.nanos
}
