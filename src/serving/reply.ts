/** Writes responses (Msg.SetReply, Truncate and Pack of miekg/dns, as the agent uses them). */
import {
  FLAG,
  HEADER,
  OPCODE_MASK,
  opcodeOf,
  RCODE,
  RCODE_MASK,
  RECORD_FIXED,
  TYPE,
  TYPE_AND_CLASS,
  writeUint16,
} from './format.ts'
import { CompressedNames, readName } from './names.ts'
import { type Prepared, writeFixed } from './prepared.ts'
import type { Question, Request } from './request.ts'
import type { Slab, Slice } from './slab.ts'

const QUERY = 0

/** The flags of a response to a request that was understood. */
function replyBits(bits: number, rcode: number): number {
  const kept = opcodeOf(bits) === QUERY ? bits & (FLAG.recursionDesired | FLAG.checkingDisabled) : 0
  return FLAG.response | (bits & OPCODE_MASK) | kept | rcode
}

/** The flags of a response to a request that was not: those of the request, except a few. */
function rejectedBits(bits: number, rcode: number): number {
  const opcode = rcode === RCODE.notImplemented ? bits & OPCODE_MASK : 0
  return (bits & ~(OPCODE_MASK | RCODE_MASK | FLAG.authoritative | FLAG.zero)) | FLAG.response | opcode | rcode
}

function writeHeader(out: Uint8Array, at: number, id: number, bits: number, questions: number, answers: number): void {
  writeUint16(out, at, id)
  writeUint16(out, at + 2, bits)
  writeUint16(out, at + 4, questions)
  writeUint16(out, at + 6, answers)
  out.fill(0, at + 8, at + HEADER)
}

/** The question's name as asked, without pointers. */
const askedName = (message: Uint8Array, { isPlain, nameEnd }: Question): Uint8Array =>
  isPlain ? message.subarray(HEADER, nameEnd) : readName(message, HEADER)

/** Takes a part of the slab, with header and question. @returns the offset after the question */
function writeQuestion(out: Uint8Array, start: number, name: Uint8Array, { type, class: of }: Question): number {
  out.set(name, start)
  const at = start + name.length
  writeUint16(out, at, type)
  writeUint16(out, at + 2, of)
  return at + TYPE_AND_CLASS
}

/** An error, with the question if there is one. */
function errorReply(message: Uint8Array, id: number, bits: number, question: Question | undefined, slab: Slab): Slice {
  const name = question && askedName(message, question)
  const out = slab.take(HEADER + (name ? name.length + TYPE_AND_CLASS : 0))
  writeHeader(out.buffer, out.start, id, bits, name ? 1 : 0, 0)
  if (name) writeQuestion(out.buffer, out.start + HEADER, name, question)
  return out
}

/** The response to a request that is rejected. */
export function rejection(message: Uint8Array, request: Extract<Request, { kind: 'rejected' }>, slab: Slab): Slice {
  const { rcode, question } = request
  const id = ((message[0] as number) << 8) | (message[1] as number)
  const bits = ((message[2] as number) << 8) | (message[3] as number)
  const reply = rcode === RCODE.refused ? replyBits(bits, rcode) : rejectedBits(bits, rcode)
  return errorReply(message, id, reply, question, slab)
}

/** The response when no upstream answers. */
export function serverFailure(message: Uint8Array, question: Question, slab: Slab): Slice {
  return errorReply(message, question.id, replyBits(question.bits, RCODE.serverFailure), question, slab)
}

const below = (end: number): number => Math.floor(Math.random() * end)

/** Puts the addresses at the end of a response into a random order. */
function shuffle(out: Uint8Array, end: number, { addresses, owner }: Prepared): void {
  const size = addresses[0]?.length ?? 0
  const stride = owner.length + RECORD_FIXED + size
  for (let last = addresses.length - 1; last > 0; last--) {
    const other = below(last + 1)
    if (other === last) continue
    const a = end - size - stride * (addresses.length - 1 - last)
    const b = end - size - stride * (addresses.length - 1 - other)
    for (let index = 0; index < size; index++) {
      const byte = out[a + index] as number
      out[a + index] = out[b + index] as number
      out[b + index] = byte
    }
  }
}

function inRandomOrder<T>(items: readonly T[]): T[] {
  const out = [...items]
  for (let last = out.length - 1; last > 0; last--) {
    const other = below(last + 1)
    const item = out[last] as T
    out[last] = out[other] as T
    out[other] = item
  }
  return out
}

/** One record of a response with compressed names. */
interface CompressedRecord {
  readonly owner: Uint8Array
  readonly type: number
  readonly data: Uint8Array
}

function recordsOf({ cname, owner, type, addresses }: Prepared): CompressedRecord[] {
  const addressed = inRandomOrder(addresses).map((data) => ({ owner, type, data }))
  return cname ? [{ owner: cname.owner, type: TYPE.cname, data: cname.target }, ...addressed] : addressed
}

/** @returns the offset after the record, or undefined if it does not fit */
function writeCompressed(
  names: CompressedNames,
  { buffer }: Slice,
  start: number,
  end: number,
  { owner, type, data }: CompressedRecord,
): number | undefined {
  const fixed = names.write(start, owner, end)
  if (fixed === undefined) return undefined
  const at = fixed + RECORD_FIXED
  let after: number | undefined = at + data.length
  if (type === TYPE.cname) after = names.write(at, data, end)
  else if (after <= end) buffer.set(data, at)
  if (after === undefined || after > end) return undefined
  writeFixed(buffer, fixed, type, after - at)
  return after
}

/** A response with compressed names, and only those records that fit. */
function truncated(name: Uint8Array, question: Question, prepared: Prepared, limit: number, slab: Slab): Slice {
  const out = slab.take(limit)
  const { buffer, start } = out
  const end = start + limit
  const names = new CompressedNames(buffer, start)
  // The question fits, because its name has at most 255 bytes.
  const typed = names.write(start + HEADER, name, end) as number
  writeUint16(buffer, typed, question.type)
  writeUint16(buffer, typed + 2, question.class)
  const records = recordsOf(prepared)
  let at = typed + TYPE_AND_CLASS
  let count = 0
  for (const record of records) {
    const after = writeCompressed(names, out, at, end, record)
    if (after === undefined) break
    at = after
    count++
  }
  const cut = count < records.length ? FLAG.truncated : 0
  const bits = replyBits(question.bits, RCODE.noError) | FLAG.authoritative | cut
  writeHeader(buffer, start, question.id, bits, 1, count)
  return slab.shorten(out, at - start)
}

/**
 * The response from the table.
 * @param limit the most bytes that the client takes
 */
export function answerReply(
  message: Uint8Array,
  question: Question,
  prepared: Prepared,
  limit: number,
  slab: Slab,
): Slice {
  const name = askedName(message, question)
  const { bytes, addresses, cname } = prepared
  const length = HEADER + name.length + TYPE_AND_CLASS + bytes.length
  if (length > limit) return truncated(name, question, prepared, limit, slab)
  const out = slab.take(length)
  const { buffer, start } = out
  const bits = replyBits(question.bits, RCODE.noError) | FLAG.authoritative
  writeHeader(buffer, start, question.id, bits, 1, addresses.length + (cname ? 1 : 0))
  buffer.set(bytes, writeQuestion(buffer, start + HEADER, name, question))
  if (addresses.length > 1) shuffle(buffer, start + length, prepared)
  return out
}
