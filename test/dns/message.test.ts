import { encode } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { responseSize } from '../../src/dns/message.ts'
import type { RecordType } from '../../src/dns/name-index.ts'

const record = (name: string, type: RecordType, data: string) => ({ name, type, data })

/** The message as encoded by a DNS library, which does not compress names. */
function encodedSize(
  name: string,
  type: RecordType,
  records: readonly { readonly name: string; readonly type: RecordType; readonly data: string }[],
): number {
  const answers = records.map((answer) => ({ name: answer.name, type: answer.type, data: answer.data, ttl: 30 }))
  return encode({ type: 'response', questions: [{ name, type }], answers }).length
}

describe('the size of a DNS response', () => {
  it.each([
    ['web.shop.svc.cluster.local', 'A', [record('web.shop.svc.cluster.local.', 'A', '10.0.0.1')]],
    ['db.example.com.', 'AAAA', [record('db.example.com.', 'AAAA', '2001:db8::1'), record('x.y.', 'AAAA', '::1')]],
    ['web', 'A', [record('web.', 'CNAME', 'web.shop.svc.cluster.local.'), record('a.b.', 'A', '10.0.0.1')]],
    ['bücher.example', 'A', [record('bücher.example.', 'A', '10.0.0.1')]],
  ] as const)('of %s %s is that of the encoded message', (name, type, records) => {
    expect(responseSize(name, records)).toBe(encodedSize(name, type, records))
  })
})
