/** New values as text. */
import { jsonEscape } from '../../common/hidden.ts'
import type { JsonValue } from '../../sources/document.ts'
import { isMapping } from '../../sources/mapping.ts'
import { resolvePlain } from '../../sources/yaml/scalars.ts'
import type { ScalarStyle } from './tree.ts'

/** IPv4 addresses need no quotes. */
const PLAIN = /^[0-9]+(?:\.[0-9]+){3}$/
const PLAIN_KEY = /^[A-Za-z_][\w./-]*$/
const PRINTABLE = /^[\x20-\x7e]*$/
/** Characters that JSON.stringify leaves as they are and that a terminal or an editor may act on. */
const UNSAFE = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu

/** A string in double quotes, for YAML and for JSON. */
export const quoted = (value: string): string => JSON.stringify(value).replace(UNSAFE, jsonEscape)

/** Writes values in the notation of one document. */
export class ValueWriter {
  readonly #isJson: boolean

  constructor(isJson: boolean) {
    this.#isJson = isJson
  }

  /** @param style of the scalar that it replaces */
  scalar(value: JsonValue, style: ScalarStyle = 'plain'): string {
    if (typeof value !== 'string') return String(value)
    if (style === 'single' && PRINTABLE.test(value)) return `'${value.replaceAll("'", "''")}'`
    return !this.#isJson && style === 'plain' && PLAIN.test(value) ? value : quoted(value)
  }

  /** @param isQuoted whether the keys next to it are in double quotes */
  key(key: string, isQuoted = false): string {
    const isPlain = !isQuoted && !this.#isJson && PLAIN_KEY.test(key) && resolvePlain(key) === key
    return isPlain ? key : quoted(key)
  }

  /** A value on one line. */
  inline(value: JsonValue): string {
    if (Array.isArray(value)) return `[${value.map((item) => this.inline(item)).join(', ')}]`
    if (!isMapping(value)) return this.scalar(value)
    return `{${Object.entries(value)
      .map(([key, item]) => `${this.key(key)}: ${this.inline(item)}`)
      .join(', ')}}`
  }

  /** What follows the colon of a new key in block style; mappings go on separate lines below it. */
  below(value: JsonValue, indent: string): string {
    if (!isMapping(value) || Object.keys(value).length === 0) return ` ${this.inline(value)}`
    const inner = `${indent}  `
    return `\n${inner}${this.entries(value, inner)}`
  }

  /** The entries of a mapping in block style, without the indentation of the first line. */
  entries(value: { readonly [key: string]: JsonValue }, indent: string): string {
    return Object.entries(value)
      .map(([key, item]) => `${this.key(key)}:${this.below(item, indent)}`)
      .join(`\n${indent}`)
  }
}
