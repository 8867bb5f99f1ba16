import { describe, expect, it } from 'vitest'
import { routeNamesOf } from '../../../src/envoy/listeners/index.ts'
import { entry, listenerNamed, listenersOf, namesOf } from './proxy-view.ts'

const OLD = '2024-01-01T00:00:00Z'
const NEW = '2024-02-01T00:00:00Z'

/** Clusters of the TCP chains of a listener, `rds:NAME` for HTTP chains. */
function targetsOf(result: ReturnType<typeof listenersOf>, name: string): unknown[] {
  const { filterChains, defaultFilterChain } = listenerNamed(result, name)
  return [...filterChains, ...(defaultFilterChain ? [defaultFilterChain] : [])].map((chain) => {
    const config = chain.filters.at(-1)?.typedConfig as { cluster?: string; rds?: { routeConfigName: string } }
    return config.cluster ?? `rds:${config.rds?.routeConfigName}`
  })
}

describe('TCP ports on the wildcard address', () => {
  it('belong to the oldest service, and the younger one is reported as lost', () => {
    const result = listenersOf(entry('young', 'TCP', 3306, { time: NEW }) + entry('old', 'TCP', 3306, { time: OLD }))
    expect(targetsOf(result, '0.0.0.0_3306')).toEqual(['outbound|3306||old.example.com'])
    expect(result.conflicts).toHaveLength(1)
    const [conflict] = result.conflicts
    expect(conflict).toMatchObject({
      listener: '0.0.0.0_3306',
      port: 3306,
      rule: 'same-match',
      orderAssumed: false,
      partial: false,
      winner: { kind: 'ServiceEntry', namespace: 'default', name: 'old', host: 'old.example.com', port: 3306 },
      losers: [{ kind: 'ServiceEntry', namespace: 'default', name: 'young', host: 'young.example.com', port: 3306 }],
    })
    expect(conflict?.losers[0]?.location.position()).toMatchObject({ file: 'input.yaml', line: 13 })
  })

  it('are decided by name when no times are stated, and say so', () => {
    const [conflict] = listenersOf(entry('b', 'TCP', 3306) + entry('a', 'TCP', 3306)).conflicts
    expect(conflict).toMatchObject({ orderAssumed: true, winner: { name: 'a' }, losers: [{ name: 'b' }] })
  })

  it('are not decided by an assumed order between a private and a public service', () => {
    const visible = (name: string, exportTo: string) =>
      entry(name, 'TCP', 3306).replace('spec:\n', `spec:\n  exportTo: ['${exportTo}']\n`)
    const assumed = (a: string, b: string) =>
      listenersOf(visible('a', a) + visible('b', b)).conflicts.map(({ orderAssumed }) => orderAssumed)
    expect(assumed('.', '.')).toEqual([true])
    expect(assumed('*', '*')).toEqual([true])
    expect(assumed('.', '*')).toEqual([false])
    expect(assumed('*', '.')).toEqual([false])
  })

  it('gather all losers of one winner in one conflict', () => {
    const { conflicts } = listenersOf(['a', 'b', 'c', 'd'].map((name) => entry(name, 'TCP', 3306)).join(''))
    expect(conflicts.map(({ losers }) => losers.map(({ name }) => name))).toEqual([['b', 'c', 'd']])
  })

  it('lose nothing where one route of a VirtualService decides for both services', () => {
    const routed = (name: string, ...hosts: readonly string[]) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec:
  hosts: [${hosts.map((host) => `${host}.example.com`).join(', ')}]
  tcp: [{route: [{destination: {host: a.example.com}}]}]
---`
    const mesh = entry('a', 'TCP', 3306) + entry('b', 'TCP', 3306)
    expect(listenersOf(mesh + routed('both', 'a', 'b')).conflicts).toEqual([])
    expect(listenersOf(mesh + routed('one', 'a') + routed('other', 'b')).conflicts).toMatchObject([
      { rule: 'same-match', winner: { name: 'a' }, losers: [{ name: 'b' }] },
    ])
    expect(listenersOf(mesh + routed('one', 'b')).conflicts).toHaveLength(1)
  })

  it('do not collide when each service has an address', () => {
    const result = listenersOf(
      entry('a', 'TCP', 3306, { addresses: ['10.1.0.1'] }) + entry('b', 'TCP', 3306, { addresses: ['10.1.0.2'] }),
    )
    expect(namesOf(result)).toEqual(['10.1.0.1_3306', '10.1.0.2_3306', 'virtualInbound', 'virtualOutbound'])
    expect(result.conflicts).toEqual([])
  })

  it('are shared by TLS services, which are told apart by server name', () => {
    const result = listenersOf(entry('a', 'TLS', 443) + entry('b', 'TLS', 443))
    expect(targetsOf(result, '0.0.0.0_443')).toEqual([
      'outbound|443||a.example.com',
      'outbound|443||b.example.com',
      'PassthroughCluster',
    ])
    expect(result.conflicts).toEqual([])
  })

  it('collide for prefixes that are equal once they are masked', () => {
    const result = listenersOf(
      entry('a', 'TCP', 3306, { addresses: ['10.1.0.0/16'] }) +
        entry('b', 'TCP', 3306, { addresses: ['10.1.2.0/16'] }) +
        entry('c', 'TCP', 3306, { addresses: ['10.2.0.0/16'] }),
    )
    expect(targetsOf(result, '0.0.0.0_3306')).toEqual([
      'outbound|3306||a.example.com',
      'outbound|3306||c.example.com',
      'PassthroughCluster',
    ])
    expect(result.conflicts).toMatchObject([{ rule: 'same-match', losers: [{ name: 'b' }] }])
  })
})

describe('different protocols on one port', () => {
  it('HTTP and TCP share a listener that sniffs', () => {
    const result = listenersOf(entry('a', 'HTTP', 8080) + entry('b', 'TCP', 8080))
    expect(targetsOf(result, '0.0.0.0_8080')).toEqual(['rds:8080', 'outbound|8080||b.example.com'])
    expect(result.conflicts).toEqual([])
  })

  it('HTTP services share routes', () => {
    const result = listenersOf(entry('a', 'HTTP', 8080) + entry('b', 'GRPC', 8080))
    expect(targetsOf(result, '0.0.0.0_8080')).toEqual(['rds:8080', 'PassthroughCluster'])
    expect(result.conflicts).toEqual([])
  })

  it('a sniffed service loses only its TCP to another TCP service', () => {
    const result = listenersOf(entry('a', 'TCP', 8080) + entry('b', '', 8080))
    expect(targetsOf(result, '0.0.0.0_8080')).toEqual(['rds:8080', 'outbound|8080||a.example.com'])
    expect(result.conflicts).toMatchObject([{ rule: 'same-match', partial: true, losers: [{ name: 'b' }] }])
  })

  it('two sniffed services share HTTP, and the first one has what is not HTTP', () => {
    const result = listenersOf(entry('a', '', 8080) + entry('b', '', 8080))
    expect(targetsOf(result, '0.0.0.0_8080')).toEqual(['rds:8080', 'outbound|8080||a.example.com'])
    expect(result.conflicts).toMatchObject([{ rule: 'same-match', partial: true, losers: [{ name: 'b' }] }])
  })

  it('two sniffed services of different ranges have what is not HTTP each', () => {
    const [a, b] = ['a', 'b'].map((name, index) => entry(name, '', 8080, { addresses: [`10.${index}.0.0/16`] }))
    const result = listenersOf(`${a}${b}`)
    expect(targetsOf(result, '0.0.0.0_8080')).toEqual(
      expect.arrayContaining(['outbound|8080||a.example.com', 'outbound|8080||b.example.com']),
    )
    expect(result.conflicts).toEqual([])
  })

  it('a TCP service that comes after another one loses everything, though the port has routes', () => {
    const result = listenersOf(entry('a', 'HTTP', 8080) + entry('b', 'TCP', 8080) + entry('c', 'TCP', 8080))
    expect(result.conflicts).toMatchObject([{ rule: 'same-match', partial: false, losers: [{ name: 'c' }] }])
  })

  it.each([
    ['Mongo', 'TCP'],
    ['TCP', 'MySQL'],
    ['Mongo', 'MySQL'],
    ['MySQL', 'HTTP'],
    ['HTTP', 'Mongo'],
  ])('servers that speak first do not share: %s before %s', (first, second) => {
    const { conflicts } = listenersOf(entry('a', first, 7000) + entry('b', second, 7000))
    expect(conflicts).toMatchObject([{ rule: 'server-first', winner: { name: 'a' }, losers: [{ name: 'b' }] }])
  })

  it('Redis is guarded by nothing', () => {
    const result = listenersOf(entry('a', 'HTTP', 6379) + entry('b', 'Redis', 6379))
    expect(targetsOf(result, '0.0.0.0_6379')).toEqual(['rds:6379', 'outbound|6379||b.example.com'])
  })
})

const sidecar = (egress: string): string => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: side, namespace: default}
spec:
  egress:
${egress.trim().replace(/^/gm, '  ')}
---`

describe('Sidecar egress listeners', () => {
  it('with a port lock it for the services of the catch-all listener', () => {
    const result = listenersOf(
      entry('a', 'HTTP', 8080) +
        entry('b', 'HTTP', 8080) +
        sidecar("- {port: {number: 8080, protocol: HTTP, name: p}, hosts: ['*/a.example.com']}\n- hosts: ['*/*']"),
    )
    expect(result.conflicts).toMatchObject([
      {
        rule: 'locked',
        orderAssumed: false,
        winner: { kind: 'Sidecar', name: 'side' },
        losers: [{ name: 'b', host: 'b.example.com' }],
      },
    ])
  })

  it('of protocol HTTP_PROXY match everything and keep all services by routes', () => {
    const result = listenersOf(
      entry('a', 'HTTP', 8080) +
        entry('b', 'HTTP', 8081) +
        sidecar("- {port: {number: 3128, protocol: HTTP_PROXY, name: p}, bind: 127.0.0.1, hosts: ['*/*']}"),
    )
    const listener = listenerNamed(result, '127.0.0.1_3128')
    expect(listener.filterChains).toHaveLength(1)
    expect(listener.filterChains[0]).not.toHaveProperty('filterChainMatch')
    expect(targetsOf(result, '127.0.0.1_3128')).toEqual(['rds:3128'])
    expect(result.conflicts).toEqual([])
  })

  it('of protocol HTTP_PROXY are for all of their services, and locked for others', () => {
    const result = listenersOf(
      entry('a', 'HTTP', 3128) +
        entry('b', 'HTTP', 3128) +
        entry('c', 'TCP', 3128) +
        sidecar(
          "- {port: {number: 3128, protocol: HTTP_PROXY, name: p}, hosts: ['*/a.example.com', '*/b.example.com']}\n- hosts: ['*/*']",
        ),
    )
    expect(targetsOf(result, '0.0.0.0_3128')).toEqual(['rds:3128'])
    expect(result.conflicts).toMatchObject([{ rule: 'locked', losers: [{ name: 'c' }] }])
    expect(result.conflicts[0]?.losers).toHaveLength(1)
  })

  it('on a unix socket bind a pipe and name their routes after it', () => {
    const result = listenersOf(
      entry('a', 'HTTP', 8080) +
        sidecar("- {port: {number: 0, protocol: HTTP, name: p}, bind: 'unix:///tmp/egress.sock', hosts: ['*/*']}"),
    )
    const listener = listenerNamed(result, 'unix:///tmp/egress.sock_0')
    expect(listener.address).toEqual({ pipe: { path: '/tmp/egress.sock' } })
    expect(listener).not.toHaveProperty('bindToPort')
    expect(targetsOf(result, 'unix:///tmp/egress.sock_0')).toEqual(['rds:unix:///tmp/egress.sock'])
  })

  it('sniffed ones replace HTTP of an address, and the replaced are lost', () => {
    const result = listenersOf(
      entry('a', 'HTTP', 8080) +
        entry('b', '', 8080) +
        sidecar("- {bind: 127.0.0.1, captureMode: NONE, hosts: ['*/*']}"),
    )
    expect(targetsOf(result, '127.0.0.1_8080')).toEqual(['rds:b.example.com:8080', 'outbound|8080||b.example.com'])
    expect(result.conflicts).toMatchObject([{ rule: 'replaced', winner: { name: 'b' }, losers: [{ name: 'a' }] }])
  })

  it('HTTP after a sniffed service of an address has no routes there', () => {
    const { conflicts } = listenersOf(
      entry('a', '', 8080) +
        entry('b', 'HTTP', 8080) +
        sidecar("- {bind: 127.0.0.1, captureMode: NONE, hosts: ['*/*']}"),
    )
    expect(conflicts).toMatchObject([{ rule: 'sniffed-http', winner: { name: 'a' }, losers: [{ name: 'b' }] }])
  })
})

describe('HTTP proxies', () => {
  it('replace what has the port, once, and its HTTP goes on by routes', () => {
    const proxies = entry('c', 'HTTP_PROXY', 8080) + entry('d', 'HTTP_PROXY', 8080)
    const result = listenersOf(entry('a', 'HTTP', 8080) + entry('b', 'TCP', 8080) + proxies)
    expect(targetsOf(result, '0.0.0.0_8080')).toEqual(['rds:8080'])
    expect(result.conflicts).toMatchObject([{ rule: 'replaced', winner: { name: 'c' }, losers: [{ name: 'b' }] }])
    expect(result.conflicts).toHaveLength(1)
  })

  it('are the default chain beside a range, with routes of their own', () => {
    const result = listenersOf(entry('a', 'HTTP_PROXY', 8080) + entry('b', 'TCP', 8080, { addresses: ['10.1.0.0/16'] }))
    expect(targetsOf(result, '0.0.0.0_8080')).toEqual(['outbound|8080||b.example.com', 'rds:8080'])
    expect(routeNamesOf(result.listeners)).toEqual(['8080'])
  })
})

describe('destinationSubnets of a tls match', () => {
  const routed = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v, namespace: default}
spec:
  hosts: [a.example.com, b.example.com]
  tls:
  - match: [{sniHosts: [a.example.com], destinationSubnets: [10.0.0.0/8]}, {sniHosts: [b.example.com]}]
    route: [{destination: {host: a.example.com}}]
---`
  const matchesOf = (name: string, more = '') =>
    listenerNamed(listenersOf(entry('a', 'TLS', 1) + routed + more), name).filterChains.map(
      ({ filterChainMatch }) => filterChainMatch,
    )

  it('hold for later matches too, as in istiod', () => {
    const prefixRanges = [{ addressPrefix: '10.0.0.0', prefixLen: 8 }]
    expect(matchesOf('0.0.0.0_1')).toEqual([
      { serverNames: ['a.example.com'], prefixRanges },
      { serverNames: ['b.example.com'], prefixRanges },
    ])
  })

  it('do not hold on a unix socket, which has no destination address', () => {
    const socket = sidecar("- {port: {number: 0, protocol: TLS, name: p}, bind: 'unix:///tmp/s.sock', hosts: ['*/*']}")
    expect(matchesOf('unix:///tmp/s.sock_0', socket)).toEqual([
      { serverNames: ['a.example.com'] },
      { serverNames: ['b.example.com'] },
    ])
  })
})

describe('ports without a listener', () => {
  const reasons = (manifests: string, metadata: Record<string, string> = {}) =>
    listenersOf(manifests, { metadata }).skipped.map(({ service, port, reason }) => [
      service.hostname,
      port.number,
      reason,
    ])

  it("are the proxy's own, for HTTP", () => {
    expect(reasons(entry('a', 'HTTP', 15001))).toEqual([['a.example.com', 15001, 'reserved-port']])
    expect(reasons(entry('a', 'TCP', 15001))).toEqual([])
    expect(reasons(entry('a', 'HTTP', 15021))).toEqual([])
    for (const name of ['ENVOY_STATUS_PORT', 'ENVOY_PROMETHEUS_PORT', 'ENVOY_SECURE_METRICS_PORT']) {
      expect(reasons(entry('a', 'HTTP', 15021), { [name]: '15021' })).toEqual([
        ['a.example.com', 15021, 'reserved-port'],
      ])
    }
  })

  it('are port 0 as long as a port of the proxy itself is not stated', () => {
    const zero = `
apiVersion: v1
kind: Service
metadata: {name: zero, namespace: default}
spec: {clusterIP: 10.96.0.7, ports: [{name: http, port: 0}]}
---`
    const [STATUS, PROMETHEUS] = [{ ENVOY_STATUS_PORT: '15021' }, { ENVOY_PROMETHEUS_PORT: '15090' }]
    expect(reasons(zero, STATUS)).toEqual([['zero.default.svc.cluster.local', 0, 'reserved-port']])
    expect(reasons(zero, { ...STATUS, ...PROMETHEUS })).toEqual([])
  })

  it('are below 1024 in a pod without privileges that binds them itself', () => {
    const manifests = entry('a', 'TCP', 1023) + entry('b', 'TCP', 1024)
    const metadata = { INTERCEPTION_MODE: 'NONE', UNPRIVILEGED_POD: 'true' }
    expect(reasons(manifests, metadata)).toEqual([['a.example.com', 1023, 'privileged-port']])
    expect(reasons(manifests, { UNPRIVILEGED_POD: 'true' })).toEqual([])
  })

  it('belong to headless services without endpoints, and to ExternalName services', () => {
    const services = `
apiVersion: v1
kind: Service
metadata: {name: headless, namespace: default}
spec:
  clusterIP: None
  ports: [{name: tcp, port: 5432}]
---
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: default}
spec:
  type: ExternalName
  externalName: www.example.com
  ports: [{name: http, port: 80}]
`
    expect(reasons(services)).toEqual([
      ['alias.default.svc.cluster.local', 80, 'alias'],
      ['headless.default.svc.cluster.local', 5432, 'headless-without-endpoints'],
    ])
  })
})

it('listens for a headless service at the endpoints that a later entry of its host brings to the port', () => {
  const manifests = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: default, creationTimestamp: '2024-01-01T00:00:00Z'}
spec: {clusterIP: None, ports: [{name: p27017, port: 27017}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, namespace: default, labels: {kubernetes.io/service-name: db}}
addressType: IPv4
ports: [{name: p27017, port: 27017}]
endpoints: [{addresses: [10.244.3.16], conditions: {ready: true}}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: default, creationTimestamp: '2024-01-02T00:00:00Z'}
spec:
  hosts: [db.default.svc.cluster.local]
  addresses: [203.0.113.140]
  resolution: STATIC
  ports: [{name: tcp-27017, number: 27017, protocol: TCP}]
  endpoints: [{address: 192.0.2.160}]
`
  const cluster = 'outbound|27017||db.default.svc.cluster.local'
  const result = listenersOf(manifests)
  expect(targetsOf(result, '192.0.2.160_27017')).toEqual([cluster])
  expect(targetsOf(result, '203.0.113.140_27017')).toEqual([cluster])
  expect(result.listeners.map(({ resource }) => resource.name)).not.toContain('10.244.3.16_27017')
})

it('takes names that objects of JavaScript have', () => {
  const result = listenersOf(entry('constructor', 'TCP', 3306) + entry('prototype', 'HTTP', 3306))
  expect(targetsOf(result, '0.0.0.0_3306').sort()).toEqual(['outbound|3306||constructor.example.com', 'rds:3306'])
})
