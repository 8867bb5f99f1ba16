import { describe, expect, it } from 'vitest'
import { MASTER } from '../../src/releases/version.ts'
import { mergeProxyConfig } from '../../src/resources/index.ts'
import { featuresOf } from '../../src/resources/mesh/features.ts'
import { parseDocuments } from '../../src/sources/index.ts'
import { Location } from '../../src/sources/location.ts'
import { entry, join, onlyProblem, placeOf, said, snapshotOf } from './snapshots.ts'

const indent = (text: string): string => text.replace(/^/gm, '    ')

function configMap(mesh: string, networks?: string, name = 'istio', namespace = 'istio-system'): string {
  const lines = ['apiVersion: v1', 'kind: ConfigMap', `metadata: {name: ${name}, namespace: ${namespace}}`, 'data:']
  if (mesh !== '') lines.push('  mesh: |-', indent(mesh))
  if (networks !== undefined) lines.push('  meshNetworks: |-', indent(networks))
  return lines.join('\n')
}

const meshOf = (mesh: string) => snapshotOf(configMap(mesh)).mesh
const document = (text: string) => parseDocuments({ name: 'given.yaml', text }, '').documents[0]

describe('the mesh configuration', () => {
  it('has defaults without a ConfigMap', () => {
    const { mesh } = snapshotOf('')
    expect(mesh).toMatchObject({
      trustDomain: 'cluster.local',
      rootNamespace: 'istio-system',
      outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
      localityLbSetting: { enabled: true },
      enableAutoMtls: true,
      connectTimeout: { seconds: 10, nanos: 0 },
      proxyListenPort: 15001,
      defaultServiceExportTo: ['*'],
      defaultConfig: { discoveryAddress: 'istiod.istio-system.svc:15012', statusPort: 15020 },
    })
    expect(mesh.extensionProviders.map(({ name }) => name)).toEqual(['prometheus', 'stackdriver', 'envoy'])
  })

  it('replaces a message whole', () => {
    expect(meshOf('outboundTrafficPolicy: {}').outboundTrafficPolicy?.mode).toBe('REGISTRY_ONLY')
    expect(meshOf('localityLbSetting: {failoverPriority: [a]}').localityLbSetting?.enabled).toBeUndefined()
  })

  it('leaves what is null, and sets what is zero', () => {
    expect(meshOf('connectTimeout: null\nenableAutoMtls: false\nenableTracing: false')).toMatchObject({
      connectTimeout: { seconds: 10 },
      enableAutoMtls: false,
      enableTracing: false,
    })
  })

  it('takes snake_case names', () => {
    expect(meshOf('trust_domain: example.org').trustDomain).toBe('example.org')
  })

  it('merges defaultConfig field by field, its metadata by key', () => {
    const { defaultConfig } = meshOf('defaultConfig: {statusPort: 15099, proxyMetadata: {A: "1"}}')
    expect(defaultConfig).toMatchObject({ statusPort: 15099, proxyAdminPort: 15000 })
    expect(defaultConfig?.proxyMetadata).toEqual(new Map([['A', '1']]))
  })

  it('clears the other member of a oneof', () => {
    const { defaultConfig } = meshOf('defaultConfig: {tracingServiceName: CANONICAL_NAME_ONLY}')
    expect(defaultConfig?.serviceCluster).toBeUndefined()
    expect(defaultConfig?.tracingServiceName).toBe('CANONICAL_NAME_ONLY')
  })

  it('merges extensionProviders by name', () => {
    const { extensionProviders } = meshOf(`
extensionProviders:
- {name: mine, prometheus: {}}
- {name: stackdriver, zipkin: {service: z, port: 9411}}`)
    expect(extensionProviders.map(({ name }) => name)).toEqual(['prometheus', 'stackdriver', 'envoy', 'mine'])
    expect(extensionProviders[1]).toMatchObject({ stackdriver: undefined, zipkin: { service: 'z' } })
  })

  it('sorts trustDomainAliases, each once', () => {
    expect(meshOf('trustDomainAliases: [b, a, b]').trustDomainAliases).toEqual(['a', 'b'])
  })

  it('warns of an unknown field where it stands in the file, and goes on', () => {
    const snapshot = snapshotOf(configMap('trustDomain: example.org\nenableTracin: true'))
    expect(onlyProblem(snapshot)).toMatchObject({ severity: 'warning', hint: 'did you mean enableTracing?' })
    expect(placeOf(onlyProblem(snapshot))).toBe('mesh.yaml:7:5')
    expect(snapshot.mesh.trustDomain).toBe('example.org')
  })

  it('says that default_config is not looked at', () => {
    const snapshot = snapshotOf(configMap('default_config: {statusPort: 1}'))
    expect(snapshot.mesh.defaultConfig?.statusPort).toBe(15020)
    expect(onlyProblem(snapshot)).toMatchObject({ severity: 'warning', hint: 'write defaultConfig' })
  })

  it.each([
    ['a value of the wrong type', 'trustDomain: example.org\nproxyListenPort: many', 'mesh.yaml:7:22'],
    ['a port out of range', 'trustDomain: example.org\nproxyListenPort: 70000', 'mesh.yaml:7:22'],
    ['a timeout that is too long', 'trustDomain: example.org\nconnectTimeout: 31s', 'mesh.yaml:7:21'],
    ['a bad trust domain', 'enableTracing: false\ntrustDomain: a_b', 'mesh.yaml:7:18'],
    ['a bad discovery address', 'trustDomain: a.b\ndefaultConfig: {discoveryAddress: istiod}', 'mesh.yaml:7:39'],
    ['a setting of one service', 'trustDomain: a.b\nserviceSettings: [{hosts: [a..b]}]', 'mesh.yaml:7:32'],
    [
      'a provider without a port',
      'trustDomain: a.b\nextensionProviders: [{name: z, zipkin: {service: z.a}}]',
      'mesh.yaml:7:25',
    ],
    ['a provider without a type', 'trustDomain: a.b\nextensionProviders: [{name: z}]', 'mesh.yaml:7:25'],
    [
      'a status that Envoy does not know',
      'trustDomain: a.b\nextensionProviders: [{name: z, envoyExtAuthzGrpc: {service: z.a, port: 1, statusOnError: "299"}}]',
      'mesh.yaml:7:25',
    ],
    [
      'secrets of a provider',
      'trustDomain: a.b\nextensionProviders: [{name: z, sds: {name: z, service: z.a, port: 1}}]',
      'mesh.yaml:7:25',
    ],
  ])('is refused as a whole with %s', (_what, text, place) => {
    const snapshot = snapshotOf(configMap(text))
    expect(snapshot.mesh.trustDomain).toBe('cluster.local')
    expect(snapshot.mesh.enableTracing).toBe(true)
    const problem = onlyProblem(snapshot)
    expect(problem.severity).toBe('error')
    expect(problem.message).toContain('refused as a whole')
    expect(placeOf(problem)).toBe(place)
  })

  it('is refused when it is not YAML', () => {
    const snapshot = snapshotOf(configMap('trustDomain: [example.org'))
    expect(snapshot.mesh.trustDomain).toBe('cluster.local')
    expect(snapshot.problems.some(({ severity }) => severity === 'error')).toBe(true)
  })

  it('may stand in a quoted string', () => {
    const text = configMap('x').replace('|-\n    x', '"trustDomain: example.org\\nnope: 1"')
    const snapshot = snapshotOf(text)
    expect(snapshot.mesh.trustDomain).toBe('example.org')
    expect(placeOf(onlyProblem(snapshot))).toBe('mesh.yaml:5 data.mesh:2:1')
  })

  it('may be empty', () => {
    const snapshot = snapshotOf(configMap('# nothing'))
    expect(snapshot.mesh.trustDomain).toBe('cluster.local')
    expect(snapshot.problems).toEqual([])
  })
})

