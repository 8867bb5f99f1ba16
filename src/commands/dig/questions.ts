/** The questions, from arguments or from the lines of a batch. */

import type { Question } from '../../answers/dns/message.ts'
import { DEFAULT_TYPE, typeProblem } from '../../answers/dns/question.ts'
import { ipFamily, ipValue } from '../../common/addresses.ts'
import { quoted, UserError } from '../../common/errors.ts'
import { nearest } from '../../common/nearest.ts'
import { nameProblem, parseRecordType, RECORD_TYPES } from '../../index.ts'
import type { DigOptions } from './options.ts'

/** The parsed arguments of the command. */
export interface Query {
  readonly question: Question | undefined
  readonly short: boolean
  /** Whether to try names with the search domains, as a resolver does. */
  readonly expand: boolean
}

const SWITCHES = ['+short', '+search'] as const

/** `4.3.2.1.in-addr.arpa`, or the nibbles of an IPv6 address under `ip6.arpa`. */
function reverseName(address: string): string {
  const family = ipFamily(address)
  if (family === 4) return `${address.split('.').reverse().join('.')}.in-addr.arpa`
  const value = ipValue(address)
  if (value === undefined) throw new UserError(`-x, --reverse: ${quoted(address)} is not an IP address`)
  return `${[...value.toString(16).padStart(32, '0')].reverse().join('.')}.ip6.arpa`
}

function readSwitch(word: string, switches: Set<string>): void {
  if (!(SWITCHES as readonly string[]).includes(word)) {
    const close = nearest(word, SWITCHES)
    throw new UserError(`unknown query option ${quoted(word)}`, close ? `did you mean ${close}?` : SWITCHES.join(', '))
  }
  switches.add(word)
}

function typeOf(words: readonly string[], options: DigOptions): string {
  const stated = [...words, ...(options.type === undefined ? [] : [options.type])]
  const [text, another] = stated
  if (another !== undefined) throw new UserError(`one record type at a time, not ${stated.map(quoted).join(' and ')}`)
  if (text === undefined) return DEFAULT_TYPE
  const type = parseRecordType(text)
  if (type === undefined) throw new UserError(typeProblem(text))
  return type
}

/** Like dig, accepts `MX example.com` for `example.com MX`; in capitals, because `a` and `mx` are also names. */
function nameFirst(words: readonly string[]): readonly string[] {
  const [first, second, ...more] = words
  const swapped = first !== undefined && second !== undefined && RECORD_TYPES.includes(first)
  return swapped && parseRecordType(second) === undefined ? [second, first, ...more] : words
}

/** @throws UserError */
export function parseQuery(operands: readonly string[], options: DigOptions): Query {
  const switches = new Set<string>()
  for (const word of operands) if (word.startsWith('+')) readSwitch(word, switches)
  const words = operands.filter((word) => !word.startsWith('+'))
  const form = { short: (options.short ?? false) || switches.has('+short'), expand: switches.has('+search') }
  if (options.reverse !== undefined) {
    if (words.length > 0) throw new UserError('-x, --reverse asks for the name of an address: give no name with it')
    return { ...form, question: { name: reverseName(options.reverse), type: 'PTR', address: options.reverse } }
  }
  const [name, ...types] = nameFirst(words)
  if (options.batch !== undefined) {
    if (name !== undefined) throw new UserError('--batch reads the names from its file: give no name with it')
    return { ...form, question: undefined }
  }
  if (name === undefined) throw new UserError('no name to look up', 'vipctl dig NAME [TYPE] -f PATH')
  const problem = nameProblem(name)
  if (problem) throw new UserError(`${quoted(name)} cannot be looked up: ${problem}`)
  const question = { name, type: typeOf(types, options) }
  return { ...form, question: ipFamily(name) === 0 ? question : { ...question, address: name } }
}
