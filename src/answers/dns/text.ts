/** Answers in dig's format: comments begin with a semicolon, records are zone text. */
import { ipFamily } from '../../common/addresses.ts'
import type { AddressOwner } from '../../dns/address-owners.ts'
import type { NameExplainer, Reason } from '../../dns/explain.ts'
import { type Answer, type DnsRecord, TTL } from '../../dns/lookup-table.ts'
import { PLAIN_UDP_BYTES, responseSize } from '../../dns/message.ts'
import { absolute } from '../../dns/name-index.ts'
import { type Line, type Span, styled } from '../../formats/spans.ts'
import { describeResource } from '../../kinds/resource.ts'
import type { Proxy } from '../../proxy/proxy.ts'
import type { Location } from '../../sources/location.ts'
import type { Asked, Question } from './message.ts'

interface DigContext {
  readonly explainer: NameExplainer
  /** Suggest similar names, which compares with every name of the mesh. */
  readonly suggests: boolean
  readonly proxy: Proxy
}

type Answered = Extract<Answer, { kind: 'answer' }>

const BLANK: Line = []

const comment = (...spans: readonly Span[]): Line => [styled('dim', ';; '), ...spans]

function placeText(location: Location | undefined): string {
  if (!location) return ''
  const { file, line } = location.position()
  return `${file}:${line}`
}

/** The questions, and the proxy that answers. */
export interface DigAnswer {
  /** The program's version. */
  readonly version: string
  /** The release as text. */
  readonly release: string
  readonly asked: readonly Asked[]
  readonly proxy: Proxy
  /** The proxy's description. */
  readonly proxyText: string
  readonly explainer: NameExplainer
}

/** The proxy, and what the answers mean if it does not capture DNS. */
function* headerLines({ version, release, asked, proxy, proxyText }: DigAnswer): Iterable<Line> {
  const [first] = asked
  const what =
    asked.length === 1 && first ? `${first.question.name} ${first.question.type}` : `${asked.length} questions`
  yield [styled('dim', `; <<>> vipctl ${version} <<>> ${what}`)]
  yield [styled('dim', `; ${release}`)]
  yield [styled('dim', '; proxy: '), styled('heading', proxyText)]
  if (proxy.dnsCapture) return
  yield comment(
    styled('warning', 'DNS capture is off: queries of applications never reach this table, they go to the resolvers'),
  )
  yield comment(
    styled('warning', 'of resolv.conf. This is what the table would answer. --meta DNS_CAPTURE=true turns it on.'),
  )
}

function* questionLines(name: string, type: string): Iterable<Line> {
  yield comment('QUESTION SECTION:')
  yield [`;${absolute(name)}  IN  ${type}`]
}

/** The object and rule behind each address, once per object. */
function* originLines(record: DnsRecord, { explainer }: DigContext): Iterable<Line> {
  for (const { what, location, why } of explainer.originsOf(record.record, record.data)) {
    yield [styled('dim', `; ${placeText(location)}  `), `${what}: ${why}`]
  }
}

/** Why the name in the question differs from the owner of the addresses, or from the name in the table. */
function* aliasLines(name: string, answer: Answered, { proxy }: DigContext): Iterable<Line> {
  const [first] = answer.records
  if (first?.type === 'CNAME') {
    yield [
      styled(
        'dim',
        `; the DNS server knows names with the search domain ${proxy.search[0]} added, and answers at once`,
      ),
    ]
  }
  if (answer.matched.startsWith('*')) yield [styled('dim', `; ${absolute(name)} is covered by ${answer.matched}`)]
}

function* recordLines(
  name: string,
  answer: Answered,
  records: readonly DnsRecord[],
  context: DigContext,
): Iterable<Line> {
  const width = Math.max(...records.map((record) => record.name.length))
  yield comment('ANSWER SECTION:')
  yield* aliasLines(name, answer, context)
  for (const record of records) {
    yield [
      styled('name', record.name.padEnd(width)),
      `  ${TTL}  IN  ${record.type.padEnd(5)}  `,
      styled('good', record.data),
    ]
    if (record.type !== 'CNAME') yield* originLines(record, context)
  }
}

const byTypeAndData = (a: DnsRecord, b: DnsRecord): number =>
  Number(b.type === 'CNAME') - Number(a.type === 'CNAME') || (a.data < b.data ? -1 : a.data > b.data ? 1 : 0)

/** CNAMEs first, then addresses, sorted because the server's order is random. */
const sorted = (answer: Answered): readonly DnsRecord[] => [...answer.records].sort(byTypeAndData)

/** The answer to "why": the line that people look for, so it is the only bright one. */
function reasonLine(label: string, { text, what, location }: Reason): Line {
  const place = what ? [`${placeText(location)}  `, styled('heading', `${what}: `)] : []
  return comment(styled('warning', `${label}: `), ...place, styled('heading', text))
}

function* sizeLines(name: string, type: string, records: readonly DnsRecord[]): Iterable<Line> {
  if (type !== 'A' && type !== 'AAAA') return
  const size = responseSize(name, records)
  const large = size > PLAIN_UDP_BYTES ? ` (over ${PLAIN_UDP_BYTES}: plain UDP gets names compressed, then TC)` : ''
  yield comment(`MSG SIZE  rcvd: ${size}${large}`)
}