describe('where the mesh configuration is read from', () => {
  it('is a revision when there is no other', () => {
    const revision = configMap('trustDomain: rev', undefined, 'istio-canary')
    expect(snapshotOf(revision).mesh.trustDomain).toBe('rev')
    expect(snapshotOf(join(revision, configMap('trustDomain: main'))).mesh.trustDomain).toBe('main')
  })

  it('names the revision that counts when there are several', () => {
    const text = join(
      configMap('trustDomain: b', undefined, 'istio-b'),
      configMap('trustDomain: a', undefined, 'istio-a'),
    )
    const snapshot = snapshotOf(text)
    expect(snapshot.mesh.trustDomain).toBe('a')
    expect(onlyProblem(snapshot).message).toContain('ConfigMap istio-a applies, not istio-b')
  })

  it('is not another namespace, which is said', () => {
    const snapshot = snapshotOf(configMap('trustDomain: elsewhere', undefined, 'istio', 'mesh'))
    expect(snapshot.mesh.trustDomain).toBe('cluster.local')
    expect(onlyProblem(snapshot)).toMatchObject({ severity: 'note' })
  })

  it('is not a remote cluster', () => {
    expect(snapshotOf('', {}, { west: configMap('trustDomain: west') }).mesh.trustDomain).toBe('cluster.local')
  })

  it('is a file of its own before the ConfigMap', () => {
    const text = configMap('trustDomain: main', 'networks: {one: {endpoints: [{fromRegistry: a}]}}')
    const bare = snapshotOf(text, { meshConfig: document('trustDomain: given\nnope: 1\n') })
    expect(bare.mesh.trustDomain).toBe('given')
    expect([...bare.meshNetworks.networks.keys()]).toEqual(['one'])
    expect(placeOf(onlyProblem(bare))).toBe('given.yaml:2:1')
    const wrapped = snapshotOf(text, { meshConfig: document(configMap('trustDomain: given', 'networks: {}')) })
    expect(wrapped.mesh.trustDomain).toBe('given')
    expect(wrapped.meshNetworks.networks.size).toBe(0)
  })
})

