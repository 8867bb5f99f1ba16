/** istiod's answers to `GET /debug/syncz`, as `SyncStatus` of pilot/pkg/xds/debug.go writes them. */

const PREFIX = 'type.googleapis.com/'
const URLS = {
  CDS: `${PREFIX}envoy.config.cluster.v3.Cluster`,
  LDS: `${PREFIX}envoy.config.listener.v3.Listener`,
  EDS: `${PREFIX}envoy.config.endpoint.v3.ClusterLoadAssignment`,
  RDS: `${PREFIX}envoy.config.route.v3.RouteConfiguration`,
  ECDS: `${PREFIX}envoy.config.core.v3.TypedExtensionConfig`,
  NDS: `${PREFIX}istio.networking.nds.v1.NameTable`,
}

type Type = keyof typeof URLS
const ALL: readonly Type[] = ['CDS', 'LDS', 'EDS', 'RDS', 'NDS']

export interface StatusOptions {
  /** Types that the proxy asks for. */
  readonly types?: readonly Type[]
  /** Types whose last update is not accepted yet. */
  readonly stale?: readonly Type[]
  readonly notSent?: readonly Type[]
  readonly refused?: Partial<Readonly<Record<Type, string>>>
  readonly sentTime?: string
  readonly version?: string
  readonly cluster?: string
}

const field = (type: Type): string =>
  ({ CDS: 'cluster', LDS: 'listener', EDS: 'endpoint', RDS: 'route', ECDS: 'extensionconfig', NDS: '' })[type]

/** One proxy of an answer. */
export function statusOf(proxy: string, options: StatusOptions = {}): object {
  const { types = ALL, stale = [], notSent = [], refused = {}, version = '1.31.0', cluster = 'Kubernetes' } = options
  const { sentTime = '2026-01-01T10:00:00Z' } = options
  const nonces = types.map((type) => {
    const sent = notSent.includes(type) ? '' : `nonce-${type}`
    const acked = stale.includes(type) || refused[type] !== undefined ? 'older' : sent
    return { type, sent, acked: sent === '' ? '' : acked }
  })
  return {
    cluster_id: cluster,
    proxy,
    proxy_type: 'sidecar',
    istio_version: version,
    ...Object.fromEntries(
      nonces.flatMap(({ type, sent, acked }) =>
        field(type) === '' || sent === ''
          ? []
          : [
              [`${field(type)}_sent`, sent],
              [`${field(type)}_acked`, acked],
            ],
      ),
    ),
    resources: Object.fromEntries(
      nonces.map(({ type, sent, acked }) => [
        URLS[type],
        {
          ...(sent !== '' && { sent, acked }),
          sentTime: sent === '' ? '0001-01-01T00:00:00Z' : sentTime,
          ...(refused[type] !== undefined && { lastError: refused[type] }),
        },
      ]),
    ),
  }
}

/** A proxy of an istiod whose answers have no `resources`. */
export function oldStatusOf(proxy: string, options: StatusOptions = {}): object {
  const { resources: _, ...rest } = statusOf(proxy, options) as Record<string, unknown>
  return rest
}
