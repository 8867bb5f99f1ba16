import { describe, expect, it } from 'vitest'
import { mergeContents, mergeMessages, TypeMismatch } from '../../../src/kinds/protobuf/index.ts'
import type { JsonMapping } from '../../../src/sources/mapping.ts'

const CLUSTER = 'envoy.config.cluster.v3.Cluster'
const ROUTE = 'envoy.config.route.v3.Route'

describe('a merge', () => {
  it.each<[string, string, JsonMapping, JsonMapping, JsonMapping]>([
    ['replaces scalars', CLUSTER, { name: 'a' }, { name: 'b' }, { name: 'b' }],
    [
      'merges messages',
      CLUSTER,
      { metadata: { filterMetadata: { a: { x: 1 } } } },
      { metadata: { filterMetadata: { b: {} } } },
      { metadata: { filterMetadata: { a: { x: 1 }, b: {} } } },
    ],
    [
      'replaces the values of a map',
      CLUSTER,
      { metadata: { filterMetadata: { a: { x: 1 } } } },
      { metadata: { filterMetadata: { a: { y: 1 } } } },
      { metadata: { filterMetadata: { a: { y: 1 } } } },
    ],
    [
      'replaces durations',
      CLUSTER,
      { connectTimeout: '10s' },
      { connectTimeout: '0.250s' },
      { connectTimeout: '0.250s' },
    ],
    [
      'keeps a wrapper if the other has its default',
      CLUSTER,
      { perConnectionBufferLimitBytes: 5 },
      { perConnectionBufferLimitBytes: 0 },
      { perConnectionBufferLimitBytes: 5 },
    ],
    [
      'takes a default for an absent wrapper',
      CLUSTER,
      {},
      { perConnectionBufferLimitBytes: 0 },
      { perConnectionBufferLimitBytes: 0 },
    ],
    [
      'drops the other members of a oneof',
      ROUTE,
      { route: { cluster: 'a' } },
      { directResponse: { status: 503 } },
      { directResponse: { status: 503 } },
    ],
  ])('%s', (_, type, into, from, expected) => {
    expect(mergeMessages(type, into, from, 'append')).toEqual(expected)
  })

  it('appends to lists, or replaces them', () => {
    const into = { circuitBreakers: { thresholds: [{ maxRetries: 1 }] } }
    const from = { circuitBreakers: { thresholds: [{ maxRetries: 2 }] } }
    expect(mergeMessages(CLUSTER, into, from, 'append')).toEqual({
      circuitBreakers: { thresholds: [{ maxRetries: 1 }, { maxRetries: 2 }] },
    })
    expect(mergeMessages(CLUSTER, into, from, 'replace')).toEqual(from)
    expect(into).toEqual({ circuitBreakers: { thresholds: [{ maxRetries: 1 }] } })
  })

  it('of contents needs one type', () => {
    const router = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' }
    const buffer = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer' }
    expect(() => mergeContents(router, buffer)).toThrow(TypeMismatch)
    expect(mergeContents(router, { ...router, startChildSpan: true })).toEqual({ ...router, startChildSpan: true })
  })
})
