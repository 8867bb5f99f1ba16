/** What a message asks and answers, for people. */
import { ipText } from '../common/addresses.ts'
import { recordTypeText } from '../dns/record-types.ts'
import { HEADER, RCODE_MASK, RECORD_FIXED, readUint16, TYPE, TYPE_AND_CLASS } from './format.ts'
import { nameText, readName, skipName } from './names.ts'
import { readRecord } from './records.ts'
import type { Slice } from './slab.ts'

/** Names of response codes (IANA registry). */
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const

/** The most answers that are described. */
const MOST_ANSWERS = 16

export interface Described {
  /** The name with its final dot, and the type; '' if the message has no question. */
  readonly name: string
  readonly type: string
}

/** The question of a message. */
export function describeQuestion(message: Uint8Array): Described {
  const end =
    message.length > HEADER && readUint16(message, 4) > 0 ? skipName(message, HEADER, message.length) : undefined
  if (end === undefined) return { name: '', type: '' }
  const type = end + 2 <= message.length ? recordTypeText(readUint16(message, end)) : ''
  return { name: nameText(readName(message, HEADER)), type }
}

function addressText(bytes: Uint8Array): string {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return ipText(bytes.length === 4 ? 4 : 6, value)
}

/** Addresses and targets of CNAMEs; of other records the type. */
function dataText(message: Uint8Array, type: number, data: number, end: number): string {
  if (type === TYPE.a && end - data === 4) return addressText(message.subarray(data, end))
  if (type === TYPE.aaaa && end - data === 16) return addressText(message.subarray(data, end))
  return type === TYPE.cname ? nameText(readName(message, data)) : recordTypeText(type)
}

/** The code of a response, and the data of its answers. */
export function describeReply({ buffer, start, length }: Slice): { readonly code: string; readonly answers: string[] } {
  const message = buffer.subarray(start, start + length)
  const rcode = readUint16(message, 2) & RCODE_MASK
  const code = RCODES[rcode] ?? `RCODE${rcode}`
  const answers: string[] = []
  const afterName = readUint16(message, 4) > 0 ? skipName(message, HEADER, length) : HEADER - TYPE_AND_CLASS
  let at = (afterName ?? length) + TYPE_AND_CLASS
  for (let left = Math.min(MOST_ANSWERS, readUint16(message, 6)); left > 0; left--) {
    const fixed = skipName(message, at, length)
    const record = fixed === undefined ? undefined : readRecord(message, at, length)
    if (fixed === undefined || !record) break
    answers.push(dataText(message, record.type, fixed + RECORD_FIXED, record.end))
    at = record.end
  }
  return { code, answers }
}
