/**
 * What a YAML 1.1 scalar means to Kubernetes, whose decoder is go-yaml v2: `on` is true, `010` is 8, `1:30` is text.
 */
import { decodeBase64, utf8Text } from '../../common/bytes.ts'

export type ScalarValue = null | boolean | number | string

const TRUE_WORDS = ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE']
const FALSE_WORDS = ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE']
const NULL_WORDS = ['', '~', 'null', 'Null', 'NULL']
const NAN_WORDS = ['.nan', '.NaN', '.NAN']
const INFINITY_WORDS = ['.inf', '.Inf', '.INF']

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...TRUE_WORDS.map((word) => [word, true] as const),
  ...FALSE_WORDS.map((word) => [word, false] as const),
  ...NULL_WORDS.map((word) => [word, null] as const),
  ...NAN_WORDS.map((word) => [word, Number.NaN] as const),
  ...INFINITY_WORDS.flatMap((word) => [
    [word, Number.POSITIVE_INFINITY] as const,
    [`+${word}`, Number.POSITIVE_INFINITY] as const,
    [`-${word}`, Number.NEGATIVE_INFINITY] as const,
  ]),
])
const LONGEST_WORD = 5

const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const LEADING_ZERO = /^0[0-7]/
const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)
const UINT64_MAX = 2n ** 64n - 1n
/** A 64 bit integer has at most this many characters (binary with sign); longer texts need no bigint. */
const LONGEST_INTEGER = 68

/** Whether a text that begins with this ASCII character can be anything but a string. */
const MAY_RESOLVE = new Uint8Array(128)
for (const char of 'yYnNtTfFoO~0123456789+-.') MAY_RESOLVE[char.charCodeAt(0)] = 1

/** Whether a plain scalar that begins with this character code is always a string. */
export function beginsText(code: number): boolean {
  return code >= 128 || MAY_RESOLVE[code] === 0
}

const BEGINS_NUMBER = /^[-+0-9]/

/** The 64 bit integer in a text without underscores, or undefined. Only an unsigned text may exceed int64. */
function integerOf(text: string): bigint | undefined {
  if (text.length > LONGEST_INTEGER || !INTEGER.test(text)) return undefined
  const signed = text.startsWith('-') || text.startsWith('+')
  const digits = signed ? text.slice(1) : text
  const magnitude = BigInt(LEADING_ZERO.test(digits) ? `0o${digits.slice(1)}` : digits)
  const value = text.startsWith('-') ? -magnitude : magnitude
  if (value < INT64_MIN || value > (signed ? INT64_MAX : UINT64_MAX)) return undefined
  return value
}

/** The float in a text, or undefined; to go-yaml, one too large for a double is a string. */
function floatOf(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

const SHORT_DECIMAL = /^[1-9][0-9]{0,14}$/

function numberOf(text: string): number | undefined {
  if (SHORT_DECIMAL.test(text)) return Number(text)
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  const integer = integerOf(plain)
  return integer === undefined ? floatOf(plain) : Number(integer)
}

/**
 * The value of a plain scalar. NaN and the infinities are returned as such, though JSON has no form for them; the
 * caller decides what to do about them.
 */
export function resolvePlain(text: string): ScalarValue {
  if (text !== '' && beginsText(text.charCodeAt(0))) return text
  const word = text.length <= LONGEST_WORD ? WORDS.get(text) : undefined
  if (word !== undefined) return word
  if (BEGINS_NUMBER.test(text)) return numberOf(text) ?? text
  return floatOf(text) ?? text
}

/** The shortest decimal digits of a 32 bit float, the precision in which keys are printed. */
function shortestFloat32(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toExponential(digits - 1)
    if (Math.fround(Number(text)) === value) return text
  }
  return value.toExponential()
}

/** A float key as sigs.k8s.io/yaml prints it: Go's format `g` of a 32 bit float. */
function floatKey(value: number): string {
  const single = Math.fround(value)
  if (Number.isNaN(single)) return '.nan'
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf'
  if (single === 0) return Object.is(single, -0) ? '-0' : '0'
  const [mantissa = '', exponentText = ''] = shortestFloat32(single).split('e')
  const exponent = Number(exponentText)
  // Go uses an exponent of at least two digits from a million up and below a ten-thousandth.
  if (exponent >= -4 && exponent < 6) return plainDecimal(mantissa, exponent)
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** `1.25` and 1 to `12.5`. */
function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const rest = digits.slice(exponent + 1)
  return sign + whole + (rest === '' ? '' : `.${rest}`)
}

/**
 * The text of a plain scalar as a mapping key (`80` "80", `on` "true"); undefined for keys that Kubernetes refuses:
 * null, and integers that need the 64th bit.
 */
export function plainKey(text: string): string | undefined {
  const value = resolvePlain(text)
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value === null) return undefined
  const integer = integerOf(text.replaceAll('_', ''))
  if (integer === undefined) return floatKey(value)
  return integer > INT64_MAX ? undefined : String(integer)
}

/** The short names of YAML's own tags that change a scalar's value. */
export type ScalarTag = 'str' | 'bool' | 'int' | 'float' | 'null' | 'binary'

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

function textOfBase64(text: string): string | undefined {
  const packed = text.replace(/[\r\n]/g, '')
  if (packed.length % 4 !== 0 || !BASE64.test(packed)) return undefined
  return utf8Text(decodeBase64(packed))
}

/** The value of a scalar with an explicit tag; undefined when the text does not fit it. */
export function resolveTagged(tag: ScalarTag, text: string): ScalarValue | undefined {
  if (tag === 'str') return text
  if (tag === 'binary') return textOfBase64(text)
  const value = resolvePlain(text)
  switch (tag) {
    case 'null':
      return value === null ? null : undefined
    case 'bool':
      return typeof value === 'boolean' ? value : undefined
    case 'float':
      return typeof value === 'number' ? value : undefined
    case 'int':
      return typeof value === 'number' && integerOf(text.replaceAll('_', '')) !== undefined ? value : undefined
  }
}

/** The text of a scalar with an explicit tag as a mapping key; undefined when the text does not fit the tag. */
export function taggedKey(tag: ScalarTag, text: string): string | undefined {
  const value = resolveTagged(tag, text)
  if (typeof value === 'string') return value
  if (tag === 'float' && typeof value === 'number') return floatKey(value)
  return value === undefined ? undefined : plainKey(text)
}
