import { describe, expect, it } from 'vitest'
import { matchesCluster, sortedClusters } from '../../../src/answers/proxy-config/clusters/message.ts'
import { clusterTable } from '../../../src/answers/proxy-config/clusters/table.ts'
import { type ListenerFilter, matchesListener } from '../../../src/answers/proxy-config/listeners/message.ts'
import { listenerTable } from '../../../src/answers/proxy-config/listeners/table.ts'
import {
  describeChainMatch,
  describeDestination,
  listenerType,
} from '../../../src/answers/proxy-config/listeners/words.ts'
import { describeManagement } from '../../../src/answers/proxy-config/management.ts'
import { sortedRoutes } from '../../../src/answers/proxy-config/routes/message.ts'
import { routeTable } from '../../../src/answers/proxy-config/routes/table.ts'
import { describeDomains } from '../../../src/answers/proxy-config/routes/words.ts'
import type { EnvoyCluster } from '../../../src/envoy/clusters/index.ts'
import { NETWORK } from '../../../src/envoy/filters/write/constants.ts'
import type { Extension } from '../../../src/envoy/json.ts'
import type { EnvoyListener, ExplainedListener, FilterChain } from '../../../src/envoy/listeners/index.ts'
import type { ExplainedRouteConfiguration, RouteConfiguration } from '../../../src/envoy/routes/index.ts'
import { columnLines } from '../../../src/formats/columns.ts'

function tcp(cluster: string): Extension {
  return { name: NETWORK.tcpProxy.name, typedConfig: { '@type': NETWORK.tcpProxy.type, cluster } }
}

function http(config: object): Extension {
  const { name, type } = NETWORK.httpConnectionManager
  return { name, typedConfig: { '@type': type, ...config } }
}

const chain = (...filters: Extension[]): FilterChain => ({ filters })

function listener(address: string, port: number, chains: readonly FilterChain[], more: object = {}): EnvoyListener {
  const name = `${address}_${port}`
  const socketAddress = { address, portValue: port }
  return { name, address: { socketAddress }, trafficDirection: 'OUTBOUND', filterChains: chains, ...more }
}

const fact = (resource: EnvoyListener): ExplainedListener => ({ resource, origins: [], chains: [] })
const routes = (resource: RouteConfiguration): ExplainedRouteConfiguration => ({
  resource,
  origins: [],
  virtualHosts: [],
})
const cells = (table: { rows: readonly { cells: readonly string[] }[] }) => table.rows.map((row) => row.cells)