function assumesOrder(answer: Answered, reasons: readonly Reason[], { explainer }: DigContext): boolean {
  if (reasons.some((reason) => reason.orderAssumed)) return true
  return answer.records.some((record) =>
    explainer.originsOf(record.record, record.data).some((origin) => origin.orderAssumed),
  )
}

function* answeredLines(name: string, type: string, answer: Answered, context: DigContext): Iterable<Line> {
  const records = sorted(answer)
  yield comment('->>HEADER<<- opcode: QUERY, status: NOERROR, id: 0')
  yield comment(`flags: qr aa rd; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 0`)
  yield BLANK
  yield* questionLines(name, type)
  yield BLANK
  if (records.length > 0) {
    yield* recordLines(name, answer, records, context)
    yield BLANK
  } else {
    for (const reason of context.explainer.reasonsFor(name, type, answer)) yield reasonLine('no record', reason)
  }
  const unused = context.explainer.unusedOf(answer.record)
  for (const reason of unused) yield reasonLine('not used', reason)
  if (assumesOrder(answer, unused, context)) yield comment('order assumed: creation times are missing or equal')
  yield* sizeLines(name, type, records)
}

/** The name that was tried last, and the type. */
const lastQuestion = ({ question, steps }: Asked): Question => ({
  ...question,
  name: steps.at(-1)?.name ?? question.name,
})

/** More are counted. */
const MOST_OWNERS = 10

function ownerLine({ host, resource, location, why, inTable }: AddressOwner): Line {
  const isHidden = host !== '' && !inTable
  const note = isHidden ? ', not in the name table of this proxy' : ''
  const rest = `${placeText(location)}  ${describeResource(resource)}: ${why}${note}`
  return comment(styled('warning', 'owner: '), ...(host === '' ? [] : [styled('good', host), '  ']), rest)
}

/** What has the address of the question. */
function* ownerLines({ question: { address, type }, owners }: Asked, { explainer }: DigContext): Iterable<Line> {
  if (address === undefined || owners === undefined) return
  for (const owner of owners.slice(0, MOST_OWNERS)) yield ownerLine(owner)
  if (owners.length > MOST_OWNERS) yield comment(`owners: ${owners.length - MOST_OWNERS} more; -o json lists them`)
  if (owners.length === 0) {
    const range = explainer.rangeOf(address)
    const place = range === undefined ? '' : `, which lies in the range of automatic addresses ${range}`
    yield comment(`owner: nothing in the input has the address ${address}${place}`)
  }
  if (type !== 'PTR') yield comment(`${address} is an address, not a name: -x asks for its name`)
}

function* forwardedLines(asked: Asked, answer: Answer, context: DigContext): Iterable<Line> {
  const { name, type } = lastQuestion(asked)
  const { explainer, suggests } = context
  const reasons = explainer.reasonsFor(name, type, answer)
  const known = answer.kind === 'upstream' && answer.reason === 'other-type'
  const nearest = suggests && !known && ipFamily(name) === 0 ? explainer.nearestNames(name) : []
  yield comment(styled('warning', 'forwarded upstream'), ': the resolvers of resolv.conf answer')
  for (const reason of reasons) yield reasonLine('why', reason)
  if (reasons.some((reason) => reason.orderAssumed)) {
    yield comment('order assumed: creation times are missing or equal')
  }
  if (nearest.length > 0) yield comment(`nearest names: ${nearest.join(' ')}`)
  yield* ownerLines(asked, context)
  yield BLANK
  yield* questionLines(name, type)
}

function* stepLines({ question, steps }: Asked): Iterable<Line> {
  const [first] = steps
  if (steps.length < 2 && absolute(first?.name ?? '') === absolute(question.name)) return
  yield comment(`${question.name} is tried with the search domains:`)
  for (const { name, answer } of steps) {
    const found =
      answer.kind === 'upstream' ? 'forwarded upstream' : answer.records.length > 0 ? 'answered' : 'no record'
    yield comment(`  ${name}  ${found}`)
  }
  yield BLANK
}

/** One question and its answer; of several names that a resolver tries, the last one applies. */
function* answerLines(asked: Asked, context: DigContext): Iterable<Line> {
  const last = asked.steps.at(-1)
  if (!last) return
  const { type } = asked.question
  yield BLANK
  yield* stepLines(asked)
  if (last.answer.kind === 'answer') yield* answeredLines(last.name, type, last.answer, context)
  else yield* forwardedLines(asked, last.answer, context)
}

/** With more questions than this, no similar names are suggested. */
const MOST_SUGGESTED = 100

export function* digLines(answer: DigAnswer): Iterable<Line> {
  const { asked, explainer, proxy } = answer
  yield* headerLines(answer)
  const context = { explainer, suggests: asked.length <= MOST_SUGGESTED, proxy }
  for (const each of asked) yield* answerLines(each, context)
}

/** The data of the records only. */
export function* shortLines(asked: readonly Asked[]): Iterable<Line> {
  for (const { steps } of asked) {
    const answer = steps.at(-1)?.answer
    if (answer?.kind === 'answer') for (const record of sorted(answer)) yield [record.data]
  }
}
