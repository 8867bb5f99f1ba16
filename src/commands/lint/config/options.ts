/** The options of `vipctl lint` that a configuration file can state too. */

import type { DnsCaptureMode, FailOn } from '../../../index.ts'
import type { ProxyOptions } from '../../input-options.ts'
import type { Pair } from '../../values.ts'

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
