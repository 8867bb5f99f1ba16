import { describe, expect, it } from 'vitest'
import type { JsonValue } from '../../src/sources/document.ts'
import { readConfigDump, verifyProxy, withHosts } from '../../src/verification/index.ts'

const ADMIN = 'type.googleapis.com/envoy.admin.v3.'
const section = (name: string, lists: object): JsonValue => ({ '@type': `${ADMIN}${name}`, ...lists }) as JsonValue
const BOOTSTRAP = section('BootstrapConfigDump', { bootstrap: { node: { id: 'sidecar', metadata: { A_B: 'kept' } } } })

const dumpOf = (...configs: JsonValue[]): JsonValue => ({ configs })
const listener = (name: string, port = 80) => ({
  name,
  address: { socketAddress: { address: '0.0.0.0', portValue: port } },
})
const dumped = (name: string, port = 80) => ({
  name,
  address: { socket_address: { address: '0.0.0.0', port_value: port } },
})
const NOTHING = { lds: [], rds: [], cds: [], eds: [], nds: {} }

/** What is reported about listeners. */
function listenersIn(dump: JsonValue, lds: readonly object[]) {
  const { kinds, absent } = verifyProxy({ ...NOTHING, lds }, readConfigDump(dump))
  const found = kinds.find(({ kind }) => kind === 'lds')
  return {
    absent,
    equal: found?.equal,
    own: found?.own,
    warming: found?.warming,
    findings: found?.findings.map(({ name, verdict }) => `${name} ${verdict}`),
  }
}

describe('a dump', () => {
  it('has the node as it is written', () => {
    expect(readConfigDump(dumpOf(BOOTSTRAP)).node).toEqual({ id: 'sidecar', metadata: { A_B: 'kept' } })
  })

  it("has the proxy's own resources besides those of istiod", () => {
    const lists = {
      static_listeners: [{ listener: dumped('stats') }],
      dynamic_listeners: [{ name: 'a', active_state: { listener: dumped('a') } }],
    }
    const found = listenersIn(dumpOf(BOOTSTRAP, section('ListenersConfigDump', lists)), [listener('a')])
    expect(found).toMatchObject({ equal: 1, own: 1, findings: [] })
  })

  it('has a listener that is about to be used, and not one that is on its way out', () => {
    const dynamic_listeners = [
      { name: 'new', warming_state: { listener: dumped('new') } },
      {
        name: 'changed',
        active_state: { listener: dumped('changed', 1) },
        warming_state: { listener: dumped('changed') },
      },
      { name: 'gone', draining_state: { listener: dumped('gone') } },
      { name: 'late', active_state: { listener: dumped('late', 1) }, warming_state: { listener: dumped('late', 2) } },
    ]
    const found = listenersIn(dumpOf(BOOTSTRAP, section('ListenersConfigDump', { dynamic_listeners })), [
      listener('new'),
      listener('changed'),
      listener('late'),
    ])
    expect(found).toMatchObject({ equal: 2, warming: ['new', 'changed'], findings: ['late differs'] })
  })

  it('has a refused update once, though Envoy lists it twice', () => {
    const error_state = { failed_configuration: dumped('a'), details: 'no' }
    const dynamic_listeners = [
      { name: 'a', error_state: { ...error_state, last_update_attempt: '2026-08-01T00:00:00Z' } },
      { error_state },
    ]
    const found = listenersIn(dumpOf(BOOTSTRAP, section('ListenersConfigDump', { dynamic_listeners })), [listener('a')])
    expect(found).toMatchObject({ equal: 0, findings: ['a refused'] })
  })

  it('that a mask has cut is compared as far as it goes', () => {
    const masked = section('ListenersConfigDump', {
      dynamic_listeners: [{ name: 'a', active_state: { listener: dumped('a') } }],
    })
    const rest = section('ClustersConfigDump', {})
    expect(listenersIn(dumpOf(masked, rest), [listener('a')])).toMatchObject({
      absent: ['rds', 'cds', 'eds', 'nds'],
      equal: 1,
    })
  })

  it('of a whole proxy without listeners lacks them', () => {
    const dump = dumpOf(BOOTSTRAP, section('ListenersConfigDump', {}))
    expect(listenersIn(dump, [listener('a')])).toMatchObject({ findings: ['a missing'] })
  })

  it('of one resource type is the list of its entries', () => {
    const entry = section('ListenersConfigDump.DynamicListener', { name: 'a', active_state: { listener: dumped('a') } })
    expect(listenersIn(dumpOf(entry), [listener('a')])).toMatchObject({
      absent: ['rds', 'cds', 'eds', 'nds'],
      equal: 1,
    })
    const named = section('ListenersConfigDump.DynamicListener', { name: 'a' })
    expect(() => readConfigDump(dumpOf(named))).toThrow('only names of listeners')
  })

  it('may have names that are those of objects in JavaScript', () => {
    const text = '{"name":"__proto__","metadata":{"filter_metadata":{"__proto__":{"constructor":"x"}}}}'
    const resource = JSON.parse(text) as JsonValue
    const lists = { dynamic_listeners: [{ name: '__proto__', active_state: { listener: resource } }] }
    const dump = dumpOf(BOOTSTRAP, section('ListenersConfigDump', lists))
    const computed = JSON.parse(text.replace('filter_metadata', 'filterMetadata')) as object
    expect(listenersIn(dump, [computed])).toMatchObject({ equal: 1, findings: [] })
    expect(listenersIn(dump, [])).toMatchObject({ findings: ['__proto__ extra'] })
  })
})

