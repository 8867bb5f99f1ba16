/** Which fields of which kinds name something. */
import { serviceHost } from '../../common/cluster-domain.ts'
import { isMap } from '../../common/collections.ts'
import { completeGateway, completeHost } from '../../scope/names.ts'
import type { Found, MentionRule } from './mention.ts'

type Find = MentionRule['find']
type Role = Found['role']

const rule = (at: string, find: Find): MentionRule => ({ at: at.split('.'), find })

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const textOf = (value: unknown, field: string): string => {
  const text =
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[field] : undefined
  return isText(text) ? text : ''
}

/** A host, short or whole; istiod completes short ones with the namespace of the object. */
const host =
  (role: Role): Find =>
  (value, { meta }) =>
    isText(value) ? [{ topic: 'host', role, name: `host ${completeHost(value, meta.namespace)}` }] : []

/** The host of a Service of the object's namespace, by the Service's name. */
const service =
  (role: Role): Find =>
  (value, { meta }) =>
    isText(value) ? [{ topic: 'host', role, name: `host ${serviceHost(value, meta.namespace)}` }] : []

/** `NAMESPACE/HOST` of Sidecars and servers of Gateways. */
const scopedHost: Find = (value) => {
  if (!isText(value)) return []
  const name = value.slice(value.indexOf('/') + 1)
  return name === '*' || name === '' ? [] : [{ topic: 'host', role: 'use', name: `host ${name}` }]
}

/** A host with a subset. */
const destination: Find = (value, { meta }) => {
  const [name, subset] = [textOf(value, 'host'), textOf(value, 'subset')]
  if (name === '') return []
  const whole = completeHost(name, meta.namespace)
  const found: Found[] = [{ steps: ['host'], topic: 'host', role: 'use', name: `host ${whole}` }]
  return subset === ''
    ? found
    : [...found, { steps: ['subset'], topic: 'subset', role: 'use', name: `subset ${whole} ${subset}` }]
}

const subset: Find = (value, { meta, spec }) => {
  const name = textOf(spec, 'host')
  const whole = completeHost(name, meta.namespace)
  return isText(value) ? [{ topic: 'subset', role: 'definition', name: `subset ${whole} ${value}` }] : []
}

const gateway: Find = (value, { meta }) =>
  isText(value) && value !== 'mesh'
    ? [{ topic: 'object', role: 'use', name: `Gateway ${completeGateway(value, meta.namespace)}` }]
    : []

/** An object of a fixed kind in the namespace of the one that names it. */
const named =
  (kind: string): Find =>
  (value, { meta }) =>
    isText(value) ? [{ topic: 'object', role: 'use', name: `${kind} ${meta.namespace}/${value}` }] : []

/** `{name, namespace}` of another object. */
const reference =
  (kind: string): Find =>
  (value, { meta }) => {
    const name = textOf(value, 'name')
    const namespace = textOf(value, 'namespace') || meta.namespace
    return name === '' ? [] : [{ steps: ['name'], topic: 'object', role: 'use', name: `${kind} ${namespace}/${name}` }]
  }

/** `{group, kind, name, namespace}` of the Gateway API and of policies. */
const typed =
  (assumed: string): Find =>
  (value, resource) => {
    const kind = textOf(value, 'kind') || assumed
    if (kind === 'Gateway') return reference('KubernetesGateway')(value, resource)
    if (kind !== 'Service') return reference(kind)(value, resource)
    const name = textOf(value, 'name')
    const namespace = textOf(value, 'namespace') || resource.meta.namespace
    return name === ''
      ? []
      : [{ steps: ['name'], topic: 'host', role: 'use', name: `host ${serviceHost(name, namespace)}` }]
  }

const isLabels = (value: unknown): value is ReadonlyMap<string, string> => isMap(value) && value.size > 0

type Reach = 'namespace' | 'everywhere' | 'policy'

