/**
 * The installation's value compatibilityVersion: the charts then set istiod's variables to their defaults in an older
 * release (manifests/helm-profiles/compatibility-version-*.yaml).
 */
import type { IstioVersion } from './version.ts'

/** Minor versions of Istio 1, inclusive. */
type Range = readonly [first: number, last: number]

interface ProfileRow {
  readonly variables: readonly string[]
  /** The compatibility versions whose profile turns them off. */
  readonly compatibility: Range
  /** The releases whose charts do this. */
  readonly releases: Range
}

const EVER = Number.POSITIVE_INFINITY

/** Only variables that affect an answer. */
const ROWS: readonly ProfileRow[] = [
  {
    variables: [
      'ENABLE_ENHANCED_DESTINATIONRULE_MERGE',
      'ENABLE_INBOUND_RETRY_POLICY',
      'EXCLUDE_UNSAFE_503_FROM_DEFAULT_RETRY',
      'PILOT_UNIFIED_SIDECAR_SCOPE',
      'PREFER_DESTINATIONRULE_TLS_FOR_EXTERNAL_SERVICES',
    ],
    compatibility: [21, 23],
    releases: [24, 26],
  },
  { variables: ['PILOT_ENABLE_IP_AUTOALLOCATE'], compatibility: [24, 24], releases: [25, 27] },
  {
    variables: ['DISABLE_SHADOW_HOST_SUFFIX', 'PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY'],
    compatibility: [25, 27],
    releases: [28, EVER],
  },
  { variables: ['DISABLE_TRACK_REMAINING_CB_METRICS'], compatibility: [25, 28], releases: [29, EVER] },
  { variables: ['PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE'], compatibility: [25, 29], releases: [30, EVER] },
  { variables: ['PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS'], compatibility: [25, 30], releases: [31, EVER] },
]

const within = (value: number, [first, last]: Range): boolean => value >= first && value <= last

/** What a release's charts add to istiod's environment for a compatibility version. */
export function profileEnvironment(version: IstioVersion, compatibility: IstioVersion): ReadonlyMap<string, string> {
  const rows = ROWS.filter(
    (row) => within(compatibility.minor, row.compatibility) && within(version.minor, row.releases),
  )
  return new Map(rows.flatMap(({ variables }) => variables).map((variable) => [variable, 'false']))
}
