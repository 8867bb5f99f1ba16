/** Lints a snapshot. Separate from the other stages because few commands need its rules. */
import {
  type DnsCaptureMode,
  type LintFinding,
  lint,
  type SeverityOverrides,
  syntheticProxies,
} from './findings/lint/index.ts'
import { computeMesh } from './pipeline.ts'
import type { IstioVersion } from './releases/version.ts'
import type { Snapshot } from './resources/snapshot.ts'

/** Settings of a lint run. */
export interface LintSettings {
  /** Whether the sidecars that see the mesh capture DNS; `mesh`, the default, follows the mesh configuration. */
  readonly dnsCapture?: DnsCaptureMode | undefined
  /** Override the severities of the catalogue; `off` disables a rule. */
  readonly severities?: SeverityOverrides | undefined
  /** The version to upgrade from; without it, rules about upgrades find nothing. */
  readonly fromVersion?: IstioVersion | undefined
}

/**
 * Runs the rules of lint as a sidecar of each namespace sees the mesh.
 * @returns findings in the order of files and documents
 */
export function lintSnapshot(snapshot: Snapshot, settings: LintSettings = {}): readonly LintFinding[] {
  const { dnsCapture = 'mesh', severities = new Map(), fromVersion } = settings
  const { registry, scope } = computeMesh(snapshot)
  return lint({ registry, scope, fromVersion }, { proxies: syntheticProxies(scope, dnsCapture), severities })
}