describe('meshNetworks', () => {
  const networks = (text: string) => snapshotOf(configMap('', text))

  it('are read', () => {
    const { meshNetworks, problems } = networks(`
networks:
  one: {endpoints: [{fromCidr: 10.0.0.0/8}], gateways: [{address: 1.2.3.4, port: 15443}]}
  two: {endpoints: [{fromRegistry: west}], gateways: [{registryServiceName: gw.istio-system.svc, port: 1}]}`)
    expect([...meshNetworks.networks.keys()]).toEqual(['one', 'two'])
    expect(problems).toEqual([])
  })

  it.each([
    'endpoints: [{fromCidr: 10.0.0.0/33}]',
    'endpoints: [{fromRegistry: a_b}]',
    'gateways: [{address: "a b", port: 1}]',
    'gateways: [{address: 1.2.3.4, port: 0}]',
    'gateways: [{registryServiceName: "", port: 1}]',
  ])('are refused as a whole with %s', (text) => {
    const snapshot = networks(`networks:\n  fine: {}\n  bad: {${text}}`)
    expect(snapshot.meshNetworks.networks.size).toBe(0)
    expect(onlyProblem(snapshot)).toMatchObject({ severity: 'error' })
    expect(placeOf(onlyProblem(snapshot))).toMatch(/^mesh.yaml:8:/)
  })

  it('warns of one cluster in two networks', () => {
    const snapshot = networks('networks:\n  a: {endpoints: [{fromRegistry: x}]}\n  b: {endpoints: [{fromRegistry: x}]}')
    expect(said(snapshot)).toEqual(['warning networks "a" and "b" both claim cluster "x"'])
  })

  it('warns of overlapping ranges, and not of neighbours', () => {
    const overlap = networks(`networks:
  a: {endpoints: [{fromCidr: 10.0.0.0/8}]}
  b: {endpoints: [{fromCidr: 10.1.0.0/16}, {fromCidr: 11.0.0.0/8}, {fromCidr: "fd00::/8"}]}`)
    expect(said(overlap)).toEqual([
      'warning 10.1.0.0/16 of network "b" overlaps 10.0.0.0/8 of network "a"; the wider one applies',
    ])
    expect(overlap.meshNetworks.networks.size).toBe(2)
  })
})

