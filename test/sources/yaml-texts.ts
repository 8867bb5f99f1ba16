/**
 * Prints YAML documents for fixtures/yaml, one JSON string per line: small documents of every style, many of them with a
 * character or a token changed, so that some of them are not YAML.
 *
 * usage: npx tsx test/sources/yaml-texts.ts [COUNT] [SEED]
 */
import { Random } from '../fuzz/random.ts'

const KEYS = ['a', 'b', 'c', 'name', 'host-1', 'app.kubernetes.io/name', '"q"', "'s'", '080', '1.5', 'on', 'No', 'y']
const ODD_KEYS = [
  'null',
  '~',
  '0x1F',
  '1e3',
  '.inf',
  '-',
  '?',
  '!!str 1',
  '&k k',
  '"a\\tb"',
  "'it''s'",
  'x y',
  'a#b',
  'true',
  '1_0',
  '=',
  '__proto__',
]
const WORDS = [
  'x',
  'web',
  'two words',
  'a.example.com',
  '*.example.com',
  '10.0.0.1',
  'http://a.b:80/c',
  '2001:db8::1',
  'fd00::',
  'a#b',
  'a b # c',
  'é 😀',
  '-x',
  'a: b',
  'a:b',
  '-',
  '@a',
  '`',
  '%a',
  '*',
  '&',
  '!',
  '? x',
  ':',
  '::',
  ':x',
  'x?',
  '?x',
  'x!',
  '|',
  '>',
  '{{ .Values.x }}',
  '<<',
  '=',
]
const NUMBERS = [
  '0',
  '1',
  '-1',
  '+1',
  '80',
  '010',
  '08',
  '0o17',
  '0x1f',
  '0b11',
  '1_000',
  '1.5',
  '.5',
  '5.',
  '1e3',
  '1E+3',
  '-1.5e-3',
  '1:30',
  '190:20:30',
  '.inf',
  '-.INF',
  '.nan',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551616',
  '-9223372036854775809',
  '1e400',
  '0.1e1',
  '0_',
  '_1',
  '1__0',
  '0x',
  '2001-12-14',
  '2001-12-14t21:59:43.10-05:00',
]
const CONSTANTS = [
  'true',
  'false',
  'True',
  'TRUE',
  'yes',
  'no',
  'on',
  'Off',
  'y',
  'N',
  'null',
  'Null',
  '~',
  '',
  'nULL',
  'tRUE',
]
const QUOTED = [
  '""',
  "''",
  '"x"',
  "'x'",
  '"a\\nb"',
  '"\\x41\\u00e9\\U0001F600"',
  '"\\/\\e\\0\\_\\N\\L\\P"',
  '"\\q"',
  '"\\ud83d\\ude00"',
  '"a b\n    c"',
  "'a\n\n    b'",
  '"a\\\n    b"',
  '"a: b # c"',
  "'it''s'",
  '"x" y',
  "'x",
]
const TAGGED = [
  '!!str 1',
  '!!int "7"',
  '!!int x',
  '!!float 1',
  '!!bool "yes"',
  '!!null ""',
  '!!binary aGVsbG8=',
  '!!binary "%"',
  '!foo x',
  '! 1',
  '!!str',
  '!!timestamp 2001-12-14',
  '!!map {a: 1}',
  '!!seq [1]',
  '!!set {a}',
  '!!omap [a: 1]',
  '!<tag:yaml.org,2002:str> 1',
]
const ANCHORED = ['&x 1', '*x', '&y {k: 1, l: 2}', '*y', '&z [1, 2]', '*z', '&x', '*none', '&x &y 1', '&x *x']
const SCALARS = [WORDS, WORDS, NUMBERS, CONSTANTS, QUOTED]
const SOMETIMES = [TAGGED, ANCHORED]
const TOKENS = [
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\n\n',
  '# c\n',
  ' # c',
  ': ',
  ':',
  '- ',
  '-',
  '? ',
  ', ',
  ',',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '|',
  '>',
  '|-\n',
  '>+\n',
  '|2\n',
  '&a ',
  '*a',
  '!!str ',
  '!',
  '<<: ',
  '%',
  '@',
  '\\',
]

