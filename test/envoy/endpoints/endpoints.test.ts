import { describe, expect, it } from 'vitest'
import { buildEndpoints } from '../../../src/envoy/endpoints/index.ts'
import {
  entry,
  manifest,
  meshConfig,
  peerAuthentication,
  rule,
  sent,
  type ViewOptions,
  viewOf,
} from '../clusters/mesh.ts'

const API = 'outbound|80||api.example.com'

function assignmentOf(manifests: string, options?: ViewOptions, name = API) {
  const [fact] = buildEndpoints(viewOf(manifests, options), [name])
  if (!fact) throw new Error('no load assignment')
  return sent(fact.resource)
}

/** Locality, priority, weight and addresses of each group. */
function groupsOf(manifests: string, options?: ViewOptions, name = API) {
  return (assignmentOf(manifests, options, name).endpoints ?? []).map((group) => ({
    locality: Object.values(group.locality ?? {}).join('/'),
    priority: group.priority ?? 0,
    weight: group.loadBalancingWeight,
    addresses: (group.lbEndpoints ?? []).map(({ endpoint }) =>
      'socketAddress' in endpoint.address ? endpoint.address.socketAddress.address : endpoint.address.pipe.path,
    ),
  }))
}

const addressesOf = (manifests: string, options?: ViewOptions, name = API) =>
  groupsOf(manifests, options, name).flatMap(({ addresses }) => addresses)

const prioritiesOf = (manifests: string, options?: ViewOptions) =>
  groupsOf(manifests, options).map(({ locality, priority }) => `${locality}=${priority}`)

const at = (address: string, locality: string, more: object = {}) => ({ address, locality, ...more })

const spread = entry({
  endpoints: [
    at('10.0.0.1', 'us/a/1'),
    at('10.0.0.2', 'us/a/2'),
    at('10.0.0.3', 'us/b'),
    at('10.0.0.4', 'eu/c'),
    at('10.0.0.5', 'ap/d'),
  ],
})
const HERE: ViewOptions = { locality: { region: 'us', zone: 'a', subZone: '1' } }
const withLb = (localityLbSetting: object, more: object = { outlierDetection: {} }) =>
  rule({ trafficPolicy: { loadBalancer: { localityLbSetting }, ...more } })

/** A Service `web` with one slice. */
const slice = (endpoints: object[], spec: object = {}, labels: object = {}) =>
  manifest(
    'v1',
    'Service',
    { name: 'web', labels },
    { spec: { clusterIP: '10.96.0.1', selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }], ...spec } },
  ) +
  manifest(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    { addressType: 'IPv4', ports: [{ name: 'http', port: 8080 }], endpoints },
  )
const WEB = 'outbound|80||web.default.svc.cluster.local'
const webRule = (spec: object) =>
  manifest('networking.istio.io/v1', 'DestinationRule', { name: 'web' }, { spec: { host: 'web', ...spec } })

describe('which endpoints are sent', () => {
  const down = { ready: false, serving: true, terminating: false }
  const leaving = { ready: false, serving: true, terminating: true }
  const endpoints = [
    { addresses: ['10.1.0.1'] },
    { addresses: ['10.1.0.2'], conditions: down },
    { addresses: ['10.1.0.3'], conditions: leaving },
  ]

  it('unhealthy ones too, but none that terminates', () => {
    expect(addressesOf(slice(endpoints), {}, WEB)).toEqual(['10.1.0.1', '10.1.0.2'])
  })

  it('only healthy ones where a panic threshold could bring the others in', () => {
    const guarded = webRule({ trafficPolicy: { outlierDetection: { minHealthPercent: 10 } } })
    expect(addressesOf(slice(endpoints) + guarded, {}, WEB)).toEqual(['10.1.0.1'])
  })

  it('draining ones only for persistent sessions', () => {
    const sticky = slice(endpoints, {}, { 'istio.io/persistent-session': 'cookie' })
    expect(addressesOf(sticky, {}, WEB)).toContain('10.1.0.3')
  })

  it('only those of the own node for local services', () => {
    const local = slice([{ addresses: ['10.1.0.1'] }], { internalTrafficPolicy: 'Local' })
    expect(addressesOf(local, {}, WEB)).toEqual(['10.1.0.1'])
    expect(assignmentOf(local, { metadata: { NODE_NAME: 'n1' } }, WEB)).toEqual({ clusterName: WEB })
  })

  it('no host names, but sockets', () => {
    const mixed = entry({ endpoints: [{ address: 'unix:///run/a.sock' }] })
    expect(addressesOf(mixed)).toEqual(['/run/a.sock'])
  })

  it('those of a subset by their labels, the topology included', () => {
    const subset = rule({ subsets: [{ name: 'eu', labels: { 'topology.kubernetes.io/region': 'eu' } }] })
    expect(addressesOf(spread + subset, {}, 'outbound|80|eu|api.example.com')).toEqual(['10.0.0.4'])
  })

  it('none of a host or port that is not in scope', () => {
    const unknown = 'outbound|81||api.example.com'
    expect(assignmentOf(spread, {}, unknown)).toEqual({ clusterName: unknown })
    expect(assignmentOf(spread, {}, 'outbound|80||__proto__')).toEqual({ clusterName: 'outbound|80||__proto__' })
  })
})

