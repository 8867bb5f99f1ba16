import { describe, expect, it } from 'vitest'
import type { Proxy } from '../../src/proxy/proxy.ts'
import { filterFamilies } from '../../src/scope/addresses.ts'

const proxyOf = (ipMode: Proxy['ipMode']) => ({ ipMode }) as Proxy

const V4 = ['10.0.0.1', '10.0.0.2']
const V6 = ['2001:db8::1', '2001:db8::2']

describe('the addresses of a service for a proxy', () => {
  it.each([
    ['IPv4', V4],
    ['IPv6', V6],
  ] as const)('with %s only are those of its family', (mode, wanted) => {
    expect(filterFamilies([...V4, ...V6], proxyOf(mode), false)).toEqual(wanted)
    expect(filterFamilies(wanted.slice(0, 1), proxyOf(mode), false)).toEqual(wanted.slice(0, 1))
    const [other] = mode === 'IPv4' ? V6 : V4
    expect(filterFamilies([other as string], proxyOf(mode), false)).toEqual([])
    expect(filterFamilies([], proxyOf(mode), false)).toEqual([])
  })

  it('with both families are the IPv4 ones if there are any', () => {
    expect(filterFamilies([...V6, ...V4], proxyOf('Dual'), false)).toEqual(V4)
    expect(filterFamilies(V6, proxyOf('Dual'), false)).toEqual(V6)
  })

  it('with both families are those of the first address in the releases that look at that', () => {
    expect(filterFamilies([...V6, ...V4], proxyOf('Dual'), true)).toEqual(V6)
    expect(filterFamilies([...V4, ...V6], proxyOf('Dual'), true)).toEqual(V4)
  })
})
