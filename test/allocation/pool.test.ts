import { describe, expect, it } from 'vitest'
import { AddressPool } from '../../src/allocation/pool.ts'
import { ipText, maskedValue, type Prefix, parsePrefix } from '../../src/common/addresses.ts'

const A = {}
const B = {}

describe('a range of automatic addresses', () => {
  it('hands out the first free address after the last one, and begins again at the end', () => {
    const pool = new AddressPool('10.0.0.0/29')
    pool.mark('10.0.0.2', B)
    expect([1, 2, 3].map(() => pool.take(A))).toEqual(['10.0.0.1', '10.0.0.3', '10.0.0.4'])
    pool.mark('10.0.0.7', B)
    expect([1, 2, 3].map(() => pool.take(A))).toEqual(['10.0.0.5', '10.0.0.6', ''])
    expect(pool.free).toBe(0n)
    pool.release('10.0.0.3', A)
    expect(pool.free).toBe(1n)
    expect([1, 2].map(() => pool.take(A))).toEqual(['10.0.0.3', ''])
  })

  it.each([
    '240.240.0.0/16',
    '2001:2::/48',
    'fd00::fffe:0/100',
    '::ffff:1.2.3.0/112',
    '0:0:1::/96',
    '2001:0:0:1::/110',
  ])('writes the addresses of %s in canonical form', (range) => {
    const pool = new AddressPool(range)
    const prefix = parsePrefix(range) as Prefix
    const first = maskedValue(prefix) + 1n
    const expected = Array.from({ length: 65_535 + 300 }, (_, index) => ipText(prefix.family, first + BigInt(index)))
    const taken = expected.map(() => pool.take(A)).filter(Boolean)
    expect(taken.length).toBeGreaterThanOrEqual(65_535)
    expect(taken).toEqual(expected.slice(0, taken.length))
  })

  it('gives an address back for its owner only', () => {
    const pool = new AddressPool('10.0.0.0/30')
    expect(pool.take(A)).toBe('10.0.0.1')
    pool.release('10.0.0.1', B)
    expect(pool.mark('10.0.0.1', B)).toBe(false)
    pool.release('10.0.0.1', A)
    expect(pool.mark('10.0.0.1', B)).toBe(true)
  })

  it('does not leave out free addresses below one that is given back', () => {
    const pool = new AddressPool('10.0.0.0/28')
    expect(pool.take(A)).toBe('10.0.0.1')
    pool.mark('10.0.0.9', B)
    pool.release('10.0.0.9', B)
    expect(pool.take(A)).toBe('10.0.0.2')
  })

  it('goes back to an address that is given back below the next one', () => {
    const pool = new AddressPool('10.0.0.0/28')
    expect([1, 2, 3].map(() => pool.take(A))).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3'])
    pool.release('10.0.0.2', A)
    expect([1, 2].map(() => pool.take(A))).toEqual(['10.0.0.2', '10.0.0.4'])
  })

  it('ignores addresses of others', () => {
    const pool = new AddressPool('10.0.0.0/30')
    for (const address of ['10.0.0.4', '2001:db8::1', 'db.example.com']) {
      expect(pool.mark(address, A)).toBe(true)
      expect(pool.mark(address, B)).toBe(true)
    }
    expect(pool.free).toBe(3n)
  })
})
