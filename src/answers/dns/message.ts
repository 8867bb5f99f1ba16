/** DNS answers as data, for `dig -o json`. */
import type { AddressOwner } from '../../dns/address-owners.ts'
import { type Answer, recordText } from '../../dns/lookup-table.ts'
import { absolute } from '../../dns/name-index.ts'
import type { SearchStep } from '../../dns/search.ts'
import type { IsAssumed } from '../assumed.ts'
import { placeMessage } from '../place.ts'
import type * as Shapes from '../shapes/dns.ts'

export interface Question {
  /** With or without its final dot. */
  readonly name: string
  readonly type: string
  /** The address that it is about: that of a reverse question, or one in place of a name. */
  readonly address?: string
}

/** A question and the names that were tried: one, unless search domains were added. */
export interface Asked {
  readonly question: Question
  readonly steps: readonly SearchStep[]
  /** Of a question about an address. */
  readonly owners?: readonly AddressOwner[]
}

export function answerMessage(question: Question, answer: Answer): Shapes.DnsAnswer {
  const { type } = question
  const name = absolute(question.name)
  if (answer.kind === 'upstream') return { name, type, upstream: true }
  const texts = answer.records.map((record) => ({ cname: record.type === 'CNAME', text: recordText(record) }))
  const sorted = texts.sort(
    (a, b) => Number(b.cname) - Number(a.cname) || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0),
  )
  return { name, type, answers: sorted.map(({ text }) => text) }
}

function ownerMessage({ host, resource, location, why, inTable }: AddressOwner): Shapes.AddressOwner {
  const { kind, meta } = resource
  const { namespace, name } = meta
  return { ...(host && { host }), kind, namespace, name, location: placeMessage(location), why, inNameTable: inTable }
}

/**
 * The form of `-o json`: one answer for each name that was tried.
 * @param isAssumed of the addresses of the mesh
 */
export const answersMessage = (asked: readonly Asked[], isAssumed: IsAssumed): readonly Shapes.DnsAnswer[] =>
  asked.flatMap(({ question: { type }, steps, owners }) =>
    steps.map(({ name, answer }): Shapes.DnsAnswer => {
      const assumed = answer.kind === 'answer' && answer.records.some(({ data }) => isAssumed(data))
      return {
        ...answerMessage({ name, type }, answer),
        ...(assumed && { assumed }),
        ...(owners && { owners: owners.map(ownerMessage) }),
      }
    }),
  )
