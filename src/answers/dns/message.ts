/** DNS answers as data: what `dig -o json` prints. */
import { type Answer, absolute, recordText } from '../../dns/lookup-table.ts'

export interface AnswerMessage {
  readonly name: string
  readonly type: string
  /** `OWNER TTL IN TYPE DATA`, CNAMEs first; absent when the query is forwarded. */
  readonly answers?: readonly string[]
  readonly upstream?: true
}

export interface Question {
  /** With or without its final dot. */
  readonly name: string
  readonly type: string
}

export function answerMessage(question: Question, answer: Answer): AnswerMessage {
  const { type } = question
  const name = absolute(question.name)
  if (answer.kind === 'upstream') return { name, type, upstream: true }
  const texts = answer.records.map((record) => ({ cname: record.type === 'CNAME', text: recordText(record) }))
  const sorted = texts.sort(
    (a, b) => Number(b.cname) - Number(a.cname) || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0),
  )
  return { name, type, answers: sorted.map(({ text }) => text) }
}
