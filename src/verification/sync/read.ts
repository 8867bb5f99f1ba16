/**
 * Reads istiod's answer to `GET /debug/syncz` (`SyncStatus` of pilot/pkg/xds/debug.go), or what
 * `istioctl proxy-status -o json` prints: the same as messages of xDS (pilot/pkg/xds/statusgen.go).
 */
import { compareBytes } from '../../common/bytes.ts'
import type { JsonValue } from '../../sources/document.ts'
import { fieldAt, isMapping, listAt, textAt } from '../../sources/mapping.ts'
import type { ConnectedProxy, SyncState, TypeSync } from './status.ts'

const PREFIX = 'type.googleapis.com/'

/** istiod's short names of types (pkg/model/xds.go). */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['envoy.config.cluster.v3.Cluster', 'CDS'],
  ['envoy.config.listener.v3.Listener', 'LDS'],
  ['envoy.config.endpoint.v3.ClusterLoadAssignment', 'EDS'],
  ['envoy.config.route.v3.RouteConfiguration', 'RDS'],
  ['envoy.config.core.v3.TypedExtensionConfig', 'ECDS'],
  ['istio.networking.nds.v1.NameTable', 'NDS'],
  ['istio.mesh.v1alpha1.ProxyConfig', 'PCDS'],
  ['envoy.extensions.transport_sockets.tls.v3.Secret', 'SDS'],
  ['istio.workload.Address', 'WDS'],
  ['istio.workload.Workload', 'WDS'],
  ['istio.security.Authorization', 'WADS'],
])

/** Fields of istiods whose answers have no `resources`. */
const FIELDS = [
  ['CDS', 'cluster'],
  ['LDS', 'listener'],
  ['EDS', 'endpoint'],
  ['RDS', 'route'],
  ['ECDS', 'extensionconfig'],
] as const

const shortName = (url: string): string =>
  SHORT_NAMES.get(url.startsWith(PREFIX) ? url.slice(PREFIX.length) : url) ?? url

/** Go's zero time stands for an update that was never sent. */
const timeOf = (text: string): string | undefined => (text === '' || text.startsWith('0001-') ? undefined : text)

function stateOf(sent: string, acked: string, error: string): SyncState {
  if (error !== '') return 'ERROR'
  if (sent === '') return 'NOT SENT'
  return acked === sent ? 'SYNCED' : 'STALE'
}

/** `resources` of an answer, by type. */
function typesOfResources(resources: JsonValue): Map<string, TypeSync> {
  return new Map(
    Object.entries(resources as object).map(([url, status]: [string, JsonValue]) => {
      const error = textAt(status, 'lastError')
      const state = stateOf(textAt(status, 'sent'), textAt(status, 'acked'), error)
      return [shortName(url), { state, sent: timeOf(textAt(status, 'sentTime')), error }]
    }),
  )
}

function typesOfFields(status: JsonValue): Map<string, TypeSync> {
  return new Map(
    FIELDS.flatMap(([type, field]) => {
      const sent = textAt(status, `${field}_sent`)
      if (sent === '') return []
      return [[type, { state: stateOf(sent, textAt(status, `${field}_acked`), ''), sent: undefined, error: '' }]]
    }),
  )
}

function proxyOfStatus(status: JsonValue, istiod: string): ConnectedProxy | undefined {
  const name = textAt(status, 'proxy')
  if (name === '') return undefined
  const resources = fieldAt(status, 'resources')
  return {
    name,
    clusterId: textAt(status, 'cluster_id'),
    type: textAt(status, 'proxy_type'),
    version: textAt(status, 'istio_version') || textAt(status, 'proxy_version'),
    istiod,
    types: isMapping(resources) ? typesOfResources(resources) : typesOfFields(status),
  }
}

/** Envoy's `ConfigStatus` by its names; istioctl shows an unknown one as ignored. */
const STATES: ReadonlyMap<string, SyncState> = new Map([
  ['SYNCED', 'SYNCED'],
  ['STALE', 'STALE'],
  ['NOT_SENT', 'NOT SENT'],
  ['ERROR', 'ERROR'],
])

function proxyOfClient(config: JsonValue, istiod: string): ConnectedProxy | undefined {
  const node = fieldAt(config, 'node')
  const name = textAt(node, 'id')
  if (name === '') return undefined
  const metadata = fieldAt(node, 'metadata')
  const types = listAt(config, 'genericXdsConfigs').flatMap((each): [string, TypeSync][] => {
    const state = STATES.get(textAt(each, 'configStatus'))
    const error = textAt(fieldAt(each, 'errorState'), 'details')
    if (!state) return []
    return [[shortName(textAt(each, 'typeUrl')), { state, sent: timeOf(textAt(each, 'lastUpdated')), error }]]
  })
  return {
    name,
    clusterId: textAt(metadata, 'CLUSTER_ID'),
    type: '',
    version: textAt(metadata, 'ISTIO_VERSION'),
    istiod,
    types: new Map(types),
  }
}

/** The pod of istiod, which an xDS response states as JSON in a text. */
function istiodOf(response: JsonValue): string {
  try {
    return textAt(JSON.parse(textAt(fieldAt(response, 'controlPlane'), 'identifier')) as JsonValue, 'ID')
  } catch {
    return ''
  }
}

const isClient = (resource: JsonValue): boolean => textAt(resource, '@type').endsWith('.ClientConfig')

/**
 * The proxies of an answer.
 * @param istiod the pod that answered, if the answer does not tell
 * @returns undefined if it is something else
 */
export function readSyncz(answer: JsonValue, istiod: string): readonly ConnectedProxy[] | undefined {
  if (Array.isArray(answer)) {
    const proxies = answer.map((status) => proxyOfStatus(status, istiod))
    return proxies.every((proxy) => proxy !== undefined) ? proxies : undefined
  }
  const resources = listAt(answer, 'resources')
  const isResponse = textAt(answer, 'typeUrl') !== '' || fieldAt(answer, 'controlPlane') !== undefined
  if (!isResponse || !resources.every(isClient)) return undefined
  const own = istiodOf(answer) || istiod
  return resources.flatMap((resource) => proxyOfClient(resource, own) ?? [])
}

/** Proxies by name, as istioctl orders them; a proxy of two istiods by istiod. */
export const sortedProxies = (proxies: Iterable<ConnectedProxy>): ConnectedProxy[] =>
  [...proxies].sort((a, b) => compareBytes(a.name, b.name) || compareBytes(a.istiod, b.istiod))
