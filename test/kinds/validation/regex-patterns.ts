/**
 * Prints regular expressions for fixtures/regex, one JSON string per line: what people write, what a grammar makes, and
 * both with a character or a token changed, so that about half of them are not regular expressions.
 *
 * usage: npx tsx test/kinds/validation/regex-patterns.ts [COUNT] [SEED]
 */
import { Random } from '../../fuzz/random.ts'

/** Istio's API accepts no longer ones. */
const LONGEST_BYTES = 1024

const WRITTEN = [
  '.*',
  '.*web.*',
  '^v[0-9]+$',
  '/old/.*',
  '/api/v[12]/(users|orders)(/.*)?',
  '^https?://([a-z0-9-]+\\.)*example\\.com(:\\d{1,5})?/?$',
  '(?i)^bearer [a-z0-9._~+/-]+=*$',
  '^(?P<tenant>[a-z]{2,8})-(?<zone>[0-9]{1,3})$',
  '^(.*?;)?(user=test-[0-9]+)(;.*)?$',
  '[[:alpha:]][[:alnum:]_.]*\\.svc\\.cluster\\.local',
  '\\Qa.b*c\\E\\.example\\.(com|org)',
  '^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$',
  '^(?=.*[A-Z])(?=.*\\d).{8,}$',
  '(\\w+)\\s\\1',
  '^\\p{Lu}\\p{Ll}+(?:[ -]\\p{L}+)*\\z',
  '^[^/?#]+(?:/[^/?#]+){0,16}$',
  '([0-9a-f]{8})-([0-9a-f]{4}-){3}([0-9a-f]{12})',
  'a{1000}',
  '(x{10}){100}',
  '\\x{1F600}|😀',
]

const LITERALS = [
  'a',
  'b',
  '-',
  '/',
  ' ',
  '}',
  ']',
  ':',
  ',',
  '=',
  '_',
  '<',
  '>',
  '!',
  '#',
  '0',
  '7',
  'é',
  '😀',
  '\u0000',
]
const CLASSES = [
  '\\d',
  '\\D',
  '\\s',
  '\\S',
  '\\w',
  '\\W',
  '\\pL',
  '\\PN',
  '\\p{Greek}',
  '\\p{^Han}',
  '\\P{Lu}',
  '\\p{lowercase_letter}',
]
const NAMED_CLASSES = ['[:alpha:]', '[:^digit:]', '[:word:]', '[:^space:]']
const NAMED = ['[:alpha:]', '[:^digit:]', '[:word:]', '[:ALPHA:]', '[:foo:]', '[:alpha]', '[:', '[.a.]', '[=a=]']
const ODD_CLASSES = [
  '\\p{Any}',
  '\\p{ANY}',
  '\\p{ lu-}',
  '\\p{}',
  '\\p{^}',
  '\\p{Foo}',
  '\\p',
  '\\pq',
  '\\p^',
  '\\p{Old_Italic}',
  '\\p{L',
  '\\p{^^L}',
  '\\p{LC}',
  '\\p{L&}',
  '\\p{Cn}',
  '\\p{Zyyy}',
  '\\p{sc=Greek}',
]
const ESCAPES = [
  '\\.',
  '\\*',
  '\\\\',
  '\\-',
  '\\]',
  '\\_',
  '\\/',
  '\\n',
  '\\t',
  '\\a',
  '\\f',
  '\\r',
  '\\v',
  '\\x41',
  '\\x{10FFFF}',
  '\\x{0}',
  '\\07',
  '\\0',
  '\\12',
  '\\377',
  '\\777',
  '\\A',
  '\\z',
  '\\b',
  '\\B',
  '\\Q*\\E',
  '\\Q\\E',
  '\\Q(',
]
const ODD_ESCAPES = [
  '\\1',
  '\\8',
  '\\9',
  '\\18',
  '\\C',
  '\\E',
  '\\G',
  '\\K',
  '\\R',
  '\\X',
  '\\Z',
  '\\e',
  '\\h',
  '\\c',
  '\\u0041',
  '\\é',
  '\\😀',
  '\\x',
  '\\x4',
  '\\x{',
  '\\x{}',
  '\\x{110000}',
  '\\x{1_0}',
  '\\xG0',
  '\\<',
  '\\',
]
const COUNTS = [
  '{0}',
  '{1}',
  '{2}',
  '{2,}',
  '{0,}',
  '{0,1}',
  '{1,3}',
  '{10}',
  '{100}',
  '{500}',
  '{999}',
  '{1000}',
  '{0,1000}',
  '{1000,}',
  '{1001}',
  '{1,1001}',
  '{2,1}',
  '{,2}',
  '{01}',
  '{00}',
  '{0,01}',
  '{',
  '{}',
  '{,}',
  '{1',
  '{1,',
  '{1,2',
  '{a}',
  '{ 1}',
  '{1, 2}',
  '{99999999999999999999}',
  '{-1}',
  '{+1}',
]
const OFTEN = ['*', '+', '?', '*?', '{3}', '{20}']
const REPEATS = ['*', '+', '?', '*?', '+?', '??', '**', '*+', '+*', '?*', '*??', '{2}?', '{2}*', '{2}{3}', '*{2}']
const OPENINGS = [
  '(',
  '(',
  '(',
  '(?:',
  '(?:',
  '(?i)',
  '(?i:',
  '(?P<n>',
  '(?<n>',
  '(?P<name_1>',
  '(?sU-im:',
  '(?-s)',
  '(?im-sU)',
]
const ODD_OPENINGS = [
  '(?',
  '(?=',
  '(?!',
  '(?<=',
  '(?<!',
  '(?>',
  '(?#a)',
  '(?-)',
  '(?--i)',
  '(?i-)',
  '(?i-:',
  '(?ii)',
  '(?x)',
  '(?P',
  '(?P<',
  '(?P<>',
  '(?P<a b>',
  '(?P<1>',
  '(?P<é>',
  '(?P=n)',
  '(?P>n)',
  '(?<n',
  "(?'n'",
  '(?R)',
  '(?|',
  '(?i',
  '(?:)',
  '(?)',
  '(*',
  '(*UTF8)',
  '()',
]
const PIECES = ['[', '[^', ']', '(', ')', '|', '^', '$', '.', '[]', '[^]', '[]]', '[a-', '-z]', '[z-a]', '*', '{', '?']
const RIGHT = [LITERALS, CLASSES, ESCAPES]
const UNUSUAL = [NAMED, ODD_CLASSES, ODD_ESCAPES, COUNTS, REPEATS, OPENINGS, ODD_OPENINGS, PIECES, ...RIGHT]

