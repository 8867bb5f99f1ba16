/** The size of the proxy's DNS responses (pkg/dns/client/dns.go of the reference). */
import { utf8Length } from '../common/bytes.ts'
import type { DnsRecord } from './lookup-table.ts'
import { absolute } from './name-index.ts'

/** Bytes that a client accepts over UDP unless it offers more by EDNS0. */
export const PLAIN_UDP_BYTES = 512

/** Bytes of the parts of a message that have a fixed size (RFC 1035, sections 4.1.1 to 4.1.3). */
const HEADER = 12
const TYPE_AND_CLASS = 4
const TTL_AND_LENGTH = 6

/** The parts of a record that are sent. */
type SentRecord = Pick<DnsRecord, 'name' | 'type' | 'data'>

/** Each label takes one more byte for its length, and the root label one byte. */
const nameSize = (name: string): number => (name === '.' ? 1 : utf8Length(absolute(name)) + 1)

/** The size of a record's data. */
function dataSize({ type, data }: SentRecord): number {
  switch (type) {
    case 'A':
      return 4
    case 'AAAA':
      return 16
    case 'CNAME':
      return nameSize(data)
  }
}

/**
 * The size of an uncompressed response, as the server sends it if it fits: authoritative, NOERROR, with the question as
 * asked. The server compresses a response that is too large for the client; if it still does not fit, the rest is
 * omitted and TC is set.
 */
export function responseSize(name: string, records: readonly SentRecord[]): number {
  return records.reduce(
    (size, record) => size + nameSize(record.name) + TYPE_AND_CLASS + TTL_AND_LENGTH + dataSize(record),
    HEADER + nameSize(name) + TYPE_AND_CLASS,
  )
}
