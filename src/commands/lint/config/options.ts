/** The options of `vipctl lint` that a configuration file may also set. */

import type { DnsCaptureMode, FailOn } from '../../../index.ts'
import type { ProxyOptions } from '../../input-options.ts'
import type { Pair } from '../../values.ts'

export interface ConfigurableOptions extends ProxyOptions {
  /** A path; false to ignore configuration files. */
  readonly config?: string | false
  readonly dnsCapture?: DnsCaptureMode
  readonly fromVersion?: string
  /** Severities, or `off`, by rule or pattern of rules. */
  readonly rule?: readonly Pair[]
  readonly failOn?: FailOn
  readonly maxWarnings?: number
  readonly baseline?: string
}
