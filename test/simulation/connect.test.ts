import { describe, expect, it } from 'vitest'
import { type ConnectionRequest, connect, endpointsOfCluster } from '../../src/simulation/connect.ts'
import type { FilterChainMatch, ReceivedResources, Route } from '../../src/simulation/resources.ts'

const tcpProxy = (cluster: string) => [{ name: 'envoy.filters.network.tcp_proxy', typedConfig: { cluster } }]

const http = (routeConfigName: string) => [
  { name: 'envoy.filters.network.http_connection_manager', typedConfig: { rds: { routeConfigName } } },
]

const chain = (cluster: string, filterChainMatch?: FilterChainMatch) => ({
  filters: tcpProxy(cluster),
  ...(filterChainMatch && { filterChainMatch }),
})

const socket = (address: string, portValue: number) => ({ socketAddress: { address, portValue } })

const VIRTUAL_OUTBOUND = {
  name: 'virtualOutbound',
  address: socket('0.0.0.0', 15001),
  useOriginalDst: true,
  filterChains: [chain('BlackHoleCluster', { destinationPort: 15001 }), chain('PassthroughCluster')],
}

const ANY: ReceivedResources = {
  lds: [VIRTUAL_OUTBOUND],
  cds: [{ name: 'PassthroughCluster', type: 'ORIGINAL_DST' }],
  eds: [],
  rds: [],
}

const listener = (name: string, address: string, port: number, rest: object) => ({
  name,
  address: socket(address, port),
  bindToPort: false,
  ...rest,
})

const withListener = (...listeners: ReceivedResources['lds']): ReceivedResources => ({
  ...ANY,
  lds: [...listeners, VIRTUAL_OUTBOUND],
})

const TLS_INSPECTOR = { name: 'envoy.filters.listener.tls_inspector' }
const HTTP_INSPECTOR = { name: 'envoy.filters.listener.http_inspector' }

function clusterOf(resources: ReceivedResources, request: Partial<ConnectionRequest>): string | undefined {
  return connect(resources, undefined, { host: '192.0.2.1', port: 80, protocol: 'tcp', ...request }).cluster
}

describe('listener', () => {
  const resources = withListener(
    listener('wildcard', '0.0.0.0', 80, { filterChains: [chain('all')] }),
    listener('one', '192.0.2.1', 80, {
      additionalAddresses: [{ address: socket('192.0.2.9', 80) }],
      filterChains: [chain('one')],
    }),
  )

  it('is the one of the address before that of all addresses', () => {
    expect(clusterOf(resources, { host: '192.0.2.1' })).toBe('one')
    expect(clusterOf(resources, { host: '192.0.2.9' })).toBe('one')
    expect(clusterOf(resources, { host: '192.0.2.2' })).toBe('all')
  })

  it('is virtualOutbound when none has the port, which leaves the connection as it is', () => {
    const outcome = connect(resources, undefined, { host: '192.0.2.1', port: 81, protocol: 'tcp' })
    expect(outcome).toMatchObject({
      listener: 'virtualOutbound',
      type: 'ORIGINAL_DST',
      endpoints: ['192.0.2.1:81'],
    })
  })

  it('of 0.0.0.0 takes no IPv6 connections', () => {
    expect(clusterOf(resources, { host: '2001:db8::1' })).toBe('PassthroughCluster')
  })

  it('without a socket is not reached when nothing is redirected', () => {
    const outcome = connect({ ...resources, lds: resources.lds.slice(0, 2) }, undefined, {
      host: '192.0.2.1',
      port: 80,
      protocol: 'tcp',
    })
    expect(outcome.listener).toBeUndefined()
    expect(outcome.endpoints).toEqual(['192.0.2.1:80'])
  })
})

