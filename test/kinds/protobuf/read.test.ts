import { describe, expect, it } from 'vitest'
import { readMessage } from '../../../src/kinds/protobuf/index.ts'
import { DecodeContext } from '../../../src/kinds/schema/index.ts'
import type { JsonValue } from '../../../src/sources/document.ts'

const CLUSTER = 'envoy.config.cluster.v3.Cluster'

function read(type: string, value: JsonValue) {
  const context = new DecodeContext()
  const message = readMessage(type, value, context)
  const errors = context.errors.map(({ path, message: text }) => `${path.join('.')}: ${text}`)
  return { message, errors, unknown: context.unknown.map(({ path }) => path.join('.')) }
}

describe('a message of Envoy', () => {
  it.each<[string, JsonValue, JsonValue]>([
    [
      'either spelling of a field, camelCase first',
      { connect_timeout: '9s', connectTimeout: '1s' },
      { connectTimeout: '1s' },
    ],
    ['an integer as text', { per_connection_buffer_limit_bytes: '4096' }, { perConnectionBufferLimitBytes: 4096 }],
    ['an enum by number', { lb_policy: 3 }, { lbPolicy: 'RANDOM' }],
    ['an enum without a name', { lb_policy: 77 }, { lbPolicy: 77 }],
    ['a default, which is not printed', { name: '', respectDnsTtl: false }, {}],
    [
      'a default of a wrapper, which is',
      { outlierDetection: { maxEjectionPercent: 0 } },
      { outlierDetection: { maxEjectionPercent: 0 } },
    ],
    ['a duration of Go', { cleanup_interval: '1h1m' }, { cleanupInterval: '3660s' }],
    ['a null, which is absent', { name: 'a', connectTimeout: null }, { name: 'a' }],
    [
      '64 bits as text',
      { ring_hash_lb_config: { minimum_ring_size: 1024 } },
      { ringHashLbConfig: { minimumRingSize: '1024' } },
    ],
    [
      'any values of a Struct',
      { metadata: { filter_metadata: { a: { b: [1, null, 'x'] } } } },
      { metadata: { filterMetadata: { a: { b: [1, null, 'x'] } } } },
    ],
  ])('has %s', (_, given, expected) => {
    expect(read(CLUSTER, given)).toEqual({ message: expected, errors: [], unknown: [] })
  })

  it.each<[JsonValue, string]>([
    [{ connectTimeout: 5 }, 'connectTimeout: must be a duration such as 10s, not the number 5'],
    [{ connectTimeout: '5' }, 'connectTimeout: "5" is not a duration'],
    [
      { perConnectionBufferLimitBytes: 1.5 },
      'perConnectionBufferLimitBytes: must be a whole number, not the number 1.5',
    ],
    [{ perConnectionBufferLimitBytes: -1 }, 'perConnectionBufferLimitBytes: must be between 0 and 4294967295, not -1'],
    [{ respectDnsTtl: 'true' }, 'respectDnsTtl: must be true or false, not the string "true"'],
    [{ name: ['a'] }, 'name: must be a string, not a list'],
    [
      { lbPolicy: 'ROUNDROBIN' },
      'lbPolicy: "ROUNDROBIN" is not one of ROUND_ROBIN, LEAST_REQUEST, RING_HASH, RANDOM, MAGLEV, CLUSTER_PROVIDED, LOAD_BALANCING_POLICY_CONFIG',
    ],
    [
      { transportSocket: { typedConfig: { name: 'x' } } },
      'transportSocket.typedConfig: has no @type, which says what message it is',
    ],
    [
      { transportSocket: { typedConfig: { '@type': 'type.googleapis.com/envoy.api.v2.Nothing' } } },
      'transportSocket.typedConfig.@type: "type.googleapis.com/envoy.api.v2.Nothing" is not a message type that istiod knows',
    ],
  ])('refuses %j', (given, error) => {
    expect(read(CLUSTER, given).errors).toEqual([error])
  })

  it('finds every mistake, and what it does not know', () => {
    const { errors, unknown, message } = read(CLUSTER, { name: 5, connectTimeout: 'x', no_such: 1, altStatName: 'a' })
    expect(errors).toHaveLength(2)
    expect(unknown).toEqual(['no_such'])
    expect(message).toMatchObject({ altStatName: 'a' })
  })

  it('keeps the later one of two members of a oneof', () => {
    expect(read('envoy.config.route.v3.RouteMatch', { path: '/a', prefix: '/b' }).message).toEqual({ path: '/a' })
  })

  it('has the content of a well-known type in an Any under "value"', () => {
    const any = { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: 'x' }
    expect(read('envoy.config.core.v3.TypedExtensionConfig', { typed_config: any })).toMatchObject({
      message: { typedConfig: any },
      errors: [],
    })
  })

  it('takes __proto__ for an ordinary key', () => {
    const value = JSON.parse('{"metadata": {"filterMetadata": {"__proto__": {"__proto__": 1}}}, "__proto__": 2}')
    const { message, unknown } = read(CLUSTER, value)
    expect(JSON.stringify(message)).toBe('{"metadata":{"filterMetadata":{"__proto__":{"__proto__":1}}}}')
    expect(unknown).toEqual(['__proto__'])
  })
})
