/** Answers messages from one table, as the DNS server of the agent does (ServeDNS in pkg/dns/client/dns.go). */
import type { NameIndex } from '../dns/name-index.ts'
import { HEADER, LARGEST_MESSAGE, LEAST_UDP, TYPE } from './format.ts'
import { lower, nameText, readName } from './names.ts'
import { type Prepared, prepare } from './prepared.ts'
import { answerReply, rejection, serverFailure } from './reply.ts'
import { type Question, readRequest } from './request.ts'
import { Slab, type Slice } from './slab.ts'

export type Transport = 'udp' | 'tcp'

export type Response<R> =
  /** The message gets no response. */
  | { readonly kind: 'ignored' }
  | {
      readonly kind: 'reply'
      readonly reply: Slice
      /** The record that answers; undefined for an error. */
      readonly record: R | undefined
    }
  /** The question is for the upstream resolvers. */
  | { readonly kind: 'forward'; readonly question: Question }

const IGNORED = { kind: 'ignored' } as const

/** What the table says about one name; `record` is undefined if it does not have it. */
interface Known<R> {
  /** In lower case. */
  readonly name: Uint8Array
  readonly record: R | undefined
  readonly ipv4: Prepared | undefined
  readonly ipv6: Prepared | undefined
}

/** Slots for names, in pairs. */
const FEWEST_SLOTS = 1 << 10
const MOST_SLOTS = 1 << 17
/** Kept answers are dropped when they have this many bytes, so that a client cannot fill the memory with names. */
const MOST_BYTES = 1 << 25
/** Roughly what a kept name takes besides its bytes. */
const OVERHEAD = 256

const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** The hash of a name in lower case. */
function hashOf(name: Uint8Array, start: number, end: number): number {
  let hash = FNV_BASIS
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ lower(name[at] as number), FNV_PRIME)
  return hash ^ (hash >>> 15)
}

/** @param known in lower case */
function isSameName(known: Uint8Array, name: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let at = 0; at < known.length; at++) if (known[at] !== lower(name[start + at] as number)) return false
  return true
}

/** The most bytes that the client of a question takes. */
export const limitOf = ({ udpSize }: Question, transport: Transport): number =>
  transport === 'tcp' ? LARGEST_MESSAGE : Math.max(LEAST_UDP, udpSize)

/** @typeParam R what the table knows of a record */
export class Responder<R> {
  readonly #index: NameIndex<R>
  readonly #slab = new Slab()
  readonly #slots: (Known<R> | undefined)[]
  #bytes = 0

  /** @param index must not change any more */
  constructor(index: NameIndex<R>) {
    this.#index = index
    let slots = FEWEST_SLOTS
    while (slots < MOST_SLOTS && slots < 4 * index.size) slots *= 2
    this.#slots = new Array<Known<R> | undefined>(slots).fill(undefined)
  }

  /**
   * @param message as received
   * @param length of the message
   */
  respond(message: Uint8Array, length: number, transport: Transport): Response<R> {
    const request = readRequest(message, length)
    if (request.kind === 'ignored') return IGNORED
    if (request.kind === 'rejected') {
      return { kind: 'reply', reply: rejection(message, request, this.#slab), record: undefined }
    }
    const { question } = request
    const known = this.#known(message, question)
    const prepared = question.type === TYPE.a ? known.ipv4 : question.type === TYPE.aaaa ? known.ipv6 : undefined
    if (!prepared) return { kind: 'forward', question }
    const reply = answerReply(message, question, prepared, limitOf(question, transport), this.#slab)
    return { kind: 'reply', reply, record: known.record }
  }

  /** The response when no upstream answers a forwarded question. */
  failure(message: Uint8Array, question: Question): Slice {
    return serverFailure(message, question, this.#slab)
  }

  #known(message: Uint8Array, { isPlain, nameEnd }: Question): Known<R> {
    const name = isPlain ? message : readName(message, HEADER)
    const start = isPlain ? HEADER : 0
    const end = isPlain ? nameEnd : name.length
    const slot = hashOf(name, start, end) & (this.#slots.length - 1)
    const first = this.#slots[slot]
    if (first && isSameName(first.name, name, start, end)) return first
    const second = this.#slots[slot ^ 1]
    if (second && isSameName(second.name, name, start, end)) return second
    const made = this.#lookUp(name.slice(start, end).map(lower))
    this.#keep(made, slot, first)
    return made
  }

  #keep(made: Known<R>, slot: number, before: Known<R> | undefined): void {
    this.#bytes += OVERHEAD + made.name.length + 2 * ((made.ipv4?.bytes.length ?? 0) + (made.ipv6?.bytes.length ?? 0))
    if (this.#bytes > MOST_BYTES) {
      this.#slots.fill(undefined)
      this.#bytes = 0
    } else this.#slots[slot ^ 1] = before
    this.#slots[slot] = made
  }

  #lookUp(name: Uint8Array): Known<R> {
    const text = nameText(name)
    const ipv4 = this.#index.lookup(text, 'A')
    const ipv6 = this.#index.lookup(text, 'AAAA')
    if (ipv4.kind === 'upstream' || ipv6.kind === 'upstream') {
      return { name, record: undefined, ipv4: undefined, ipv6: undefined }
    }
    return { name, record: ipv4.record, ipv4: prepare(ipv4, 'A'), ipv6: prepare(ipv6, 'AAAA') }
  }
}
