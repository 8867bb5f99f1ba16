import { describe, expect, it } from 'vitest'
import {
  type ComparedKind,
  compareResources,
  differencesOf,
  namedResources,
  sameData,
} from '../../src/comparison/index.ts'
import type { JsonValue } from '../../src/sources/document.ts'

describe('data', () => {
  it.each([
    [{ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: [1, 2] }, { a: [2, 1] }, false],
    [{ a: [] }, { a: {} }, false],
    [{ a: null }, { a: {} }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ ['__proto__']: 1 }, {}, false],
  ])('%j and %j are equal: %s', (a, b, equal) => {
    expect(sameData(a, b)).toBe(equal)
  })
})

describe('differences', () => {
  it('are the innermost places, in the order of what is expected', () => {
    const expected = { name: 'a', ports: [1, { number: 2 }], gone: null }
    const actual = { added: true, ports: [1, { number: 3 }, 4], name: 'a' }
    expect([...differencesOf(expected, actual)]).toEqual([
      { path: ['ports', 1, 'number'], expected: 2, actual: 3 },
      { path: ['ports', 2], expected: undefined, actual: 4 },
      { path: ['gone'], expected: null, actual: undefined },
      { path: ['added'], expected: undefined, actual: true },
    ])
  })

  it('of values of other types are the whole values', () => {
    expect([...differencesOf({ a: [] }, { a: {} })]).toEqual([{ path: ['a'], expected: [], actual: {} }])
    expect([...differencesOf(1, '1')]).toEqual([{ path: [], expected: 1, actual: '1' }])
  })

  it('do not take what every object inherits for a field', () => {
    expect([...differencesOf({ constructor: 1 } as never, {})]).toEqual([
      { path: ['constructor'], expected: 1, actual: undefined },
    ])
  })
})

const isSame = (kind: ComparedKind, a: JsonValue, b: JsonValue): boolean =>
  compareResources(namedResources(kind, a), namedResources(kind, b)).different.length === 0

const address = (ip: string) => ({ endpoint: { address: { socketAddress: { address: ip } } } })

describe('resources', () => {
  it.each<[ComparedKind, string, JsonValue, JsonValue]>([
    ['nds', 'addresses', { table: { a: { ips: ['1', '2'] } } }, { table: { a: { ips: ['2', '1'] } } }],
    [
      'eds',
      'endpoints and localities',
      [{ clusterName: 'a', endpoints: [{ lbEndpoints: [address('1'), address('2')] }, { locality: { region: 'r' } }] }],
      [{ clusterName: 'a', endpoints: [{ locality: { region: 'r' } }, { lbEndpoints: [address('2'), address('1')] }] }],
    ],
    [
      'cds',
      'endpoints of a static cluster',
      [{ name: 'a', loadAssignment: { endpoints: [{ lbEndpoints: [address('1'), address('2')] }] } }],
      [{ name: 'a', loadAssignment: { endpoints: [{ lbEndpoints: [address('2'), address('1')] }] } }],
    ],
    [
      'rds',
      'virtual hosts and domains',
      [{ name: '80', virtualHosts: [{ name: 'a', domains: ['x', 'y'] }, { name: 'b' }] }],
      [{ name: '80', virtualHosts: [{ name: 'b' }, { name: 'a', domains: ['y', 'x'] }] }],
    ],
    [
      'lds',
      'additional addresses',
      [{ name: 'a', additionalAddresses: [address('1'), address('2')] }],
      [{ additionalAddresses: [address('2'), address('1')], name: 'a' }],
    ],
  ])('of %s: the order of %s does not matter', (kind, _, a, b) => {
    expect(isSame(kind, a, b)).toBe(true)
  })

  it('keep the order that decides: filter chains, routes', () => {
    const chains = [{ name: 'a' }, { name: 'b' }]
    expect(
      isSame('lds', [{ name: 'l', filterChains: chains }], [{ name: 'l', filterChains: chains.toReversed() }]),
    ).toBe(false)
    const host = (routes: JsonValue) => [{ name: '80', virtualHosts: [{ name: 'h', routes }] }]
    expect(isSame('rds', host(chains), host(chains.toReversed()))).toBe(false)
  })

  it('are compared by name, those that share one as a list', () => {
    const expected = namedResources('cds', [{ name: 'a' }, { name: 'b', type: 'EDS' }, { name: 'c' }])
    const actual = namedResources('cds', [{ name: 'b' }, { name: 'a' }, { name: 'a' }, { name: 'd' }])
    expect(compareResources(expected, actual, new Set(['d']))).toEqual({
      matched: 0,
      different: [
        { name: 'a', expected: [{ name: 'a' }], actual: [{ name: 'a' }, { name: 'a' }] },
        { name: 'b', expected: [{ name: 'b', type: 'EDS' }], actual: [{ name: 'b' }] },
        { name: 'c', expected: [{ name: 'c' }], actual: undefined },
      ],
    })
  })

  it('of admission are verdicts, whatever their words', () => {
    const verdict = (error: string | undefined) => [
      { kind: 'Sidecar', namespace: 'a', name: 'b', ...(error && { error }) },
    ]
    expect(isSame('validation', verdict('no'), verdict('no, thanks'))).toBe(true)
    expect(isSame('validation', verdict('no'), verdict(undefined))).toBe(false)
  })

  it('are not changed by a comparison', () => {
    const message = [{ clusterName: 'a', endpoints: [{ lbEndpoints: [address('2'), address('1')] }] }]
    const copy = structuredClone(message)
    namedResources('eds', message)
    expect(message).toEqual(copy)
  })
})