const selector =
  (reach: Reach): Find =>
  (value, { meta }) => {
    if (!isLabels(value)) return []
    const namespace = reach === 'everywhere' ? undefined : meta.namespace
    return [
      {
        topic: 'workloads',
        role: 'use',
        name: '',
        selector: { labels: value, namespace, ofPolicy: reach === 'policy' },
      },
    ]
  }

const port: Find = (value) => (typeof value === 'number' ? [{ topic: 'port', role: 'definition', name: '' }] : [])

const policy = [
  rule('spec.selector.matchLabels', selector('policy')),
  rule('spec.targetRef', typed('Service')),
  rule('spec.targetRefs.*', typed('Service')),
]

const routesOf = (kind: 'http' | 'tcp' | 'tls'): readonly MentionRule[] => [
  rule(`spec.${kind}.*.route.*.destination`, destination),
  rule(`spec.${kind}.*.match.*.gateways.*`, gateway),
]

const gatewayRoute = [
  rule('spec.parentRefs.*', typed('Gateway')),
  rule('spec.rules.*.backendRefs.*', typed('Service')),
  rule('spec.rules.*.filters.*.requestMirror.backendRef', typed('Service')),
]

/** The rules of each kind. */
export const RULES: ReadonlyMap<string, readonly MentionRule[]> = new Map([
  [
    'ServiceEntry',
    [
      rule('spec.hosts.*', host('definition')),
      rule('spec.ports.*.number', port),
      rule('spec.workloadSelector.labels', selector('namespace')),
    ],
  ],
  [
    'Service',
    [
      rule('metadata.name', service('definition')),
      rule('spec.ports.*.port', port),
      rule('spec.selector', selector('namespace')),
    ],
  ],
  [
    'VirtualService',
    [
      rule('spec.hosts.*', host('use')),
      rule('spec.gateways.*', gateway),
      ...routesOf('http'),
      ...routesOf('tcp'),
      ...routesOf('tls'),
      rule('spec.http.*.mirror', destination),
      rule('spec.http.*.mirrors.*.destination', destination),
      rule('spec.http.*.delegate', reference('VirtualService')),
    ],
  ],
  [
    'DestinationRule',
    [
      rule('spec.host', host('use')),
      rule('spec.subsets.*.name', subset),
      rule('spec.workloadSelector.matchLabels', selector('namespace')),
      rule('spec.trafficPolicy.tls.credentialName', named('Secret')),
    ],
  ],
  [
    'Gateway',
    [
      rule('spec.selector', selector('everywhere')),
      rule('spec.servers.*.hosts.*', scopedHost),
      rule('spec.servers.*.tls.credentialName', named('Secret')),
      rule('spec.servers.*.tls.credentialNames.*', named('Secret')),
    ],
  ],
  [
    'Sidecar',
    [
      rule('spec.egress.*.hosts.*', scopedHost),
      rule('spec.workloadSelector.labels', selector('namespace')),
      rule('spec.outboundTrafficPolicy.egressProxy', destination),
    ],
  ],
  ['EnvoyFilter', [rule('spec.workloadSelector.labels', selector('namespace')), ...policy]],
  ...[
    'AuthorizationPolicy',
    'RequestAuthentication',
    'PeerAuthentication',
    'Telemetry',
    'WasmPlugin',
    'ProxyConfig',
    'TrafficExtension',
  ].map((kind) => [kind, policy] as const),
  ...['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map((kind) => [kind, gatewayRoute] as const),
  ['KubernetesGateway', [rule('spec.listeners.*.tls.certificateRefs.*', typed('Secret'))]],
  ['BackendTLSPolicy', policy],
  [
    'Ingress',
    [
      rule('spec.defaultBackend.service.name', service('use')),
      rule('spec.rules.*.http.paths.*.backend.service.name', service('use')),
      rule('spec.tls.*.secretName', named('Secret')),
    ],
  ],
])
