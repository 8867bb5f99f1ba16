/** Which characters a class of RE2 matches. */

/** Whether a code point is a member. */
export type Characters = (codePoint: number) => boolean

const between =
  (low: number, high: number): Characters =>
  (code) =>
    code >= low && code <= high

const anyOf =
  (...tests: readonly Characters[]): Characters =>
  (code) =>
    tests.some((test) => test(code))

export const not =
  (test: Characters): Characters =>
  (code) =>
    !test(code)

const listed = (text: string): Characters => {
  const codes = new Set(Array.from(text, (char) => char.codePointAt(0)))
  return (code) => codes.has(code)
}

const digit = between(0x30, 0x39)
const upper = between(0x41, 0x5a)
const lower = between(0x61, 0x7a)
const alpha = anyOf(upper, lower)
const alphanumeric = anyOf(alpha, digit)
const graphic = between(0x21, 0x7e)

export const isWord: Characters = anyOf(alphanumeric, listed('_'))
export const isAny: Characters = () => true
export const isNotNewline: Characters = (code) => code !== 10

const PERL: ReadonlyMap<string, Characters> = new Map([
  ['d', digit],
  ['s', listed('\t\n\f\r ')],
  ['w', isWord],
])

const POSIX: ReadonlyMap<string, Characters> = new Map([
  ['alnum', alphanumeric],
  ['alpha', alpha],
  ['ascii', between(0, 0x7f)],
  ['blank', listed('\t ')],
  ['cntrl', anyOf(between(0, 0x1f), listed('\x7f'))],
  ['digit', digit],
  ['graph', graphic],
  ['lower', lower],
  ['print', between(0x20, 0x7e)],
  ['punct', (code) => graphic(code) && !alphanumeric(code)],
  ['space', listed('\t\n\v\f\r ')],
  ['upper', upper],
  ['word', isWord],
  ['xdigit', anyOf(digit, between(0x41, 0x46), between(0x61, 0x66))],
])

/** Unicode's general categories have one or two letters, all other names are scripts. */
function unicode(name: string): Characters {
  if (name === 'Any') return isAny
  // The text that is tested is one character, so this RegExp cannot backtrack.
  const member = new RegExp(`^\\p{${name.length <= 2 ? name : `Script=${name}`}}$`, 'u')
  return (code) => member.test(String.fromCodePoint(code))
}

/**
 * The members of `\d`, `\PN`, `\p{^Greek}` and the like.
 * @throws SyntaxError for a name of Unicode that JavaScript does not know
 */
export function escapedClass(text: string): Characters {
  const letter = text.charAt(1)
  if (letter !== 'p' && letter !== 'P') {
    const members = PERL.get(letter.toLowerCase()) ?? isAny
    return letter === letter.toLowerCase() ? members : not(members)
  }
  const name = text.slice(2).replace(/^\{|\}$/g, '')
  const members = unicode(name.replace(/^\^/, ''))
  return (letter === 'P') !== name.startsWith('^') ? not(members) : members
}

/** The members of `[:alpha:]` or `[:^alpha:]`; undefined for an unknown name. @param name without the colons */
export function posixClass(name: string): Characters | undefined {
  const members = POSIX.get(name.replace(/^\^/, ''))
  return members && name.startsWith('^') ? not(members) : members
}

export const range = between
export const union = anyOf

/** The other cases of a character that are one character themselves. */
function cases(code: number): readonly number[] {
  const char = String.fromCodePoint(code)
  const small = char.toLowerCase()
  const large = char.toUpperCase()
  const forms = [small, large, large.toLowerCase(), small.toUpperCase()]
  return forms.flatMap((form) => {
    const folded = form.codePointAt(0)
    return folded !== undefined && String.fromCodePoint(folded) === form ? [folded] : []
  })
}

/** The same characters in any case. */
export const folded =
  (test: Characters): Characters =>
  (code) =>
    test(code) || cases(code).some(test)