describe('mTLS', () => {
  const meshed = entry({
    location: 'MESH_INTERNAL',
    ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }],
    endpoints: [{ address: '10.0.0.1', serviceAccount: 'api', labels: { app: 'api' } }],
  })
  const match = (manifests: string) =>
    assignmentOf(manifests).endpoints?.[0]?.lbEndpoints?.[0]?.metadata?.filterMetadata['envoy.transport_socket_match']
  const forApi = (spec: object) =>
    peerAuthentication('api', 'default', { selector: { matchLabels: { app: 'api' } }, ...spec })
  const disable = { mtls: { mode: 'DISABLE' } }

  it('is on for endpoints that take it', () => {
    expect(match(meshed)).toEqual({ tlsMode: 'istio' })
  })

  it('is off by the policy of the workload, not by one of another', () => {
    expect(match(meshed + forApi(disable))).toBeUndefined()
    const other = peerAuthentication('other', 'default', { selector: { matchLabels: { app: 'other' } }, ...disable })
    expect(match(meshed + other)).toBeDefined()
  })

  it('goes by the port on which the workload listens', () => {
    expect(match(meshed + forApi({ portLevelMtls: { 8080: { mode: 'DISABLE' } } }))).toBeUndefined()
    expect(match(meshed + forApi({ portLevelMtls: { 80: { mode: 'DISABLE' } } }))).toBeDefined()
  })

  it('inherits what a narrower policy leaves unset', () => {
    const mesh = peerAuthentication('mesh', 'istio-system', disable)
    const namespace = peerAuthentication('ns', 'default', { mtls: { mode: 'UNSET' } })
    expect(match(meshed + mesh + namespace)).toBeUndefined()
    expect(match(meshed + mesh + peerAuthentication('ns', 'default', { mtls: { mode: 'STRICT' } }))).toBeDefined()
  })

  it('is decided by the client where its rule states a mode', () => {
    const tls = (mode: string) => rule({ trafficPolicy: { tls: { mode } } })
    expect(match(meshed + tls('DISABLE'))).toBeUndefined()
    expect(match(meshed + forApi(disable) + tls('ISTIO_MUTUAL'))).toEqual({ tlsMode: 'istio' })
  })
})

