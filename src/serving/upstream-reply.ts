/** Judges what an upstream sends, as the client of miekg/dns does (client.go and Msg.Unpack of v1.1.72). */
import { FLAG, HEADER, readUint16, TYPE_AND_CLASS, writeUint16 } from './format.ts'
import { lower, readName, skipName } from './names.ts'
import { readRecord } from './records.ts'
import type { Question } from './request.ts'

/** What is really in a message, whatever its header counts. */
interface Contents {
  readonly questions: number
  /** Of the answer, authority and additional sections. */
  readonly records: readonly number[]
  readonly end: number
}

const SECTIONS = [6, 8, 10] as const

function readQuestions(message: Uint8Array, length: number): { count: number; end: number } | undefined {
  const promised = readUint16(message, 4)
  let end = HEADER
  let count = 0
  for (; count < promised && (count === 0 || end < length); count++) {
    const name = skipName(message, end, length)
    if (name === undefined || length - name === 1 || length - name === 3) return undefined
    end = Math.min(length, name + TYPE_AND_CLASS)
  }
  return count === promised ? { count, end } : undefined
}

function readContents(message: Uint8Array, length: number): Contents | undefined {
  if (length === HEADER) return { questions: 0, records: [0, 0, 0], end: HEADER }
  const questions = readQuestions(message, length)
  if (!questions) return undefined
  let at = questions.end
  const records: number[] = []
  for (const section of SECTIONS) {
    const promised = readUint16(message, section)
    let count = 0
    for (; count < promised && at < length; count++) {
      const record = readRecord(message, at, length)
      if (!record) return undefined
      at = record.end
    }
    records.push(count)
  }
  return { questions: questions.count, records, end: at }
}

/** Whether the first question of a reply is the one that was asked, in any letter case. */
function isAnswerTo(reply: Uint8Array, length: number, asked: Uint8Array, question: Question): boolean {
  const end = skipName(reply, HEADER, length)
  if (end === undefined || end + TYPE_AND_CLASS > length) return false
  const name = readName(reply, HEADER)
  const wanted = readName(asked, HEADER)
  const isSame = name.length === wanted.length && name.every((byte, at) => lower(byte) === lower(wanted[at] as number))
  return isSame && readUint16(reply, end) === question.type && readUint16(reply, end + 2) === question.class
}

/** A question that was forwarded. */
export interface Forwarded {
  readonly message: Uint8Array
  readonly question: Question
}

/**
 * Judges a message that has the ID of a forwarded question, and makes it a response to the client: with the client's ID,
 * and counts that are true.
 * @returns the response; `broken` if it cannot be read; `other` if it is not an answer to the question
 */
export function readUpstreamReply(
  reply: Uint8Array,
  { message, question }: Forwarded,
): Uint8Array | 'broken' | 'other' {
  if (reply.length < HEADER) return 'broken'
  if ((readUint16(reply, 2) & FLAG.response) === 0) return 'other'
  const contents = readContents(reply, reply.length)
  if (!contents) return 'broken'
  if (contents.questions > 0 && !isAnswerTo(reply, reply.length, message, question)) return 'other'
  const out = reply.subarray(0, contents.end)
  writeUint16(out, 0, question.id)
  writeUint16(out, 4, contents.questions)
  for (const [index, section] of SECTIONS.entries()) writeUint16(out, section, contents.records[index] as number)
  return out
}
