/** The message that the proxy's DNS server sends (pkg/dns/client/dns.go of the reference). */
import { AUTHORITATIVE_ANSWER, encodingLength, type Packet, RECURSION_DESIRED } from 'dns-packet'
import { absolute, type DnsRecord, type RecordType, TTL } from './lookup-table.ts'

/** Bytes that a client accepts over UDP when it does not offer more by EDNS0. */
export const PLAIN_UDP_BYTES = 512

const withoutDot = (name: string): string => name.replace(/\.$/, '')

/** The response to a question that the table answers: authoritative, NOERROR, the question as it was asked. */
function responseTo(name: string, type: RecordType, records: readonly DnsRecord[]): Packet {
  return {
    type: 'response',
    flags: AUTHORITATIVE_ANSWER | RECURSION_DESIRED,
    questions: [{ name: withoutDot(absolute(name)), type, class: 'IN' }],
    answers: records.map((record) => ({
      name: withoutDot(record.name),
      type: record.type,
      ttl: TTL,
      class: 'IN' as const,
      data: withoutDot(record.data),
    })),
  }
}

/**
 * Bytes of the response without compression of names, as the server sends it when it fits. Larger ones than the client
 * takes are compressed; what then does not fit is left out and TC set.
 */
export function responseSize(name: string, type: RecordType, records: readonly DnsRecord[]): number {
  return encodingLength(responseTo(name, type, records))
}
