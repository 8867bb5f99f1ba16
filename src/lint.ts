/** Lint from a snapshot to findings. It stands apart from the other stages because few commands need its rules. */
import {
  type DnsCaptureMode,
  type LintFinding,
  lint,
  type SeverityOverrides,
  syntheticProxies,
} from './findings/lint/index.ts'
import { computeMesh } from './pipeline.ts'
import type { IstioVersion } from './releases/version.ts'
import { withClusterIps } from './resources/cluster-ips.ts'
import type { Snapshot } from './resources/snapshot.ts'

/** How a snapshot is linted. */
export interface LintSettings {
  /** DNS capture of the sidecars that look at the mesh; `mesh` when absent: as the mesh configuration says. */
  readonly dnsCapture?: DnsCaptureMode | undefined
  /** Severities over those of the catalogue; `off` keeps a rule from running. */
  readonly severities?: SeverityOverrides | undefined
  /** The version that is upgraded from; rules about upgrades find nothing without it. */
  readonly fromVersion?: IstioVersion | undefined
}

/**
 * Runs the rules of lint as a sidecar of each namespace sees the mesh. Services without a cluster IP get one first, as
 * they would in a cluster.
 * @returns findings in the order of files and documents
 */
export function lintSnapshot(snapshot: Snapshot, settings: LintSettings = {}): readonly LintFinding[] {
  const { dnsCapture = 'mesh', severities = new Map(), fromVersion } = settings
  const { registry, scope } = computeMesh(withClusterIps(snapshot))
  return lint({ registry, scope, fromVersion }, { proxies: syntheticProxies(scope, dnsCapture), severities })
}
