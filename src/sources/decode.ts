/** How a text is stored; the UTF-16 encodings begin with a byte order mark. */
export type Encoding = 'utf-8' | 'utf-8 with mark' | 'utf-16le' | 'utf-16be'

/** The result of decoding bytes: a text, or where the bytes are invalid. */
export type Decoded =
  | { readonly text: string; readonly encoding: Encoding }
  | { readonly problem: string; readonly line: number; readonly column: number; readonly hint: string }

const UTF16_HINT = 'Save the file as UTF-8.'
const UTF8_HINT = 'Save the file as UTF-8; if it is not text, leave it out.'

/** Throws at bytes that are not UTF-8, and removes a byte order mark. */
const UTF8 = new TextDecoder('utf-8', { fatal: true })

function textOfUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

const isUtf8 = (bytes: Uint8Array): boolean => textOfUtf8(bytes) !== undefined

function utf16Encoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined
}

/** The length of the UTF-8 sequence at `at`; 0 when it is invalid. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number
  if (first < 0x80) return 1
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  return length > 0 && isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length ? length : 0
}

/** The first byte that is not part of a valid UTF-8 character. */
function firstBadByte(bytes: Uint8Array): number {
  // Halving the step gets close fast: everything before `good` is known to be UTF-8.
  let good = 0
  for (let step = bytes.length; step >= 1; step = Math.floor(step / 2)) {
    const end = characterBoundary(bytes, Math.min(good + step, bytes.length))
    if (end > good && isUtf8(bytes.subarray(good, end))) good = end
  }
  while (good < bytes.length) {
    const length = sequenceLength(bytes, good)
    if (length === 0) return good
    good += length
  }
  return good
}

/** The nearest position at or before `at` where a character can begin. */
function characterBoundary(bytes: Uint8Array, at: number): number {
  let boundary = at
  while (boundary > 0 && at - boundary < 3 && ((bytes[boundary] ?? 0) & 0xc0) === 0x80) boundary--
  return boundary
}

function notUtf8(bytes: Uint8Array): Decoded {
  const at = firstBadByte(bytes)
  const lines = new TextDecoder().decode(bytes.subarray(0, at)).split(/\r\n?|\n/)
  const byte = (bytes[at] as number).toString(16).toUpperCase().padStart(2, '0')
  return {
    problem: `the byte 0x${byte} is not UTF-8`,
    line: lines.length,
    column: (lines.at(-1) ?? '').length + 1,
    hint: UTF8_HINT,
  }
}

function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Decoded {
  if (bytes.length % 2 === 0) return { text: new TextDecoder(encoding).decode(bytes), encoding }
  return { problem: 'the UTF-16 text ends within a character', line: 1, column: 1, hint: UTF16_HINT }
}

/** Decodes UTF-8, or UTF-16 with a byte order mark. The mark is removed. */
export function decodeText(bytes: Uint8Array): Decoded {
  const utf16 = utf16Encoding(bytes)
  if (utf16) return decodeUtf16(bytes, utf16)
  const text = textOfUtf8(bytes)
  if (text === undefined) return notUtf8(bytes)
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return { text, encoding: marked ? 'utf-8 with mark' : 'utf-8' }
}

const MARK = '\uFEFF'

function encodeUtf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), littleEndian)
  return bytes
}

/** The bytes of a text, the opposite of `decodeText`. */
export function encodeText(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text)
  if (encoding === 'utf-8 with mark') return new TextEncoder().encode(MARK + text)
  return encodeUtf16(MARK + text, encoding === 'utf-16le')
}
