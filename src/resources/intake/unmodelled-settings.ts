/** Settings of the mesh and of istiod that change what istiod sends but that no stage reads. */
import { LABELS } from '../../common/istio-names.ts'
import type { PathStep, SourceProblem } from '../../sources/document.ts'
import type { Location } from '../../sources/location.ts'
import { flag } from '../mesh/features.ts'
import type { MeshConfig } from '../mesh/mesh-config.ts'
import { fileAndLine, problemAt } from '../problems.ts'

/** A setting of the mesh configuration that is in effect, and the part of the answer that it changes. */
interface MeshFinding {
  readonly path: readonly PathStep[]
  readonly differs: string
}

type MeshCheck = (mesh: MeshConfig) => readonly MeshFinding[]

const KUBERNETES = 'k8s://'

const otherSources: MeshCheck = ({ configSources }) =>
  configSources.flatMap(({ address }, index) =>
    address.startsWith(KUBERNETES)
      ? []
      : [{ path: ['configSources', index], differs: 'istiod also reads the objects of this source' }],
  )

const entryVisibility: MeshCheck = ({ serviceEntryVisibility }) =>
  serviceEntryVisibility?.applyToSidecars
    ? [{ path: ['serviceEntryVisibility'], differs: 'which ServiceEntries sidecars see' }]
    : []

const MESH_CHECKS: readonly MeshCheck[] = [otherSources, entryVisibility]

/** istiod's switches: their default, and what differs from the answer otherwise. */
const SWITCHES: readonly (readonly [name: string, byDefault: boolean, differs: string])[] = [
  ['ENABLE_ENHANCED_DESTINATIONRULE_MERGE', true, 'which DestinationRules of one host are merged'],
  ['ENABLE_PROXY_FIND_POD_BY_IP', false, 'which pod a proxy belongs to'],
  ['ENABLE_TLS_ON_SIDECAR_INGRESS', false, 'TLS of the inbound listeners that a Sidecar declares'],
  [
    'LABEL_CANONICAL_SERVICES_FOR_MESH_EXTERNAL_SERVICE_ENTRIES',
    false,
    'metadata of the endpoints of MESH_EXTERNAL entries',
  ],
  ['PILOT_DISABLE_MX_ALPN', false, 'ALPN of mutual TLS in listeners and clusters'],
  ['PILOT_ENABLE_ALPN_FILTER', true, 'HTTP filters in outbound and gateway listeners'],
  ['PILOT_ENABLE_AMBIENT', false, 'tunnels (HBONE) to workloads of the ambient mesh'],
  ['PILOT_ENABLE_CROSS_CLUSTER_WORKLOAD_ENTRY', true, 'WorkloadEntries of remote clusters'],
  ['PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES', false, 'clusters and endpoints of headless Services'],
  ['PILOT_ENABLE_HEADLESS_FILTER_CHAIN_LISTENER', false, 'listeners of headless Services'],
  ['PILOT_ENABLE_K8S_SELECT_WORKLOAD_ENTRIES', true, 'endpoints of Services that select WorkloadEntries'],
  ['PILOT_ENABLE_METADATA_EXCHANGE', true, 'metadata exchange in listeners and clusters'],
  ['PILOT_ENABLE_MONGO_FILTER', true, 'filters of Mongo ports'],
  ['PILOT_ENABLE_MYSQL_FILTER', false, 'filters of MySQL ports'],
  ['PILOT_ENABLE_PERSISTENT_SESSION_FILTER', false, 'session filters in listeners, clusters and routes'],
  ['PILOT_ENABLE_QUIC_LISTENERS', false, 'QUIC listeners of gateways'],
  ['PILOT_ENABLE_REDIS_FILTER', false, 'filters of Redis ports'],
  ['PILOT_ENABLE_SERVICEENTRY_SELECT_PODS', true, 'endpoints of ServiceEntries that select pods'],
  ['PILOT_ENABLE_TELEMETRY_LABEL', true, 'metadata of clusters and endpoints'],
  ['PILOT_ENDPOINT_TELEMETRY_LABEL', true, 'metadata of endpoints'],
  ['PILOT_SEND_UNHEALTHY_ENDPOINTS', false, 'endpoints that are not ready'],
  ['PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE', true, 'which of several services of one host a Sidecar imports'],
  ['PILOT_UNIFIED_SIDECAR_SCOPE', true, 'what proxies without a Sidecar see'],
]

/** istiod's settings that are strings. */
const TEXTS: readonly (readonly [name: string, byDefault: string, differs: string])[] = [
  ['PILOT_DRAINING_LABEL', LABELS.draining, 'health of endpoints'],
  ['PILOT_MX_ADDITIONAL_LABELS', '', 'metadata exchange filters in listeners'],
]

function notModelledMesh({ path, differs }: MeshFinding, meshAt: Location | undefined): SourceProblem {
  const location = meshAt?.child(...path)
  const place = location ? ` (${fileAndLine(location)})` : ''
  const message = `not modelled: ${path.join('.')} of the mesh configuration${place}: ${differs}`
  return location ? problemAt(location, { severity: 'warning', message }) : { severity: 'warning', message }
}

const notModelledSetting = (name: string, differs: string): SourceProblem => ({
  severity: 'warning',
  message: `not modelled: ${name} of istiod: ${differs}`,
})

/**
 * One warning for each setting that is in effect, changes the answer and is not modelled.
 * @param meshAt the location of the mesh configuration; undefined when there is none
 * @param env istiod's environment
 */
export function unmodelledSettings(
  mesh: MeshConfig,
  meshAt: Location | undefined,
  env: ReadonlyMap<string, string>,
): readonly SourceProblem[] {
  return [
    ...MESH_CHECKS.flatMap((check) => check(mesh)).map((finding) => notModelledMesh(finding, meshAt)),
    ...SWITCHES.filter(([name, byDefault]) => flag(env, name, byDefault) !== byDefault).map(([name, , differs]) =>
      notModelledSetting(name, differs),
    ),
    ...TEXTS.filter(([name, byDefault]) => (env.get(name) ?? byDefault) !== byDefault).map(([name, , differs]) =>
      notModelledSetting(name, differs),
    ),
  ]
}