describe('filter chain', () => {
  it('is the one with the longest prefix of the destination', () => {
    const range = (addressPrefix: string, prefixLen: number) => ({ prefixRanges: [{ addressPrefix, prefixLen }] })
    const resources = withListener(
      listener('l', '0.0.0.0', 80, {
        filterChains: [chain('wide', range('192.0.0.0', 16)), chain('narrow', range('192.0.2.0', 24))],
        defaultFilterChain: chain('default'),
      }),
    )
    expect(clusterOf(resources, { host: '192.0.2.1' })).toBe('narrow')
    expect(clusterOf(resources, { host: '192.0.3.1' })).toBe('wide')
    expect(clusterOf(resources, { host: '198.51.100.1' })).toBe('default')
  })

  it('by server name needs TLS, and an inspector that reads it', () => {
    const names = (...serverNames: string[]) => ({ serverNames })
    const parts = {
      filterChains: [chain('exact', names('a.example.com')), chain('suffix', names('*.example.com'))],
      defaultFilterChain: chain('default'),
    }
    const inspected = withListener(listener('l', '0.0.0.0', 443, { ...parts, listenerFilters: [TLS_INSPECTOR] }))
    const tls = { port: 443, protocol: 'tls' } as const
    expect(clusterOf(inspected, { ...tls, sni: 'A.example.com' })).toBe('exact')
    expect(clusterOf(inspected, { ...tls, sni: 'b.example.com' })).toBe('suffix')
    expect(clusterOf(inspected, { ...tls, sni: 'example.com' })).toBe('default')
    expect(clusterOf(inspected, { ...tls, sni: 'a.example.com', protocol: 'tcp' })).toBe('default')
    const blind = withListener(listener('l', '0.0.0.0', 443, parts))
    expect(clusterOf(blind, { ...tls, sni: 'a.example.com' })).toBe('default')
  })

  it('does not fall back to a less exact one that a later respect would have allowed', () => {
    const resources = withListener(
      listener('l', '0.0.0.0', 443, {
        listenerFilters: [TLS_INSPECTOR],
        filterChains: [
          chain('exact', { serverNames: ['a.example.com'], applicationProtocols: ['istio'] }),
          chain('suffix', { serverNames: ['*.example.com'] }),
        ],
      }),
    )
    const request = { port: 443, protocol: 'tls', sni: 'a.example.com' } as const
    expect(clusterOf(resources, { ...request, alpn: ['istio'] })).toBe('exact')
    expect(clusterOf(resources, { ...request, alpn: ['h2'] })).toBeUndefined()
  })

  it('by application protocol tells HTTP from other TCP on one port', () => {
    const resources = withListener(
      listener('l', '0.0.0.0', 80, {
        listenerFilters: [HTTP_INSPECTOR],
        filterChains: [
          {
            filterChainMatch: { applicationProtocols: ['http/1.1', 'h2c'], transportProtocol: 'raw_buffer' },
            filters: http('80'),
          },
        ],
        defaultFilterChain: chain('tcp'),
      }),
    )
    const routes = {
      name: '80',
      virtualHosts: [{ name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'http' } }] }],
    }
    const all = { ...resources, rds: [routes] }
    expect(clusterOf(all, { protocol: 'http' })).toBe('http')
    expect(clusterOf(all, { protocol: 'tcp' })).toBe('tcp')
    expect(clusterOf(all, { protocol: 'tls' })).toBe('tcp')
  })
})

describe('route', () => {
  const to = (cluster: string, match: Route['match']): Route => ({ match, route: { cluster } })

  function routed(routes: readonly Route[], request: Partial<ConnectionRequest> = {}): string | undefined {
    const virtualHosts = [{ name: 'v', domains: ['*'], routes }]
    const resources = {
      ...withListener(listener('l', '0.0.0.0', 80, { filterChains: [{ filters: http('80') }] })),
      rds: [{ name: '80', virtualHosts }],
    }
    return clusterOf(resources, { protocol: 'http', ...request })
  }

  it('is looked for in the virtual host with the most exact domain', () => {
    const host = (name: string, ...domains: string[]) => ({ name, domains, routes: [to(name, { prefix: '/' })] })
    const resources = {
      ...withListener(listener('l', '0.0.0.0', 80, { filterChains: [{ filters: http('80') }] })),
      rds: [
        {
          name: '80',
          ignorePortInHostMatching: true,
          virtualHosts: [
            host('any', '*'),
            host('short', '*.com'),
            host('long', '*.example.com'),
            host('exact', 'a.example.com', 'a'),
          ],
        },
      ],
    }
    const hostOf = (authority: string) =>
      connect(resources, undefined, { host: '192.0.2.1', port: 80, protocol: 'http', authority }).virtualHost
    expect(hostOf('A.example.com:80')).toBe('exact')
    expect(hostOf('b.example.com')).toBe('long')
    expect(hostOf('b.com')).toBe('short')
    expect(hostOf('192.0.2.1')).toBe('any')
  })

  it('is the first one that matches the path', () => {
    const routes = [
      to('exact', { path: '/a' }),
      to('folder', { pathSeparatedPrefix: '/b' }),
      to('regex', { safeRegex: { regex: '/c\\d+' } }),
      to('any case', { safeRegex: { regex: '(?i)/d.*' } }),
      to('loud', { path: '/LOUD', caseSensitive: false }),
      to('rest', { prefix: '/' }),
    ]
    expect(routed(routes, { path: '/a?x=1' })).toBe('exact')
    expect(routed(routes, { path: '/a/b' })).toBe('rest')
    expect(routed(routes, { path: '/b/x' })).toBe('folder')
    expect(routed(routes, { path: '/bx' })).toBe('rest')
    expect(routed(routes, { path: '/c12' })).toBe('regex')
    expect(routed(routes, { path: '/c12x' })).toBe('rest')
    expect(routed(routes, { path: '/Data' })).toBe('any case')
    expect(routed(routes, { path: '/loud' })).toBe('loud')
  })

  it('asks for headers and query parameters', () => {
    const header = (rest: object) => ({ prefix: '/', headers: [{ name: 'X-User', ...rest }] })
    const jason = [to('jason', header({ stringMatch: { exact: 'jason' } })), to('rest', { prefix: '/' })]
    expect(routed(jason, { headers: { 'x-user': 'jason' } })).toBe('jason')
    expect(routed(jason, { headers: { 'x-user': 'maria' } })).toBe('rest')
    const absent = [to('absent', header({ presentMatch: true, invertMatch: true }))]
    expect(routed(absent)).toBe('absent')
    expect(routed(absent, { headers: { 'x-user': 'jason' } })).toBeUndefined()
    const method = { prefix: '/', headers: [{ name: ':method', stringMatch: { exact: 'POST' } }] }
    expect(routed([to('post', method)], { method: 'POST' })).toBe('post')
    expect(routed([to('post', method)])).toBeUndefined()
    const query = { prefix: '/', queryParameters: [{ name: 'v', stringMatch: { prefix: '2' } }] }
    expect(routed([to('two', query)], { path: '/?v=21' })).toBe('two')
    expect(routed([to('two', query)], { path: '/?v=1' })).toBeUndefined()
    expect(routed([to('two', query)], { path: '/?w&v=2=1?&v=1' })).toBe('two')
    expect(routed([to('two', query)], { path: '/?v=1&v=2' })).toBeUndefined()
    expect(routed([to('two', query)], { path: '/?v=%32' })).toBeUndefined()
  })

  it('is not found by what is not HTTP', () => {
    expect(routed([to('rest', { prefix: '/' })], { protocol: 'tcp' })).toBeUndefined()
  })

  it('gives each cluster its share', () => {
    const clusters = [
      { name: 'v1', weight: 90 },
      { name: 'v2', weight: 10 },
    ]
    const resources = {
      ...withListener(listener('l', '0.0.0.0', 80, { filterChains: [{ filters: http('80') }] })),
      rds: [
        {
          name: '80',
          virtualHosts: [
            {
              name: 'v',
              domains: ['*'],
              routes: [{ match: { prefix: '/' }, route: { weightedClusters: { clusters } } }],
            },
          ],
        },
      ],
    }
    expect(connect(resources, undefined, { host: '192.0.2.1', port: 80, protocol: 'http' }).shares).toEqual([
      { cluster: 'v1', weight: 90 },
      { cluster: 'v2', weight: 10 },
    ])
  })
})