describe('matches of filter chains', () => {
  it('are ALL without conditions', () => {
    expect([describeChainMatch(), describeChainMatch({})]).toEqual(['ALL', 'ALL'])
  })

  it('name protocols by what they mean where istioctl does', () => {
    const texts = [
      ['http/1.0', 'http/1.1', 'h2c'],
      ['http/1.1', 'h2c'],
      ['istio-peer-exchange', 'istio'],
      ['http/1.0', 'http/1.1', 'h2c', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'],
    ].map((applicationProtocols) => describeChainMatch({ applicationProtocols }))
    expect(texts).toEqual(['App: HTTP', 'App: http/1.1,h2c', 'App: TCP TLS', 'App: HTTP TLS'])
  })

  it('put the port behind the addresses, or behind a star', () => {
    const prefixRanges = [
      { addressPrefix: '10.1.0.0', prefixLen: 16 },
      { addressPrefix: '::1', prefixLen: 128 },
    ]
    expect(describeChainMatch({ prefixRanges, destinationPort: 80 })).toBe('Addr: 10.1.0.0/16,::1/128:80')
    expect(describeChainMatch({ serverNames: ['a', 'b'], transportProtocol: 'tls', destinationPort: 443 })).toBe(
      'SNI: a,b; Trans: tls; Addr: *:443',
    )
  })
})

describe('destinations of filter chains', () => {
  const one = { match: { prefix: '/' }, route: { cluster: 'inbound|80||', timeout: '0s', maxGrpcTimeout: '0s' } }
  const host = (domains: readonly string[], list: readonly object[]) => ({ name: 'h', domains, routes: list })
  const inline = (...virtualHosts: readonly object[]) => http({ routeConfig: { name: 'r', virtualHosts } })

  it.each([
    ['Cluster: outbound|80||a', tcp('outbound|80||a')],
    ['PassthroughCluster', tcp('PassthroughCluster')],
    ['Non-HTTP/Non-TCP', tcp('BlackHoleCluster')],
    ['Route: 80', http({ rds: { routeConfigName: '80' } })],
    ['HTTP', http({})],
    ['Cluster: inbound|80||', inline(host(['*'], [one]))],
    ['Inline Route: /*, /b', inline(host(['*'], [one, { match: { path: '/b' } }]))],
    [
      'Inline Route: a/b /*; regex ^/x',
      inline(host(['a', 'b'], [one]), host(['*'], [{ match: { safeRegex: { regex: '^/x' } } }])),
    ],
  ])('%s', (text, filter) => {
    expect(describeDestination(chain(filter))).toBe(text)
  })
})

describe('listeners', () => {
  const plain = listener('10.0.0.1', 3306, [chain(tcp('c'))])
  const mixed = listener('0.0.0.0', 80, [chain(http({}))], { defaultFilterChain: chain(tcp('c')) })
  const dual = listener('0.0.0.0', 443, [chain(tcp('BlackHoleCluster'))], {
    additionalAddresses: [{ address: { socketAddress: { address: '::', portValue: 443 } } }],
  })
  const shown = (filter: ListenerFilter) =>
    [plain, mixed, dual].filter((item) => matchesListener(item, filter)).map(({ name }) => name)

  it('have the type of what their filters do', () => {
    expect([plain, mixed, dual].map(listenerType)).toEqual(['TCP', 'HTTP+TCP', 'UNKNOWN'])
  })

  it('are found by each of their addresses, by port and by type in any case', () => {
    expect(shown({ address: '::' })).toEqual(['0.0.0.0_443'])
    expect(shown({ port: 3306 })).toEqual(['10.0.0.1_3306'])
    expect(shown({ type: 'http+tcp' })).toEqual(['0.0.0.0_80'])
    expect(shown({ address: '0.0.0.0', port: 80, type: 'TCP' })).toEqual([])
    expect(shown({ address: '', port: 0, type: '' })).toHaveLength(3)
  })

  it('are sorted by port, then address; their chains by destination, backwards', () => {
    const two = listener('10.0.0.0', 3306, [chain(tcp('a')), chain(tcp('b'))])
    expect(cells(listenerTable([dual, plain, two].map(fact), { verbose: true }))).toEqual([
      ['0.0.0.0,::', '443', 'ALL', 'Non-HTTP/Non-TCP'],
      ['10.0.0.0', '3306', 'ALL', 'Cluster: b'],
      ['10.0.0.0', '3306', 'ALL', 'Cluster: a'],
      ['10.0.0.1', '3306', 'ALL', 'Cluster: c'],
    ])
  })

  it('on a Unix socket have its path and port 0', () => {
    const socket = { ...plain, address: { pipe: { path: '/run/app.sock' } } }
    expect(cells(listenerTable([fact(socket)], { verbose: false }))).toEqual([['/run/app.sock', '0', 'TCP']])
  })
})

describe('clusters', () => {
  const cluster = (name: string, more: Partial<EnvoyCluster> = {}) => ({
    resource: { name, altStatName: `${name};`, type: 'EDS', ...more } as EnvoyCluster,
    origins: [],
  })

  it('are sorted by host, subset, port as a number, direction', () => {
    const names = ['outbound|80|v1|b', 'outbound|9090||b', 'outbound|80||b', 'inbound|80||b', 'a', 'inbound|7||']
    expect(sortedClusters(names.map((name) => cluster(name))).map(({ resource }) => resource.name)).toEqual([
      'inbound|7||',
      'a',
      'inbound|80||b',
      'outbound|80||b',
      'outbound|9090||b',
      'outbound|80|v1|b',
    ])
  })

  it('show the parts of their name, or a dash', () => {
    const config = '/apis/networking.istio.io/v1/namespaces/shop/destination-rule/rule'
    const managed = cluster('outbound|80|v1|web', { metadata: { filterMetadata: { istio: { config } } } })
    expect(cells(clusterTable([managed, cluster('PassthroughCluster'), cluster('outbound_.443_._.web')]))).toEqual([
      ['web', '80', 'v1', 'outbound', 'EDS', 'rule.shop'],
      ['PassthroughCluster', '-', '-', '-', 'EDS', ''],
      ['outbound_.443_._.web', '-', '-', '-', 'EDS', ''],
    ])
  })

  it('are filtered by parts of the name, the port as a whole', () => {
    const { resource } = cluster('outbound|8080|v1|web.shop')
    const matches = [{ fqdn: 'web' }, { port: 8080 }, { port: 80 }, { subset: 'v1', direction: 'inbound' }, {}].map(
      (filter) => matchesCluster(resource, filter),
    )
    expect(matches).toEqual([true, true, false, false, true])
  })
})

describe('what manages a resource', () => {
  it.each([
    ['a.ns', '/apis/networking.istio.io/v1/namespaces/ns/virtual-service/a'],
    ['', '/apis/networking.istio.io/v1/short'],
    ['<unknown>', '/apis/gateway.networking.k8s.io/v1/namespaces/ns/http-route/a'],
    ['', undefined],
  ])('%s', (text, config) => {
    expect(describeManagement({ filterMetadata: { istio: config === undefined ? {} : { config } } })).toBe(text)
  })
})

describe('routes', () => {
  it('name two domains of a host that differ in more than a suffix or a port', () => {
    const expanded = [
      'web.shop',
      'web.shop:80',
      'web.shop.svc',
      'web.shop.svc.cluster.local',
      '10.0.0.1',
      '[fd00:10::1]',
    ]
    expect(describeDomains(expanded)).toBe('web.shop, 10.0.0.1 + 1 more...')
    expect(describeDomains(['web:80'])).toBe('web:80')
    expect(describeDomains([])).toBe('')
  })

  it('are sorted by port as a number', () => {
    const sorted = sortedRoutes(['8080', '443', '80'].map((name) => routes({ name, validateClusters: false })))
    expect(sorted.map(({ resource }) => resource.name)).toEqual(['80', '443', '8080'])
  })

  it('leave out what passes through, and answer 404 where a host has none', () => {
    const pass = {
      match: { prefix: '/' },
      route: { cluster: 'PassthroughCluster', timeout: '0s', maxGrpcTimeout: '0s' },
    }
    const virtualHosts = [
      { name: 'allow_any', domains: ['*'], routes: [pass] },
      { name: 'empty', domains: ['a'] },
    ]
    const table = routeTable([routes({ name: '80', validateClusters: false, virtualHosts })], { verbose: true })
    expect(cells(table)).toEqual([['80', 'empty', 'a', '/*', '404']])
  })
})

describe('columns', () => {
  it('are as wide as the longest cell and the padding; the last is as it is', () => {
    const lines = [
      ['A', 'LONG', 'C'],
      ['long', '', 'x '],
    ]
    expect([...columnLines(lines, 1)]).toEqual(['A    LONG C\n', 'long      x \n'])
  })

  it('count characters as Go does, and never pass on control characters', () => {
    expect([
      ...columnLines(
        [
          ['ä😀', 'x'],
          ['\u001b[2J', 'y'],
        ],
        1,
      ),
    ]).toEqual(['ä😀      x\n', '\\x1b[2J y\n'])
  })
})
