/** Answers one DNS message: as the proxy's own server, or as the resolver behind it. */
import { type Answer, decode, encode, type Packet, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet'
import { type LookupTable, TTL } from '../../dns/lookup-table.ts'
import type { NameRecord } from '../../dns/name-table.ts'
import { Responder } from '../../serving/responder.ts'
import type { DnsRequest } from '../messages.ts'
import type { Upstream } from './upstream.ts'

const NAME_ERROR = 3

interface Found {
  readonly isKnown: boolean
  readonly answers: Answer[]
}

const isAddressType = (type: string): type is 'A' | 'AAAA' => type === 'A' || type === 'AAAA'

function found(name: string, type: string, upstream: Upstream): Found {
  const addresses = upstream.addressesOf(name, isAddressType(type) ? type : 'A')
  if (!addresses || !isAddressType(type)) return { isKnown: addresses !== undefined, answers: [] }
  return { isKnown: true, answers: addresses.map((data) => ({ name, type, ttl: TTL, data })) }
}

function decoded(message: Uint8Array): Packet | undefined {
  try {
    return decode(Buffer.from(message))
  } catch {
    return undefined
  }
}

/** The resolver behind a proxy. Its answers are small, so they fit every client. */
function upstreamAnswer(message: Uint8Array, upstream: Upstream): Uint8Array | undefined {
  const query = decoded(message)
  const [question] = query?.questions ?? []
  if (query?.type !== 'query' || !question) return undefined
  const { isKnown, answers } = found(question.name, question.type, upstream)
  const flags = RECURSION_AVAILABLE | ((query.flags ?? 0) & RECURSION_DESIRED) | (isKnown ? 0 : NAME_ERROR)
  return encode({ type: 'response', id: query.id, flags, questions: [question], answers })
}

export type DnsServer = (request: DnsRequest) => Uint8Array | undefined

/**
 * @param table of the proxy, whose server asks the resolver behind it for other names
 * @returns a function that answers messages, and returns undefined for those that get no answer
 */
export function dnsServer(table: LookupTable, upstream: Upstream): DnsServer {
  const responder = new Responder<NameRecord>(table)
  return ({ server, message, transport }) => {
    if (server === 'upstream') return upstreamAnswer(message, upstream)
    const response = responder.respond(message, message.length, transport)
    if (response.kind === 'ignored') return undefined
    if (response.kind === 'forward') return upstreamAnswer(message, upstream)
    const { buffer, start, length } = response.reply
    return buffer.slice(start, start + length)
  }
}
