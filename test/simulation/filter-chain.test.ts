import { describe, expect, it } from 'vitest'
import type { FilterChain } from '../../src/simulation/resources.ts'
import { filterChainsOf } from '../../src/simulation/steps/filter-chain.ts'
import type { Inspected } from '../../src/simulation/steps/inspection.ts'

describe('filter chains', () => {
  const chain = (name: string, ...serverNames: readonly string[]): FilterChain => ({
    name,
    filterChainMatch: { serverNames },
  })
  const seen = (sni: string): Inspected => ({
    address: '192.0.2.1',
    port: 443,
    source: undefined,
    sni,
    transportProtocol: 'tls',
    applicationProtocols: [],
    inspectors: ['TLS'],
    waits: 0,
  })
  const names = (sni: string, ...filterChains: readonly FilterChain[]) =>
    filterChainsOf({ name: 'l', filterChains }, seen(sni)).map(({ name }) => name)

  it('are compared by server name, whatever the number of chains', () => {
    const chains = [chain('any'), chain('wild', '*.a.b'), chain('exact', 'x.a.b', '*.c'), chain('longer', '*.x.a.b')]
    expect(names('x.a.b', ...chains)).toEqual(['exact'])
    expect(names('y.a.b', ...chains)).toEqual(['wild'])
    expect(names('y.x.a.b', ...chains)).toEqual(['longer'])
    expect(names('y.c', ...chains)).toEqual(['exact'])
    expect(names('other', ...chains)).toEqual(['any'])
    expect(names('other', ...chains.slice(1))).toEqual([])
  })

  it('with the same match are all returned, and Envoy rejects them', () => {
    expect(names('a.b', chain('one', 'a.b'), chain('two', 'A.b', 'c.d'))).toEqual(['one', 'two'])
  })
})
