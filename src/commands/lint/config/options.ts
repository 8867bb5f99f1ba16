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
  /** Of the configuration alone. */
  readonly knownHosts?: readonly string[]
  /** Of the configuration alone. */
  readonly knownNamespaces?: readonly string[]
  /** Whether hosts that may be elsewhere are reported. */
  readonly strict?: boolean
  readonly maxWarnings?: number
  /** Whether charts and overlays are rendered. */
  readonly render?: boolean
  /** Of the configuration alone: it asks for rendering. */
  readonly configuredRender?: boolean
  readonly baseline?: string
}
