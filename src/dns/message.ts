/** The message that the proxy's DNS server sends (pkg/dns/client/dns.go of the reference). */
import { utf8Length } from '../common/bytes.ts'
import { absolute, type DnsRecord } from './lookup-table.ts'

/** Bytes that a client accepts over UDP when it does not offer more by EDNS0. */
export const PLAIN_UDP_BYTES = 512

/** Bytes of the parts of a message that have a fixed size (RFC 1035, sections 4.1.1 to 4.1.3). */
const HEADER = 12
const TYPE_AND_CLASS = 4
const TTL_AND_LENGTH = 6

/** What of a record is sent. */
type SentRecord = Pick<DnsRecord, 'name' | 'type' | 'data'>

/** Each label has a byte for its length, and the root after them has one too. */
const nameSize = (name: string): number => (name === '.' ? 1 : utf8Length(absolute(name)) + 1)

/** Bytes of the data of a record. */
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
 * Bytes of the response without compression of names, as the server sends it when it fits: authoritative, NOERROR, the
 * question as it was asked. Larger ones than the client takes are compressed; what then does not fit is left out and TC
 * set.
 */
export function responseSize(name: string, records: readonly SentRecord[]): number {
  return records.reduce(
    (size, record) => size + nameSize(record.name) + TYPE_AND_CLASS + TTL_AND_LENGTH + dataSize(record),
    HEADER + nameSize(name) + TYPE_AND_CLASS,
  )
}
