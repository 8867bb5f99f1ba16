import type { JsonValue } from '../document.ts'
import { refused } from './construct-errors.ts'
import { ABSENT, eventStart, scalarKey, scalarValue, tagOf } from './nodes.ts'
import { type DocumentDirective, SCALAR_STYLE, type ScalarEvent } from './parser.ts'
import { beginsText } from './scalars.ts'

const ZERO = 48

/** Whether a number differs from its decimal digits because a leading 0 makes it octal. */
const isOctal = (text: string, value: number): boolean => /^0[0-9]+$/.test(text) && Number(text) !== value

/** Escapes of YAML 1.2 that go-yaml does not have: a slash, and halves of a character above U+FFFF. */
const ESCAPE = /\\(?:(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2}|[\s\S])/g

/** Reads the scalars of one document as values and as keys. */
export class ScalarReader {
  /** Whether a key or number differed from its text: `on` as a key, `0443`. */
  hasSurprises = false
  readonly #source: string
  readonly #directives: readonly DocumentDirective[]

  constructor(source: string, directives: readonly DocumentDirective[]) {
    this.#source = source
    this.#directives = directives
  }

  /** @throws ConstructError when the text does not fit the tag or has an escape that Kubernetes refuses, or JSON cannot represent the number */
  value(event: ScalarEvent): JsonValue {
    const { valueStart, tagStart } = event
    if (event.fast && tagStart === ABSENT) {
      // By far the most common case: one-line text that is recognised by its first character.
      if (event.style !== SCALAR_STYLE.PLAIN || beginsText(this.#source.charCodeAt(valueStart))) {
        return this.#source.slice(valueStart, event.valueEnd)
      }
    }
    this.#checkEscapes(event)
    const value = scalarValue(this.#source, event, this.#directives)
    if (value === undefined)
      throw refused.tag(tagOf(this.#source, event, this.#directives), this.#text(event), this.#at(event))
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw refused.number(this.#text(event), this.#at(event))
      if (this.#source.charCodeAt(valueStart) === ZERO && isOctal(this.#text(event), value)) this.hasSurprises = true
    }
    return value
  }

  /** @throws ConstructError when the key is null or a number that cannot be a key, or has an escape that Kubernetes refuses */
  key(event: ScalarEvent): string {
    const { valueStart, tagStart } = event
    if (event.fast && tagStart === ABSENT) {
      if (event.style !== SCALAR_STYLE.PLAIN || beginsText(this.#source.charCodeAt(valueStart))) {
        return this.#source.slice(valueStart, event.valueEnd)
      }
    }
    this.#checkEscapes(event)
    const key = scalarKey(this.#source, event, this.#directives)
    if (key !== undefined) {
      if (event.style === SCALAR_STYLE.PLAIN && key !== this.#text(event)) this.hasSurprises = true
      return key
    }
    throw refused.key(this.#text(event), this.#at(event))
  }

  #checkEscapes(event: ScalarEvent): void {
    if (event.style !== SCALAR_STYLE.DOUBLE_QUOTED) return
    for (const { 0: escape, index } of this.#text(event).matchAll(ESCAPE)) {
      if (escape === '\\/' || escape.length > 2) throw refused.escape(escape, event.valueStart + index)
    }
  }

  #at(event: ScalarEvent): number {
    return eventStart(this.#source, event) ?? 0
  }

  #text(event: ScalarEvent): string {
    return event.valueStart === ABSENT ? '' : this.#source.slice(event.valueStart, event.valueEnd)
  }
}