describe('discoverySelectors', () => {
  const namespace = (name: string, labels: string) =>
    `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: ${labels}}\n`
  const service = (ns: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: ${ns}}\nspec: {ports: [{port: 1}]}\n`

  function seen(selectors: string, ...documents: string[]): string[] {
    const text = join(configMap(`discoverySelectors: ${selectors}`), ...documents)
    return snapshotOf(text).clusters[0].services.map(({ meta }) => meta.namespace)
  }

  const objects = [
    namespace('a', '{env: prod}'),
    namespace('b', '{env: test}'),
    namespace('c', '{}'),
    service('a'),
    service('b'),
    service('c'),
    service('unknown'),
  ]

  it.each([
    ['[{matchLabels: {env: prod}}]', ['a']],
    ['[{matchLabels: {env: prod}}, {matchLabels: {env: test}}]', ['a', 'b']],
    ['[{matchExpressions: [{key: env, operator: In, values: [prod, test]}]}]', ['a', 'b']],
    ['[{matchExpressions: [{key: env, operator: NotIn, values: [prod]}]}]', ['b', 'c']],
    ['[{matchExpressions: [{key: env, operator: Exists}]}]', ['a', 'b']],
    ['[{matchExpressions: [{key: env, operator: DoesNotExist}]}]', ['c']],
    ['[{}]', ['a', 'b', 'c']],
    ['[]', ['a', 'b', 'c', 'unknown']],
  ])('%s', (selectors, namespaces) => {
    expect(seen(selectors, ...objects)).toEqual(namespaces)
  })

  it('leave out Istio objects too, and say how many objects in all', () => {
    const text = join(
      configMap('discoverySelectors: [{matchLabels: {env: prod}}]'),
      namespace('default', '{env: test}'),
      namespace('a', '{env: prod}'),
      entry('x'),
      entry('z'),
      service('default'),
    )
    const snapshot = snapshotOf(text)
    expect(snapshot.istio.serviceEntries).toEqual([])
    expect(said(snapshot)).toEqual([
      'note discoverySelectors leave out 3 objects of cluster Kubernetes, in the namespaces default',
    ])
  })

  it('warn when the input lacks the Namespace', () => {
    const problem = onlyProblem(snapshotOf(join(configMap('discoverySelectors: [{matchLabels: {a: b}}]'), entry('x'))))
    expect(problem).toMatchObject({ severity: 'warning' })
    expect(problem.hint).toContain('no Namespace object default')
  })

  it('look at the Namespaces of each cluster', () => {
    const text = join(configMap('discoverySelectors: [{matchLabels: {env: prod}}]'), namespace('a', '{env: prod}'))
    const { clusters } = snapshotOf(text, {}, { west: join(namespace('b', '{env: prod}'), service('a'), service('b')) })
    expect(clusters[1]?.services.map(({ meta }) => meta.namespace)).toEqual(['b'])
  })

  it('count for nothing when one is invalid', () => {
    const text = join(configMap('discoverySelectors: [{matchExpressions: [{key: a, operator: Is}]}]'), service('a'))
    const snapshot = snapshotOf(text)
    expect(snapshot.clusters[0].services).toHaveLength(1)
    expect(onlyProblem(snapshot).message).toContain('discoverySelectors[0] is not a valid label selector')
  })
})

describe('proxy.istio.io/config', () => {
  const base = meshOf(
    'defaultConfig: {proxyMetadata: {A: mesh, B: mesh}, proxyHeaders: {server: {value: s}}}',
  ).defaultConfig
  const merge = (text: string) => {
    const given = document(`annotation: ${JSON.stringify(text)}\n`)
    if (!base || !given) throw new Error('the fixture is broken')
    return { base, ...mergeProxyConfig(base, text, new Location(given, ['annotation']), featuresOf(new Map(), MASTER)) }
  }

  it('goes over the mesh defaults in the same way', () => {
    const { config, problems } = merge(
      'proxyMetadata: {B: pod, C: pod}\nproxyHeaders: {attemptCount: {disabled: true}}',
    )
    expect(problems).toEqual([])
    expect(config.proxyMetadata).toEqual(
      new Map([
        ['A', 'mesh'],
        ['B', 'pod'],
        ['C', 'pod'],
      ]),
    )
    expect(config.proxyHeaders).toMatchObject({ server: { value: 's' }, attemptCount: { disabled: true } })
    expect(config.statusPort).toBe(15020)
  })

  it.each(['concurrency: [1]', 'concurrency: {', 'just text'])('is refused as %j', (text) => {
    const { config, problems, base } = merge(text)
    expect(config).toBe(base)
    expect(problems[0]?.severity).toBe('error')
  })

  it('warns of unknown fields', () => {
    expect(merge('proxyMetdata: {A: b}').problems).toMatchObject([
      { severity: 'warning', hint: 'did you mean proxyMetadata?' },
    ])
  })
})
