/** Answers one DNS message. */
import { type Answer, decode, encode, type Packet, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet'
import { type LookupTable, TTL } from '../../dns/lookup-table.ts'
import type { DnsRequest } from '../messages.ts'
import type { Upstream } from './upstream.ts'

const AUTHORITATIVE = 1 << 10
const TRUNCATED = 1 << 9
const NAME_ERROR = 3

interface Found {
  readonly flags: number
  readonly answers: Answer[]
}

const isAddressType = (type: string): type is 'A' | 'AAAA' => type === 'A' || type === 'AAAA'

function ofUpstream(name: string, type: string, upstream: Upstream): Found {
  const flags = RECURSION_AVAILABLE
  const addresses = upstream.addressesOf(name, isAddressType(type) ? type : 'A')
  if (!addresses) return { flags: flags | NAME_ERROR, answers: [] }
  if (!isAddressType(type)) return { flags, answers: [] }
  return { flags, answers: addresses.map((data) => ({ name, type, ttl: TTL, data })) }
}

function ofAgent(name: string, type: string, table: LookupTable, upstream: Upstream): Found {
  const answer = table.lookup(name, type)
  if (answer.kind === 'upstream') return ofUpstream(name, type, upstream)
  const answers = answer.records.map(({ name: owner, type: own, data }): Answer => {
    const record = { name: owner.replace(/\.$/, ''), ttl: TTL }
    return own === 'CNAME' ? { ...record, type: own, data: data.replace(/\.$/, '') } : { ...record, type: own, data }
  })
  return { flags: AUTHORITATIVE | RECURSION_AVAILABLE, answers }
}

function decoded(message: Uint8Array): Packet | undefined {
  try {
    return decode(Buffer.from(message))
  } catch {
    return undefined
  }
}

/** How much the client takes, by the query's EDNS record. */
function limitOf({ additionals = [] }: Packet, plain: number): number {
  const edns = additionals.find(({ type }) => type === 'OPT')
  return edns?.type === 'OPT' ? Math.max(plain, edns.udpPayloadSize ?? 0) : plain
}

/**
 * @param table of the proxy's own server, which asks the resolver behind it for other names
 * @returns undefined for what is not a query
 */
export function dnsAnswer(
  { server, message, limit }: DnsRequest,
  table: LookupTable,
  upstream: Upstream,
): Uint8Array | undefined {
  const query = decoded(message)
  const [question] = query?.questions ?? []
  if (query?.type !== 'query' || !question) return undefined
  const { name, type } = question
  const { flags, answers } =
    server === 'agent' ? ofAgent(name, type, table, upstream) : ofUpstream(name, type, upstream)
  const asked = (query.flags ?? 0) & RECURSION_DESIRED
  const reply: Packet = { type: 'response', id: query.id, flags: flags | asked, questions: [question], answers }
  const bytes = encode(reply)
  if (bytes.length <= limitOf(query, limit)) return bytes
  return encode({ ...reply, flags: (reply.flags ?? 0) | TRUNCATED, answers: [] })
}
