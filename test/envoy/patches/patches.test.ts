import { describe, expect, it } from 'vitest'
import { buildEnvoyResources } from '../../../src/envoy/index.ts'
import { lookUpResources } from '../../../src/envoy/lookup.ts'
import { streamEnvoyResources } from '../../../src/envoy/stream.ts'
import { viewOf } from '../../support/mesh.ts'

const ENTRY = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: db, namespace: default }
spec:
  hosts: [db.example.com]
  addresses: [203.0.113.1]
  ports: [{ number: 3306, name: tcp, protocol: TCP }, { number: 80, name: http, protocol: HTTP }]
  resolution: DNS
`

const filter = (patches: string, spec = '', name = 'f'): string => `
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: ${name}, namespace: default }
spec:
${spec}  configPatches:
${patches}`

const CLUSTER = 'outbound|3306||db.example.com'

const timeout = (value: string, match = '{ cluster: { service: db.example.com } }'): string => `
  - applyTo: CLUSTER
    match: ${match}
    patch: { operation: MERGE, value: { connect_timeout: ${value} } }
`

const viewWith = (filters: string, node = {}) => viewOf(ENTRY + filters, node)

const clusterOf = (filters: string, node = {}) =>
  buildEnvoyResources(viewWith(filters, node)).clusters.find(({ resource }) => resource.name === CLUSTER)

describe('the patches of EnvoyFilters', () => {
  it('change what is matched, and say where they are written', () => {
    const cluster = clusterOf(filter(timeout('3s')))
    expect(cluster?.resource).toMatchObject({ connectTimeout: '3s', type: 'STRICT_DNS' })
    expect(cluster?.origins.at(-1)).toMatchObject({
      what: 'EnvoyFilter default/f',
      why: 'patch 1, MERGE of CLUSTER, changes connectTimeout',
    })
    expect(cluster?.origins.at(-1)?.location?.position().line).toBe(18)
  })

  it('leave other resources the same objects', () => {
    const resources = buildEnvoyResources(viewWith(filter(timeout('3s'))))
    const other = resources.clusters.find(({ resource }) => resource.name === 'PassthroughCluster')
    expect(other?.origins).toHaveLength(1)
    expect(other?.resource.connectTimeout).toBe('10s')
  })

  it.each([
    ['by priority', filter(timeout('1s'), '  priority: 5\n', 'a') + filter(timeout('2s'), '', 'b'), '1s'],
    ['by name when they are equal', filter(timeout('1s'), '', 'b') + filter(timeout('2s'), '', 'a'), '1s'],
    ['in a filter as listed', filter(timeout('1s') + timeout('2s')), '2s'],
  ])('are applied %s', (_, filters, expected) => {
    expect(clusterOf(filters)?.resource.connectTimeout).toBe(expected)
  })

  it.each([
    ['proxyVersion: ^1\\.31', { ISTIO_VERSION: '1.31.0' }, '3s'],
    ['proxyVersion: ^1\\.30', { ISTIO_VERSION: '1.31.0' }, '10s'],
    ['proxyVersion: "31"', { ISTIO_VERSION: '1.31.0' }, '3s'],
    ['proxyVersion: "31"', {}, '10s'],
    ['metadata: { TEAM: a }', { TEAM: 'a' }, '3s'],
    ['metadata: { TEAM: a }', {}, '10s'],
  ])('are for the proxies of %s: %j', (match, metadata, expected) => {
    const filters = filter(timeout('3s', `{ proxy: { ${match} } }`))
    expect(clusterOf(filters, { metadata })?.resource.connectTimeout).toBe(expected)
  })

  it('select workloads by labels', () => {
    const filters = filter(timeout('3s'), '  workloadSelector: { labels: { app: web } }\n')
    expect(clusterOf(filters, { labels: { app: 'web' } })?.resource.connectTimeout).toBe('3s')
    expect(clusterOf(filters)?.resource.connectTimeout).toBe('10s')
  })

  it('add a cluster of one name once, to sidecars and to routers', () => {
    const add = (value: string, name: string) =>
      filter(
        `
  - applyTo: CLUSTER
    patch: { operation: ADD, value: { name: mine, connect_timeout: ${value} } }
`,
        '',
        name,
      )
    for (const type of ['sidecar', 'router']) {
      const { clusters } = buildEnvoyResources(viewWith(add('1s', 'a') + add('2s', 'b'), { type }))
      const mine = clusters.filter(({ resource }) => resource.name === 'mine')
      expect(
        mine.map(({ resource }) => resource.connectTimeout),
        type,
      ).toEqual(['1s'])
    }
  })

  it('remove and add clusters and listeners, for every way to read them', () => {
    const filters = filter(`
  - applyTo: CLUSTER
    match: { cluster: { name: "${CLUSTER}" } }
    patch: { operation: REMOVE }
  - applyTo: CLUSTER
    patch: { operation: ADD, value: { name: mine, type: STATIC } }
  - applyTo: LISTENER
    match: { listener: { portNumber: 3306 } }
    patch: { operation: REMOVE }
  - applyTo: LISTENER
    patch: { operation: ADD, value: { name: own } }
`)
    const view = viewWith(filters)
    const resources = buildEnvoyResources(view)
    const stream = streamEnvoyResources(view)
    const lookup = lookUpResources(view)
    const names = (explained: Iterable<{ readonly resource: { readonly name: string } }>) =>
      [...explained].map(({ resource }) => resource.name)
    const clusters = names(resources.clusters)
    expect(clusters).not.toContain(CLUSTER)
    expect(clusters).toContain('mine')
    expect(names(stream.clusters())).toEqual(clusters)
    expect(stream.pendingClusters().map(({ name }) => name)).toEqual(clusters)
    expect(stream.pendingClusters().map((pending) => pending.write().resource.name)).toEqual(clusters)
    expect([lookup.cluster(CLUSTER), lookup.cluster('mine')?.resource.name]).toEqual([undefined, 'mine'])
    const listeners = names(resources.listeners.listeners)
    expect(listeners).toContain('own')
    expect(listeners.filter((name) => name.endsWith('_3306'))).toEqual([])
    expect(names(stream.listeners())).toEqual(listeners)
    expect(lookup.listenersOfPort(3306)).toEqual([])
    expect(names(lookup.otherListeners())).toContain('own')
  })

  it('end at a MERGE of different types, and keep what was done before', () => {
    const filters = filter(`
  - applyTo: HTTP_FILTER
    match: { context: SIDECAR_INBOUND }
    patch:
      operation: INSERT_FIRST
      value: { name: first }
  - applyTo: LISTENER
    match: { context: SIDECAR_INBOUND }
    patch: { operation: MERGE, value: { stat_prefix: mine } }
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener:
        filterChain:
          filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } }
    patch:
      operation: MERGE
      value:
        typed_config: { '@type': type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer }
`)
    const { listeners } = buildEnvoyResources(viewWith(filters)).listeners
    const inbound = listeners.find(({ resource }) => resource.name === 'virtualInbound')
    expect(inbound?.resource).toMatchObject({ statPrefix: 'mine' })
    expect(JSON.stringify(inbound?.resource)).not.toContain('"first"')
    expect(inbound?.origins.at(-1)?.why).toContain('makes istiod panic')
  })
})
