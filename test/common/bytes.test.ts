import { describe, expect, it } from 'vitest'
import {
  base64Size,
  compareBytes,
  decodeBase64,
  encodeBase64,
  utf8Bytes,
  utf8Length,
  utf8Text,
} from '../../src/common/bytes.ts'
import { Random } from '../fuzz/random.ts'

const CHARACTERS = ['a', 'b', 'Z', '=', '\n', '\ud800', '\udc00', 'é', '😀', '\ue000', '\uffee', '\ufeff']
const DIGITS = ['A', 'b', '9', '+', '/', '-', '_', '\n']

const random = new Random(7)

const textOf = (characters: readonly string[], longest: number): string =>
  Array.from({ length: random.below(longest + 1) }, () => random.pick(characters)).join('')

const many = <T>(make: () => T): readonly T[] => Array.from({ length: 20_000 }, make)

describe('texts as bytes', () => {
  it('have the length and the bytes that Buffer gives them', () => {
    const texts = many(() => textOf(CHARACTERS, 8))
    expect(texts.filter((text) => utf8Length(text) !== Buffer.byteLength(text))).toEqual([])
    expect(texts.filter((text) => !Buffer.from(text).equals(utf8Bytes(text)))).toEqual([])
  })

  it('are ordered by their bytes', () => {
    const pairs = many(() => [textOf(CHARACTERS, 4), textOf(CHARACTERS, 4)] as const)
    const byBuffer = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
    expect(pairs.filter(([a, b]) => Math.sign(compareBytes(a, b)) !== byBuffer(a, b))).toEqual([])
    expect(pairs.filter(([a, b]) => (a < b ? -1 : 1) !== byBuffer(a, b)).length).toBeGreaterThan(100)
  })

  it('are read with U+FFFD for what is not UTF-8, and keep a byte order mark', () => {
    const bytes = [0x41, 0x80, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xef, 0xbb, 0xbf, 0xff, 0xed, 0xa0]
    const lists = many(() => Uint8Array.from({ length: random.below(8) }, () => random.pick(bytes)))
    expect(lists.filter((list) => utf8Text(list) !== Buffer.from(list).toString())).toEqual([])
  })
})

describe('base64', () => {
  it('is written as Buffer writes it', () => {
    const lists = many(() => Uint8Array.from({ length: random.below(8) }, () => random.below(256)))
    expect(lists.filter((list) => encodeBase64(list) !== Buffer.from(list).toString('base64'))).toEqual([])
  })

  it('is read in both alphabets, with and without padding and line breaks', () => {
    const texts = many(() => textOf(DIGITS, 9) + random.pick(['', '=', '==']))
    expect(texts.filter((text) => !Buffer.from(text, 'base64').equals(decodeBase64(text)))).toEqual([])
  })

  it('has a size that is known without decoding', () => {
    const texts = many(() => Buffer.from(textOf(CHARACTERS, 8)).toString('base64'))
    expect(texts.filter((text) => base64Size(text) !== Buffer.from(text, 'base64').length)).toEqual([])
  })
})