describe('localities', () => {
  it('fail over by distance once outlier detection is on', () => {
    expect(prioritiesOf(spread, HERE)).toEqual(['ap/d=0', 'eu/c=0', 'us/a/1=0', 'us/a/2=0', 'us/b=0'])
    expect(prioritiesOf(spread + rule({ trafficPolicy: { outlierDetection: {} } }), HERE)).toEqual([
      'ap/d=3',
      'eu/c=3',
      'us/a/1=0',
      'us/a/2=1',
      'us/b=2',
    ])
  })

  it('fail over to the region that is stated before others', () => {
    expect(prioritiesOf(spread + withLb({ failover: [{ from: 'us', to: 'eu' }] }), HERE)).toEqual([
      'ap/d=4',
      'eu/c=3',
      'us/a/1=0',
      'us/a/2=1',
      'us/b=2',
    ])
  })

  it('share the weights that are stated, and others lose their endpoints', () => {
    const to = { 'us/*': 80, 'eu/*': 20 }
    expect(groupsOf(spread + withLb({ distribute: [{ from: 'us/*', to }] }, {}), HERE)).toEqual([
      { locality: 'ap/d', priority: 0, weight: 1, addresses: [] },
      { locality: 'eu/c', priority: 0, weight: 20, addresses: ['10.0.0.4'] },
      { locality: 'us/a/1', priority: 0, weight: 27, addresses: ['10.0.0.1'] },
      { locality: 'us/a/2', priority: 0, weight: 27, addresses: ['10.0.0.2'] },
      { locality: 'us/b', priority: 0, weight: 27, addresses: ['10.0.0.3'] },
    ])
  })

  it('are divided by labels, the first that differs deciding', () => {
    const labelled = entry({
      endpoints: [
        { address: '10.0.0.1', labels: { version: 'v1', track: 'blue' } },
        { address: '10.0.0.2', labels: { version: 'v1' } },
        { address: '10.0.0.3', labels: { track: 'blue' } },
      ],
    })
    const setting = withLb({ failoverPriority: ['version=v1', 'track'] })
    const groups = groupsOf(labelled + setting, { labels: { track: 'blue' } })
    expect(groups.map(({ priority, addresses }) => [priority, ...addresses])).toEqual([
      [0, '10.0.0.1'],
      [1, '10.0.0.2'],
      [2, '10.0.0.3'],
    ])
  })

  it('are left to Envoy inside a region with zone-aware routing', () => {
    const setting = { zoneAwareLbSetting: { failover: [{ from: 'us', to: 'eu' }] } }
    expect(prioritiesOf(spread + rule({ trafficPolicy: { loadBalancer: setting } }), HERE)).toEqual([
      'ap/d=2',
      'eu/c=1',
      'us/a/1=0',
      'us/a/2=0',
      'us/b=0',
    ])
  })
})

describe('networks', () => {
  const networks = meshConfig(
    {},
    {
      networks: {
        far: {
          endpoints: [{ fromCidr: '10.9.0.0/16' }],
          gateways: [1, 2].map((n) => ({ address: `192.0.2.${n}`, port: 15443 })),
        },
      },
    },
  )
  const remote = (more: object = {}) => ({ address: '10.9.0.1', network: 'far', serviceAccount: 'api', ...more })
  const local = { address: '10.0.0.1', network: 'near' }
  const near: ViewOptions = { metadata: { NETWORK: 'near' } }
  const mesh = (...endpoints: object[]) => entry({ location: 'MESH_INTERNAL', endpoints }) + networks

  it('are entered through all their gateways, with the weight of what is behind', () => {
    const [group] = assignmentOf(mesh(local, remote({ weight: 3 })), near).endpoints ?? []
    expect(group?.lbEndpoints?.map(({ loadBalancingWeight }) => loadBalancingWeight)).toEqual([2, 3, 3])
    expect(addressesOf(mesh(local, remote()), near)).toEqual(['10.0.0.1', '192.0.2.1', '192.0.2.2'])
    expect(group?.loadBalancingWeight).toBe(8)
  })

  it('that are remote lose what takes no mTLS; the empty locality stays', () => {
    const plain = remote({ serviceAccount: '' })
    expect(assignmentOf(mesh(plain), near).endpoints).toEqual([{ locality: {} }])
  })

  it('count as remote for a proxy that states none', () => {
    expect(addressesOf(mesh(remote()))).toEqual(['192.0.2.1', '192.0.2.2'])
  })

  it('are out of reach for the wrong address family', () => {
    expect(addressesOf(mesh(remote()), { metadata: { NETWORK: 'near', INSTANCE_IPS: 'fd00::9' } })).toEqual([])
  })

  it('that the proxy did not ask for are hidden', () => {
    expect(
      addressesOf(mesh(local, remote()), { metadata: { NETWORK: 'near', REQUESTED_NETWORK_VIEW: 'near' } }),
    ).toEqual(['10.0.0.1'])
  })
})

describe('origins', () => {
  it('lead to every endpoint', () => {
    const [fact] = buildEndpoints(viewOf(spread), [API])
    expect(fact?.origins.map(({ location }) => location?.path.join('.'))).toEqual([
      'spec.hosts.0',
      'spec.endpoints.4',
      'spec.endpoints.3',
      'spec.endpoints.0',
      'spec.endpoints.1',
      'spec.endpoints.2',
    ])
  })
})