describe('two forms of a resource', () => {
  const cluster = (fields: object) => ({ name: 'c', ...fields })

  function pathsOf(computed: object, actual: object): readonly string[] {
    const lists = { dynamic_active_clusters: [{ cluster: cluster(actual) }] }
    const state = readConfigDump(dumpOf(BOOTSTRAP, section('ClustersConfigDump', lists)))
    const { kinds } = verifyProxy({ ...NOTHING, cds: [cluster(computed)] }, state)
    return kinds.flatMap(({ findings }) => findings.flatMap(({ differences }) => differences.map(({ path }) => path)))
  }

  it.each([
    ['spelling', { connectTimeout: '10s' }, { connect_timeout: '10s' }],
    ['order of fields', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['durations', { connectTimeout: '10s' }, { connect_timeout: '10.000s' }],
    ['defaults', { type: 'EDS' }, { type: 'EDS', per_connection_limit: 0, ignore_health: false, filters: [], alt: '' }],
    ['null', { type: 'EDS' }, { type: 'EDS', transport_socket: null }],
    ['numbers of enums', { type: 'STRICT_DNS', lbPolicy: 'MAGLEV' }, { type: 1, lb_policy: 5 }],
    ['64-bit numbers', { maxRequests: '5' }, { max_requests: 5 }],
    ['hosts of types', { x: { '@type': 'type.googleapis.com/a.B' } }, { x: { '@type': 'types.example.com/a.B' } }],
    ['secrets', { privateKey: { inlineString: 'k' } }, { private_key: { inline_string: '[redacted]' } }],
    [
      'keys of maps',
      { typedExtensionProtocolOptions: { 'a.B_c': { useDownstreamProtocolConfig: {} } } },
      { typed_extension_protocol_options: { 'a.B_c': { use_downstream_protocol_config: {} } } },
    ],
    [
      'unordered lists',
      { metadata: { filterMetadata: { istio: { services: [{ a: 1 }, { a: 2 }] } } } },
      { metadata: { filter_metadata: { istio: { services: [{ a: 2 }, { a: 1 }] } } } },
    ],
  ])('mean the same in spite of their %s', (_, computed, actual) => {
    expect(pathsOf(computed, actual)).toEqual([])
  })

  it.each([
    ['values', { connectTimeout: '10s' }, { connect_timeout: '5s' }, ['connectTimeout']],
    ['wrappers', { x: 1 }, { x: 1, use_remote_address: false }, ['useRemoteAddress']],
    ['empty messages', { http2ProtocolOptions: {} }, {}, ['http2ProtocolOptions']],
    [
      'keys of Structs',
      { metadata: { filterMetadata: { a: { b_c: 1 } } } },
      { metadata: { filter_metadata: { a: { bC: 1 } } } },
      ['metadata.filterMetadata.a.b_c', 'metadata.filterMetadata.a.bC'],
    ],
    [
      'items by name',
      { filters: [{ name: 'a' }, { name: 'b', x: 1 }] },
      { filters: [{ name: 'b', x: 2 }] },
      ['filters[a]', 'filters[b].x'],
    ],
    [
      'order',
      { filters: [{ name: 'a' }, { name: 'b' }] },
      { filters: [{ name: 'b' }, { name: 'a' }] },
      ['filters[] (order)'],
    ],
    ['items by content', { chains: [{ x: 1 }, { x: 2 }, { x: 3 }] }, { chains: [{ x: 1 }, { x: 3 }] }, ['chains[1]']],
    ['texts in lists', { protocols: ['a', 'b', 'c'] }, { protocols: ['a', 'c', 'd'] }, ['protocols[]', 'protocols[]']],
  ])('differ in %s', (_, computed, actual, paths) => {
    expect(pathsOf(computed, actual)).toEqual(paths)
  })
})

describe("Envoy's list of clusters", () => {
  const state = readConfigDump(dumpOf(BOOTSTRAP))

  it('has clusters and addresses that contain its separator', () => {
    const text = [
      'a::b::observability_name::x',
      'a::b::10.0.0.1:80::health_flags::/failed_outlier_check/failed_active_hc',
      'a::b::[2001:db8::1]:80::health_flags::healthy',
      'a::b::/var/run/s.sock::health_flags::/failed_eds_health/failed_outlier_check',
    ].join('\n')
    const { hosts } = withHosts(state, text)
    expect([...(hosts?.get('a::b') ?? [])]).toEqual([
      ['10.0.0.1:80', { ejectedFor: ['failed_outlier_check', 'failed_active_hc'] }],
      ['[2001:db8::1]:80', { ejectedFor: [] }],
      ['/var/run/s.sock', { ejectedFor: [] }],
    ])
  })

  it('says the same in JSON', () => {
    const address = { socket_address: { address: '2001:db8::1', port_value: 80 } }
    const health_status = { eds_health_status: 'HEALTHY', failed_outlier_check: true }
    const { hosts } = withHosts(state, {
      cluster_statuses: [{ name: 'c', host_statuses: [{ address, health_status }] }],
    })
    expect([...(hosts?.get('c') ?? [])]).toEqual([['[2001:db8::1]:80', { ejectedFor: ['failed_outlier_check'] }]])
  })
})