describe('endpoints', () => {
  const assignment = (clusterName: string, address: string) => ({
    clusterName,
    endpoints: [{ lbEndpoints: [{ endpoint: { address: socket(address, 8080) } }] }],
  })

  function endpoints(cluster: object, eds: ReceivedResources['eds'] = []): readonly string[] {
    const resources = {
      ...withListener(listener('l', '0.0.0.0', 80, { filterChains: [chain('c')] })),
      cds: [{ name: 'c', ...cluster }],
      eds,
    }
    return connect(resources, undefined, { host: '192.0.2.1', port: 80, protocol: 'tcp' }).endpoints
  }

  it('come with EDS by the name of the cluster or of its service', () => {
    const eds = [assignment('c', '10.0.0.1'), assignment('s', '10.0.0.2')]
    expect(endpoints({ type: 'EDS' }, eds)).toEqual(['10.0.0.1:8080'])
    expect(endpoints({ type: 'EDS', edsClusterConfig: { serviceName: 's' } }, eds)).toEqual(['10.0.0.2:8080'])
  })

  it('are in the cluster when the proxy resolves names or has a fixed list', () => {
    const loadAssignment = assignment('c', 'db.example.com')
    expect(endpoints({ type: 'STRICT_DNS', loadAssignment })).toEqual(['db.example.com:8080'])
    expect(endpoints({ type: 'STATIC' })).toEqual([])
  })

  it('are where the client wanted to go, perhaps at another port, with ORIGINAL_DST', () => {
    expect(endpoints({ type: 'ORIGINAL_DST' })).toEqual(['192.0.2.1:80'])
    expect(endpoints({ type: 'ORIGINAL_DST', originalDstLbConfig: { upstreamPortOverride: 81 } })).toEqual([
      '192.0.2.1:81',
    ])
  })

  it('of any cluster can be asked for', () => {
    const resources = { ...ANY, cds: [{ name: 'c', type: 'EDS' }], eds: [assignment('c', '10.0.0.1')] }
    expect(endpointsOfCluster(resources, 'c')).toEqual(['10.0.0.1:8080'])
  })
})

describe('name', () => {
  it('is asked of the resolvers of resolv.conf when the proxy does not answer', () => {
    const request = { host: 'a.example.com', port: 80, protocol: 'tcp' } as const
    expect(connect(ANY, undefined, request)).toMatchObject({ upstreamDns: true, endpoints: [] })
    expect(connect(ANY, undefined, { ...request, upstreamAddress: '203.0.113.1' })).toMatchObject({
      upstreamDns: true,
      address: '203.0.113.1',
      endpoints: ['203.0.113.1:80'],
    })
  })
})