class Texts {
  readonly #random: Random

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  next(): string {
    const random = this.#random
    let text = this.#mapping('', 1 + random.below(3))
    for (let changes = random.pick([0, 0, 0, 1, 1, 2]); changes > 0; changes--) text = this.#changed(text)
    return text
  }

  #mapping(indent: string, depth: number): string {
    return Array.from({ length: 1 + this.#random.below(4) }, () => this.#entry(indent, depth)).join('')
  }

  #entry(indent: string, depth: number): string {
    const random = this.#random
    if (random.chance(0.04))
      return `${indent}<<: ${random.pick(['*y', '[*y, *y]', '{m: 1}', '*x', '1', '[]'])}${this.#end()}`
    if (random.chance(0.02)) return `${indent}? ${this.#scalar()}\n${indent}: ${this.#scalar()}${this.#end()}`
    const key = random.pick(random.chance(0.1) ? ODD_KEYS : KEYS)
    return `${indent}${key}:${this.#value(indent, depth)}`
  }

  /** A value after a colon or dash, with its line break. */
  #value(indent: string, depth: number): string {
    const random = this.#random
    const deeper = indent + random.pick(['  ', '  ', ' ', '    '])
    if (depth > 0 && random.chance(0.25)) return `${this.#end()}${this.#mapping(deeper, depth - 1)}`
    if (depth > 0 && random.chance(0.25))
      return `${this.#end()}${this.#sequence(random.pick([indent, deeper]), depth - 1)}`
    if (random.chance(0.1)) return ` ${this.#block(deeper)}`
    if (random.chance(0.2)) return ` ${this.#flow(deeper, 2)}${this.#end()}`
    if (random.chance(0.05)) return ` ${random.pick(WORDS)}\n${deeper}${random.pick(WORDS)}${this.#end()}`
    return ` ${this.#scalar()}${this.#end()}`
  }

  #sequence(indent: string, depth: number): string {
    const item = () =>
      this.#random.chance(0.3)
        ? `${indent}- ${this.#mapping(`${indent}  `, depth - 1).trimStart()}`
        : `${indent}-${this.#value(indent, depth - 1)}`
    return Array.from({ length: 1 + this.#random.below(3) }, item).join('')
  }

  #scalar(): string {
    return this.#random.pick(this.#random.pick(this.#random.chance(0.1) ? SOMETIMES : SCALARS))
  }

  #block(indent: string): string {
    const random = this.#random
    const header = random.pick(['|', '>', '|-', '>-', '|+', '>+', '|2', '>1-', '| # c'])
    const line = () =>
      random.pick([`${indent}${random.pick(WORDS)}`, `${indent}  x`, '', `${indent}# no comment`, '  '])
    return `${header}\n${Array.from({ length: 1 + random.below(4) }, line).join('\n')}\n`
  }

  #flow(indent: string, depth: number): string {
    const random = this.#random
    const part = () => (depth > 0 && random.chance(0.2) ? this.#flow(indent, depth - 1) : this.#scalar())
    const parts = Array.from({ length: random.below(4) }, () =>
      random.chance(0.5) ? part() : `${random.pick(KEYS)}${random.pick([': ', ': ', ':'])}${part()}`,
    )
    const separator = random.pick([', ', ', ', ',', `,\n${indent}`, `,\n${indent.slice(2)}`])
    return random.pick(['[]', '{}'])[0] === '[' ? `[${parts.join(separator)}]` : `{${parts.join(separator)}}`
  }

  #end(): string {
    return this.#random.chance(0.9) ? '\n' : this.#random.pick([' # c\n', ' \n', '\r\n', '\t\n', '\n\n', '\n# c\n'])
  }

  #changed(text: string): string {
    const random = this.#random
    const token = random.chance(0.3) ? '' : random.pick(TOKENS)
    const at = random.below(text.length + 1)
    return text.slice(0, at) + token + text.slice(at + (token === '' || random.chance(0.3) ? 1 : 0))
  }
}

/** Texts of a single document. */
function textsOf(count: number, seed: number): Set<string> {
  const texts = new Texts(seed)
  const found = new Set<string>()
  while (found.size < count) {
    const text = texts.next()
    if (!/^(?:---|\.\.\.)/m.test(text)) found.add(text)
  }
  return found
}

const [count = '5000', seed = '1'] = process.argv.slice(2)
for (const text of textsOf(Number(count), Number(seed))) console.log(JSON.stringify(text))