class Patterns {
  readonly #random: Random

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  next(): string {
    const random = this.#random
    let pattern = random.chance(0.1) ? random.pick(WRITTEN) : this.#alternatives(random.pick([0, 1, 1, 2, 3]))
    for (let changes = random.pick([0, 0, 0, 1, 1, 2]); changes > 0; changes--) pattern = this.#changed(pattern)
    return pattern
  }

  #alternatives(depth: number): string {
    return this.#several(1, 2, () => this.#several(0, 3, () => this.#repeated(depth)).join('')).join('|')
  }

  #several<T>(least: number, more: number, make: () => T): T[] {
    return Array.from({ length: least + this.#random.below(more + 1) }, make)
  }

  #repeated(depth: number): string {
    const random = this.#random
    return (
      this.#operand(depth) +
      (random.chance(0.3) ? random.pick(random.chance(0.05) ? random.pick([COUNTS, REPEATS]) : OFTEN) : '')
    )
  }

  #operand(depth: number): string {
    const random = this.#random
    if (depth > 0 && random.chance(0.5)) return `${random.pick(OPENINGS)}${this.#alternatives(depth - 1)})`
    return random.chance(0.2) ? this.#class() : random.pick(random.pick(RIGHT))
  }

  #class(): string {
    const random = this.#random
    const members = this.#several(1, 3, () => {
      const member = random.pick(random.chance(0.1) ? ESCAPES : random.pick([LITERALS, CLASSES, NAMED_CLASSES]))
      return random.chance(0.1) ? `${member}-${random.pick(random.pick([LITERALS, ESCAPES]))}` : member
    })
    return `[${random.pick(['', '^', ']', '-'])}${members.join('')}]`
  }

  /** With a character removed, or with a token inserted or replacing a character. */
  #changed(pattern: string): string {
    const random = this.#random
    const chars = Array.from(pattern)
    const token = random.chance(0.3) ? [] : [random.pick(random.pick(UNUSUAL))]
    const replaced = token.length === 0 || random.chance(0.3) ? 1 : 0
    chars.splice(random.below(chars.length + 1), replaced, ...token)
    return chars.join('')
  }
}

function patternsOf(count: number, seed: number): Set<string> {
  const patterns = new Patterns(seed)
  const found = new Set(WRITTEN)
  while (found.size < count) {
    const pattern = patterns.next()
    if (Buffer.byteLength(pattern) <= LONGEST_BYTES) found.add(pattern)
  }
  return found
}

const [count = '5000', seed = '1'] = process.argv.slice(2)
for (const pattern of patternsOf(Number(count), Number(seed))) console.log(JSON.stringify(pattern))
