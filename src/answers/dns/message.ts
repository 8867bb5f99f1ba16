/** DNS answers as data, for `dig -o json`. */
import { type Answer, absolute, recordText } from '../../dns/lookup-table.ts'
import type { SearchStep } from '../../dns/search.ts'
import type { IsAssumed } from '../assumed.ts'

export interface AnswerMessage {
  readonly name: string
  readonly type: string
  /** `OWNER TTL IN TYPE DATA`, CNAMEs first; absent when the query is forwarded. */
  readonly answers?: readonly string[]
  readonly upstream?: true
  /** Some of the addresses are assumed. */
  readonly assumed?: true
}

export interface Question {
  /** With or without its final dot. */
  readonly name: string
  readonly type: string
}

/** A question and the names that were tried: one, unless search domains were added. */
export interface Asked {
  readonly question: Question
  readonly steps: readonly SearchStep[]
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

/**
 * The form of `-o json`: one answer for each name that was tried.
 * @param isAssumed of the addresses of the mesh
 */
export const answersMessage = (asked: readonly Asked[], isAssumed: IsAssumed): readonly AnswerMessage[] =>
  asked.flatMap(({ question: { type }, steps }) =>
    steps.map(({ name, answer }): AnswerMessage => {
      const assumed = answer.kind === 'answer' && answer.records.some(({ data }) => isAssumed(data))
      return { ...answerMessage({ name, type }, answer), ...(assumed && { assumed }) }
    }),
  )
