/**
 * Patterns for names, hosts and paths. Patterns and names come from input, so no pattern backtracks: a match takes at
 * most the length of the pattern times the length of the name.
 */

/** Any number of items. */
const ANY = Symbol('any')

/** A test of one item, or any number of items. */
type Part<T> = typeof ANY | ((item: T) => boolean)

/** Greedy; only the last part that matches any number of items is ever tried again. */
function matches<T>(pattern: readonly Part<T>[], items: ArrayLike<T>): boolean {
  let part = 0
  let item = 0
  let after = -1
  let resume = 0
  while (item < items.length) {
    const current = pattern[part]
    if (current === ANY) {
      after = ++part
      resume = item
    } else if (current?.(items[item] as T)) {
      part++
      item++
    } else if (after >= 0) {
      part = after
      item = ++resume
    } else return false
  }
  while (pattern[part] === ANY) part++
  return part === pattern.length
}

/** A test of a whole name. */
export type NameTest = (name: string) => boolean

const isAnything = (): boolean => true
const isCharacter = (wanted: string) => (character: string) => character === wanted

const testOf = (parts: readonly Part<string>[]): NameTest => {
  const [first] = parts
  if (parts.length === 1 && first === ANY) return isAnything
  return (name) => matches(parts, Array.from(name))
}

/** A test of names: `*` matches any characters, `?` one, everything else itself. */
export function namePattern(pattern: string): NameTest {
  if (!/[*?]/.test(pattern)) return (name) => name === pattern
  return testOf(
    Array.from(pattern, (character) => {
      if (character === '*') return ANY
      return character === '?' ? isAnything : isCharacter(character)
    }),
  )
}

/** Classes of characters in brackets (POSIX, in the C locale). */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[^ -\uffff]|\x7f/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
}

/** Reads the pattern of a shell for a name: `*`, `?`, `[a-z]`, `[!a]`, `[[:digit:]]` and `\` before a special character. */
class ShellPattern {
  readonly #text: readonly string[]
  #at = 0

  constructor(pattern: string) {
    this.#text = Array.from(pattern)
  }

  /** undefined if the pattern is not valid. */
  read(): readonly Part<string>[] | undefined {
    const parts: Part<string>[] = []
    while (this.#at < this.#text.length) {
      const part = this.#part()
      if (part === undefined) return undefined
      if (part !== ANY || parts.at(-1) !== ANY) parts.push(part)
    }
    return parts
  }

  #next(): string | undefined {
    return this.#text[this.#at++]
  }

  #part(): Part<string> | undefined {
    const character = this.#next()
    if (character === '*') return ANY
    if (character === '?') return isAnything
    if (character === '[') return this.#brackets()
    const literal = character === '\\' ? this.#next() : character
    return literal === undefined ? undefined : isCharacter(literal)
  }

  #brackets(): Part<string> | undefined {
    const isNegated = this.#text[this.#at] === '!' || this.#text[this.#at] === '^'
    if (isNegated) this.#at++
    const members: ((character: string) => boolean)[] = []
    // A bracket that comes first is a member.
    for (let isFirst = true; isFirst || this.#text[this.#at] !== ']'; isFirst = false) {
      const member = this.#member()
      if (!member) return undefined
      members.push(member)
    }
    this.#at++
    return (character) => members.some((member) => member(character)) !== isNegated
  }

  #member(): ((character: string) => boolean) | undefined {
    const named = this.#namedClass()
    if (named) return named
    const low = this.#literal()
    if (low === undefined) return undefined
    const isRange = this.#text[this.#at] === '-' && ![']', undefined].includes(this.#text[this.#at + 1])
    if (!isRange) return isCharacter(low)
    this.#at++
    const high = this.#literal()
    return high === undefined ? undefined : (character) => low <= character && character <= high
  }

  #literal(): string | undefined {
    const character = this.#next()
    return character === '\\' ? this.#next() : character
  }

  #namedClass(): ((character: string) => boolean) | undefined {
    if (this.#text[this.#at] !== '[' || this.#text[this.#at + 1] !== ':') return undefined
    const end = this.#text.indexOf(':', this.#at + 2)
    if (end < 0 || this.#text[end + 1] !== ']') return undefined
    const name = this.#text.slice(this.#at + 2, end).join('')
    const members = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined
    this.#at = end + 2
    return (character) => members?.test(character) ?? false
  }
}

/** A test of names against a pattern of a shell; nothing matches one that is not valid, such as `[a`. */
export function shellPattern(pattern: string): NameTest {
  const parts = new ShellPattern(pattern).read()
  return parts ? testOf(parts) : () => false
}

/** The part of a path's pattern that stands for any number of folders. */
export const ANY_FOLDERS = '**'

/**
 * A test of paths, whose parts the caller has split.
 * @param pattern parts of which `**` matches any number
 * @param partTest makes the test of any other part
 */
export function pathPattern(
  pattern: readonly string[],
  partTest: (part: string) => NameTest,
): (path: readonly string[]) => boolean {
  const parts = pattern.map((part) => (part === ANY_FOLDERS ? ANY : partTest(part)))
  return (path) => matches(parts, path)
}

/** A test whether a host matches one of the patterns (`*` and `?`); without patterns every host does. */
export function hostFilter(globs: readonly string[]): (host: string) => boolean {
  if (globs.length === 0) return () => true
  const tests = globs.map((glob) => namePattern(glob.toLowerCase().replace(/\.$/, '')))
  return (host) => {
    const lower = host.toLowerCase()
    return tests.some((test) => test(lower))
  }
}
