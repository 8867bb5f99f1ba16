import { isIP, isIPv4 as isNodesIPv4, isIPv6 as isNodesIPv6 } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isIPv4, isIPv6 } from '../../src/common/ip-syntax.ts'
import { Random } from '../fuzz/random.ts'

const PIECES = ['0', '9', '25', '256', '01', 'a', 'F', 'ffff', '12345', 'g', ':', ':', ':', '::', '.', '.', '%', 'eth0']
const MORE_PIECES = ['-', ' ', '\n', '1.2.3.4', '1.2.3', '::1', 'fe80', '1:2:3:4:5:6', '1:2:3:4:5:6:7:8', 'é', '_', '']
const ADDRESSES = [
  '::',
  '1::8',
  '10.0.0.1',
  '2001:db8::1',
  '2001:2::f0f0:e9ff',
  '::ffff:1.2.3.4',
  'fe80::1%eth0',
  '1:2:3:4:5:6:7:8',
  '::2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7::',
  '1:2:3:4:5:6:1.2.3.4',
]

const random = new Random(20)

function* pieced(count: number): Iterable<string> {
  const pieces = [...PIECES, ...MORE_PIECES]
  for (let made = 0; made < count; made++) {
    yield Array.from({ length: 1 + random.below(9) }, () => random.pick(pieces)).join('')
  }
}

/** Addresses with one or two characters added, removed or replaced. */
function* misspelled(count: number): Iterable<string> {
  for (let made = 0; made < count; made++) {
    let text = random.pick(ADDRESSES)
    for (let edits = 1 + random.below(2); edits > 0; edits--) {
      const at = random.below(text.length + 1)
      const middle = random.pick(['', ':', '.', '%', '0', 'f', '9', 'g', '1'])
      text = text.slice(0, at) + middle + text.slice(at + random.below(2))
    }
    yield text
  }
}

describe('IP addresses', () => {
  it('are those that net.isIP takes', () => {
    const texts = [...ADDRESSES, ...pieced(60_000), ...misspelled(60_000)]
    expect(texts.filter((text) => isIP(text)).length).toBeGreaterThan(10_000)
    expect(texts.filter((text) => isIPv4(text) !== isNodesIPv4(text))).toEqual([])
    expect(texts.filter((text) => isIPv6(text) !== isNodesIPv6(text))).toEqual([])
  })
})
