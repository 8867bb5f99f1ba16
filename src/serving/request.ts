/**
 * Reads requests and judges them as the server of miekg/dns does (server.go, acceptfunc.go and Msg.Unpack of v1.1.72),
 * which is behind the agent's.
 */
import { FLAG, HEADER, opcodeOf, RCODE, readUint16, TYPE, TYPE_AND_CLASS } from './format.ts'
import { POINTER, skipName } from './names.ts'
import { readRecord } from './records.ts'

const QUERY = 0
const NOTIFY = 4
/** The most records of the answer, authority and additional sections of a request. */
const MOST_RECORDS = [1, 1, 2] as const

/** The question of a request. */
export interface Question {
  readonly id: number
  /** The second word of the header. */
  readonly bits: number
  /** The offset after the name; the name begins after the header. */
  readonly nameEnd: number
  /** Whether the name is certainly written without pointers. */
  readonly isPlain: boolean
  readonly type: number
  readonly class: number
  /** The offset after the question. */
  readonly end: number
  /** The UDP size that the client offers by EDNS0; 0 if it does not. */
  readonly udpSize: number
}

export type Request =
  /** Gets no response. */
  | { readonly kind: 'ignored' }
  /** Gets an error; the question is repeated if it could be read. */
  | { readonly kind: 'rejected'; readonly rcode: number; readonly question: Question | undefined }
  | { readonly kind: 'question'; readonly question: Question }

const IGNORED: Request = { kind: 'ignored' }
const rejected = (rcode: number, question?: Question): Request => ({ kind: 'rejected', rcode, question })

/** The verdict on the header alone; undefined if it is accepted. */
function headerVerdict(message: Uint8Array, bits: number): Request | undefined {
  if ((bits & FLAG.response) !== 0) return IGNORED
  const opcode = opcodeOf(bits)
  if (opcode !== QUERY && opcode !== NOTIFY) return rejected(RCODE.notImplemented)
  if (readUint16(message, 4) !== 1) return rejected(RCODE.formatError)
  for (const [index, most] of MOST_RECORDS.entries()) {
    if (readUint16(message, 6 + 2 * index) > most) return rejected(RCODE.formatError)
  }
  return undefined
}

/** A message may end after the name, or after the type. */
function readQuestion(message: Uint8Array, bits: number, length: number): Question | undefined {
  const nameEnd = skipName(message, HEADER, length)
  if (nameEnd === undefined) return undefined
  const rest = length - nameEnd
  if (rest === 1 || rest === 3) return undefined
  return {
    id: readUint16(message, 0),
    bits,
    nameEnd,
    isPlain: message[nameEnd - 1] === 0 && (message[nameEnd - 2] as number) < POINTER,
    type: rest >= 2 ? readUint16(message, nameEnd) : 0,
    class: rest >= 4 ? readUint16(message, nameEnd + 2) : 0,
    end: Math.min(length, nameEnd + TYPE_AND_CLASS),
    udpSize: 0,
  }
}

/**
 * Reads the records after the question. Counts that promise more records than there are do no harm.
 * @returns the UDP size that the client offers, or undefined if a record is invalid
 */
function readOfferedSize(message: Uint8Array, start: number, length: number): number | undefined {
  let at = start
  let size = 0
  for (let section = 0; section < MOST_RECORDS.length; section++) {
    const count = readUint16(message, 6 + 2 * section)
    for (let index = 0; index < count && at < length; index++) {
      const record = readRecord(message, at, length)
      if (!record) return undefined
      at = record.end
      if (section === 2 && record.type === TYPE.opt) size = record.class
    }
  }
  return size
}

/**
 * @param message one message; what follows it is ignored
 * @param length of the message
 */
export function readRequest(message: Uint8Array, length: number): Request {
  if (length < HEADER) return IGNORED
  const bits = readUint16(message, 2)
  const verdict = headerVerdict(message, bits)
  if (verdict) return verdict
  // A header alone is a valid message without a question, whatever it counts.
  if (length === HEADER) return rejected(RCODE.refused)
  const question = readQuestion(message, bits, length)
  if (!question) return rejected(RCODE.formatError)
  if (question.end === length) return { kind: 'question', question }
  const udpSize = readOfferedSize(message, question.end, length)
  if (udpSize === undefined) return rejected(RCODE.formatError, question)
  return { kind: 'question', question: udpSize === 0 ? question : { ...question, udpSize } }
}
