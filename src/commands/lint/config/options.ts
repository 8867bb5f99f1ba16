/** The options of `vipctl lint` that a configuration file can state too. */
import type { DnsCaptureMode } from '../../../findings/lint/index.ts'
import { SEVERITIES } from '../../../findings/lint/rule.ts'
import type { ProxyOptions } from '../../input-options.ts'
import type { Pair } from '../../values.ts'

/** From which severity on findings make the exit code 1. */
export const FAIL_ON = [...SEVERITIES, 'never'] as const
export type FailOn = (typeof FAIL_ON)[number]

export interface ConfigurableOptions extends ProxyOptions {
  /** A path; false for none, not even one that lies in the working directory. */
  readonly config?: string | false
  readonly dnsCapture?: DnsCaptureMode
  readonly fromVersion?: string
  /** Rules or patterns of rules to their severities, or `off`. */
  readonly rule?: readonly Pair[]
  readonly failOn?: FailOn
  readonly maxWarnings?: number
  readonly baseline?: string
}
